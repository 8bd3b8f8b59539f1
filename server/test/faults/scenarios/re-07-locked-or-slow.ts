import { join } from "node:path";
import { call } from "../load/chat-api.ts";
import type { Attempt } from "../load/chat-load.ts";
import { observerOf } from "../load/ground.ts";
import { databaseFile } from "../machine/data-folder.ts";
import { faultyDiskEnv } from "../machine/faulty-disk.ts";
import { HealthWatch } from "../machine/health-watch.ts";
import { waitFor } from "../machine/waiting.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { probe, startUnderLoad, type UnderLoad } from "./under-load.ts";

/** Another process holds the database's write lock for a while. */
export const databaseLocked: Scenario = {
  id: "RE-07",
  title: "database locked 1 s and 10 s by another process",
  needs: ["linux"],
  alone: true,
  rounds: (asked) => Math.ceil(asked / 4),
  play: playLocked,
};

export const slowSync: Scenario = {
  id: "RE-07-slow",
  title: "every sync takes 50 ms longer",
  needs: ["compiler"],
  alone: true,
  rounds: (asked) => Math.ceil(asked / 2),
  play: playSlow,
};

const loopLagLimitMs = 100;
const answerLimitMs = 10_000;
const growthLimitBytes = 64 * 1024 * 1024;
const load = { socketsEach: 2, dropsPerSecond: 0 };

async function playLocked(round: Round): Promise<RoundResult> {
  const run = await startUnderLoad(round, { load });
  const watch = await HealthWatch.start(run.server.url, round.cleanup);
  await Bun.sleep(500);
  const short = await holdLock(round, run, 1_000);
  await Bun.sleep(300);
  const refused = short.filter((attempt) => attempt.result !== "ok");
  round.expect(
    refused.length === 0,
    `1 s: ${refused.length} of ${short.length} failed, as ${refused[0]?.reason}`,
  );
  const before = run.server.residentBytes();
  const reads = readAgainAndAgain(run, 9_000);
  const long = await holdLock(round, run, 10_000);
  await expectReadsAnswered(round, run, await reads);
  const grown = run.server.residentBytes() - before;
  await waitFor("writes after the lock", 2_000, async () => (await probe(run)).status === 201);
  expectBoundedRefusals(round, long);
  round.expect(grown < growthLimitBytes, `10 s: memory grew by ${Math.round(grown / 2 ** 20)} MiB`);
  const lagMs = await watch.finish();
  round.expectInTime(
    lagMs < loopLagLimitMs,
    `GET /health took ${Math.round(lagMs)} ms while the database was locked`,
  );
  const settled = await run.load.settle();
  await run.server.stop();
  const refusals = long.filter((attempt) => attempt.reason === "UNAVAILABLE").length;
  return round.result(settled, `${refusals} refused while locked 10 s, loop lag ${Math.round(lagMs)} ms`);
}

/** The sends that began while another process held the lock; it waits until all of them have ended. */
async function holdLock(round: Round, run: UnderLoad, forMs: number): Promise<Attempt[]> {
  const locker = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, "../machine/database-locker.ts"),
      join(run.ground.dataDir, databaseFile),
      String(forMs),
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  );
  round.cleanup.defer(() => locker.kill("SIGKILL"));
  const reader = locker.stdout.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  if (!first.startsWith("locked")) throw new Error("another process could not lock the database");
  const fromMs = performance.now();
  await locker.exited;
  const toMs = performance.now();
  await Bun.sleep(Math.min(forMs, 1_000));
  return run.load.attempts.filter((attempt) => attempt.sentMs > fromMs && attempt.sentMs < toMs);
}

/** Reads every half second; each answer's status, or why there was none. */
async function readAgainAndAgain(run: UnderLoad, forMs: number): Promise<(number | string)[]> {
  const reads: Promise<number | string>[] = [];
  const began = performance.now();
  while (performance.now() - began < forMs) {
    reads.push(readOnce(run));
    await Bun.sleep(500);
  }
  return await Promise.all(reads);
}

async function readOnce(run: UnderLoad): Promise<number | string> {
  const account = observerOf(run.ground);
  const path = "/v1/conversations?limit=100";
  return await call(run.endpoint, "GET", path, { account, timeoutMs: answerLimitMs }).then(
    (answer) => answer.status,
    (failure) => String(failure),
  );
}

/** A read may have to wait for the lock and be refused like a write, but none goes unanswered, nor any after it. */
async function expectReadsAnswered(round: Round, run: UnderLoad, reads: (number | string)[]): Promise<void> {
  const odd = reads.filter((status) => status !== 200 && status !== 503);
  round.expect(odd.length === 0, `10 s: ${odd.length} of ${reads.length} reads: ${odd[0]}`);
  const after = await readOnce(run);
  round.expect(after === 200, `a read after the lock: ${after}`);
}

function expectBoundedRefusals(round: Round, attempts: readonly Attempt[]): void {
  const refused = attempts.filter((attempt) => attempt.result !== "ok");
  const odd = refused.filter(({ reason }) => reason !== "UNAVAILABLE");
  round.expect(
    odd.length === 0,
    `10 s: ${odd.length} sends refused otherwise than UNAVAILABLE, as ${odd[0]?.reason}`,
  );
  round.expect(
    refused.length > 0,
    "10 s: no send was refused, so that the queue grew for as long as the lock lasted",
  );
  const bare = refused.filter(
    ({ via, retryAfter }) => via === "rest" && !/^[1-9]\d*$/.test(retryAfter ?? ""),
  );
  round.expect(bare.length === 0, `10 s: ${bare.length} REST refusals without Retry-After in whole seconds`);
  const slowestMs = Math.max(0, ...attempts.map((attempt) => attempt.tookMs));
  round.expectInTime(slowestMs < answerLimitMs, `10 s: an answer took ${Math.round(slowestMs)} ms`);
}

async function playSlow(round: Round): Promise<RoundResult> {
  const ground = round.copyGround();
  const disk = { dataDir: ground.dataDir, log: join(round.folder, "sync.log"), syncMs: 50 };
  const env = faultyDiskEnv(round.faultyDiskLibrary(), disk);
  const run = await startUnderLoad(round, { ground, server: { env }, load });
  // The first write after a start syncs twice: once for the head of the log.
  await Bun.sleep(500);
  const watch = await HealthWatch.start(run.server.url, round.cleanup);
  await Bun.sleep(2_500);
  const lagMs = await watch.finish();
  round.expectInTime(
    lagMs < loopLagLimitMs,
    `GET /health took ${Math.round(lagMs)} ms while syncs took 50 ms`,
  );
  const failed = run.load.attempts.filter((attempt) => attempt.result !== "ok");
  round.expect(failed.length === 0, `${failed.length} sends failed, as ${failed[0]?.reason}`);
  const settled = await run.load.settle();
  await run.server.stop();
  const times = run.load.attempts.map((attempt) => attempt.tookMs).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  return round.result(settled, `loop lag ${Math.round(lagMs)} ms, median ack ${Math.round(median)} ms`);
}
