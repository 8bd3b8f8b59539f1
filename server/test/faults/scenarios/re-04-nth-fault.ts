import { join } from "node:path";
import { sqliteFileName } from "../../../src/app/open-database.ts";
import type { Endpoint } from "../load/chat-api.ts";
import type { ChatLoad } from "../load/chat-load.ts";
import { type Ground, narrowGround } from "../load/ground.ts";
import {
  type DiskFault,
  type DiskOperation,
  type FaultyDisk,
  faultyDiskEnv,
  readFaultyDiskLog,
} from "../machine/faulty-disk.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { within } from "../machine/waiting.ts";
import { SeededRandom } from "../seeded-random.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";

export const nthDiskFault: Scenario = {
  id: "RE-04",
  title: "the Nth write, sync or open fails (EIO, ENOSPC, short write)",
  needs: ["compiler"],
  alone: false,
  rounds: (asked) => asked,
  play,
};

const casesPerRound: Record<DiskOperation, number> = { write: 4, sync: 3, open: 1 };
const runMs = 400;
/**
 * How far N goes: a little beyond what a run has of each kind, its start and its stop included. An N that a run does
 * not reach makes it a plain run. The numbers are fixed so that a seed names the same faults each time.
 */
const highestNth: Record<DiskOperation, number> = { write: 560, sync: 72, open: 12 };
const failures: Record<DiskOperation, readonly DiskFault["failure"][]> = {
  write: ["EIO", "ENOSPC", "short"],
  sync: ["EIO"],
  open: ["EIO", "ENOSPC"],
};

const nothing = { acknowledged: 0, lost: 0, doubled: 0 };

async function play(round: Round): Promise<RoundResult> {
  const cases = pickCases(round.seed);
  const total: RoundResult = { ...nothing, faults: round.faults, late: round.late, note: "" };
  for (const [index, fault] of cases.entries()) {
    const name = `${fault.operation} ${fault.nth} ${fault.failure}`;
    round.history.clear();
    const folder = join(round.folder, `case-${index}`);
    const broken = (failure: Error) => ({ ...nothing, faults: [failure.message] });
    // Every other start finds what a killed server has left.
    const result = await playCase(round, fault, folder, index % 2 === 1).catch(broken);
    total.acknowledged += result.acknowledged;
    total.lost += result.lost;
    total.doubled += result.doubled;
    round.faults.push(...result.faults.map((line) => `${name}: ${line}`));
    // What is kept of a failed round is the history of the case that failed.
    if (result.faults.length > 0) break;
  }
  total.note = cases.map((fault) => `${fault.operation} ${fault.nth} ${fault.failure}`).join(", ");
  return total;
}

/**
 * The seed's share of all cases. Each kind has its own list, every N with every failure, in an order that is always
 * the same; consecutive seeds take consecutive parts of it, so that enough rounds play every case.
 */
function pickCases(seed: number): DiskFault[] {
  return (["write", "sync", "open"] as const).flatMap((operation) => {
    const all: DiskFault[] = [];
    for (let nth = 1; nth <= highestNth[operation]; nth += 1) {
      for (const failure of failures[operation]) all.push({ operation, nth, failure });
    }
    const ordered = new SeededRandom(1).shuffle(all);
    const share = Math.min(casesPerRound[operation], ordered.length);
    return Array.from(
      { length: share },
      (_, index) => ordered[(seed * share + index) % ordered.length],
    ).flatMap((picked) => picked ?? []);
  });
}

async function playCase(round: Round, fault: DiskFault, folder: string, isAfterKill: boolean) {
  const faults: string[] = [];
  const ground = narrowed(round.copyGround(join(folder, "data")));
  if (isAfterKill) await (await round.startServer({ dataDir: ground.dataDir })).kill();
  const disk: FaultyDisk = { dataDir: ground.dataDir, log: join(folder, "faults.log"), fault };
  const endpoint: Endpoint = { url: null };
  const load = makeSmallLoad(round, ground, endpoint);
  const server = await startOrRefuse(round, disk, faults);
  if (server) {
    endpoint.url = server.url;
    await within(
      3_000,
      load.start().catch(() => undefined),
    );
    await Bun.sleep(runMs);
    await endFaultyServer(server, disk, load, faults);
    endpoint.url = null;
  } else {
    void load.start().catch(() => undefined);
  }
  const sound = await round.startServer({ dataDir: ground.dataDir });
  endpoint.url = sound.url;
  await load.waitUntilLive(10_000);
  await Bun.sleep(50);
  const settled = await load.settle();
  const exitCode = await sound.stop();
  if (exitCode !== 0) faults.push(`the server on the sound disk ended with ${exitCode}`);
  return { ...settled.checked, faults: [...faults, ...settled.faults] };
}

/** A start that the fault made impossible must end by itself with a failure code. */
async function startOrRefuse(
  round: Round,
  disk: FaultyDisk,
  faults: string[],
): Promise<ServerProcess | null> {
  const env = faultyDiskEnv(round.faultyDiskLibrary(), disk);
  try {
    return await round.startServer({ dataDir: disk.dataDir, env });
  } catch (refused) {
    const why = refused instanceof Error ? refused.message : String(refused);
    if (!why.includes("ended")) faults.push(`neither started nor refused: ${why}`);
    if (readFaultyDiskLog(disk.log).length === 0) faults.push(`no start, though nothing had failed: ${why}`);
    return null;
  }
}

/**
 * After a failed sync of the database the server must end by itself with a failure code; after any other fault it may
 * go on, and then stops in good order: the search index is made again from the database. A crash is never right, nor a
 * send left without any answer.
 */
async function endFaultyServer(
  server: ServerProcess,
  disk: FaultyDisk,
  load: ChatLoad,
  faults: string[],
): Promise<void> {
  const struck = readFaultyDiskLog(disk.log).map(({ file }) => file);
  const mustEnd = disk.fault?.operation === "sync" && struck.some((file) => file.startsWith(sqliteFileName));
  load.pauseSending();
  if (mustEnd) {
    const exitCode = await within(5_000, server.exited());
    if (exitCode === null) faults.push(`still serving 5 s after a failed sync: ${struck.join(", ")}`);
    if (exitCode === 0) faults.push("ended with 0 after a failed sync");
  }
  const byItself = !server.alive;
  const exitCode = await server.stop();
  if (exitCode === null) faults.push("SIGTERM did not end it within 10 s");
  else if (exitCode >= 128) faults.push(`crashed with ${exitCode}: ${server.logTail().slice(-300)}`);
  else if (byItself && exitCode === 0) faults.push("ended by itself with 0");
  const unanswered = load.attempts.filter((attempt) => attempt.reason === "no answer").length;
  if (unanswered > 0) faults.push(`${unanswered} sends had no answer`);
}

function narrowed(ground: Ground): Ground {
  return narrowGround(ground, 3);
}

function makeSmallLoad(round: Round, ground: Ground, endpoint: Endpoint): ChatLoad {
  return round.makeLoad(ground, endpoint, { socketsEach: 1, dropsPerSecond: 0, rate: 100 });
}
