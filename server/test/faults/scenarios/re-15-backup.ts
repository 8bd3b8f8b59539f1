import { join } from "node:path";
import { type Endpoint, readStored, signIn } from "../load/chat-api.ts";
import type { Attempt } from "../load/chat-load.ts";
import { observerOf } from "../load/ground.ts";
import { asObject, parseObject, textOf } from "../load/json-reading.ts";
import { databaseFile } from "../machine/data-folder.ts";
import { runCommand } from "../machine/server-process.ts";
import { percentile99 } from "./percentile.ts";
import { integrityOf } from "./re-02-power-cut.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { startUnderLoad, type UnderLoad } from "./under-load.ts";

export const backupUnderLoad: Scenario = {
  id: "RE-15",
  title: "backup every 5 s under load, restore",
  needs: [],
  alone: true,
  rounds: (asked) => Math.ceil(asked / 2),
  play,
};

const betweenBackupsMs = 5_000;
/** Two backups of half a second hold some 200 sends: their p99 is the second slowest, and a hiccup makes it. */
const noticeableMs = 100;

interface Backup {
  file: string;
  /** The history's position when it was begun: what was acknowledged before is due in it. */
  position: number;
  fromMs: number;
  toMs: number;
}

async function play(round: Round): Promise<RoundResult> {
  const run = await startUnderLoad(round, { load: { socketsEach: 2, dropsPerSecond: 1 } });
  const backups: Backup[] = [];
  await Bun.sleep(round.random.between(1_000, 2_000));
  for (const index of [1, 2]) {
    backups.push(await backUp(round, run, join(round.folder, `backup-${index}`)));
    if (index === 1) await Bun.sleep(betweenBackupsMs);
  }
  await Bun.sleep(500);
  const latency = expectSteadyLatency(round, run.load.attempts, backups);
  const epoch = run.load.subscribers[0]?.epoch ?? "";
  const settled = await run.load.settle();
  await run.server.stop();
  const due: number[] = [];
  for (const [index, backup] of backups.entries()) {
    due.push(
      await expectRestored(round, run, backup, { to: join(round.folder, `restored-${index}`), epoch }),
    );
  }
  return round.result(settled, `${due.join(" and ")} messages due in two backups, ${latency}`);
}

async function backUp(round: Round, run: UnderLoad, file: string): Promise<Backup> {
  const position = round.history.position;
  const fromMs = performance.now();
  const done = await runCommand(["backup", file], { dataDir: run.ground.dataDir, limitMs: 10_000 });
  round.expect(done.exitCode === 0, `backup ended with ${done.exitCode}: ${done.output.trim().slice(-300)}`);
  return { file, position, fromMs, toMs: performance.now() };
}

/** The 99th percentile of acknowledgements during a backup stays below three times the rest's. */
function expectSteadyLatency(round: Round, attempts: readonly Attempt[], backups: readonly Backup[]): string {
  const during = (attempt: Attempt) =>
    backups.some(({ fromMs, toMs }) => attempt.sentMs + attempt.tookMs > fromMs && attempt.sentMs < toMs);
  const duringP99 = percentile99(attempts.filter(during));
  const restP99 = percentile99(attempts.filter((attempt) => !during(attempt)));
  const said = `p99 ${duringP99.toFixed(1)} ms during a backup, ${restP99.toFixed(1)} ms else`;
  round.expectInTime(duringP99 < Math.max(3 * restP99, noticeableMs), said);
  return said;
}

/** Restores into an empty folder, starts a server there and judges what it holds; how many messages were due. */
async function expectRestored(
  round: Round,
  run: UnderLoad,
  backup: Backup,
  { to, epoch }: { to: string; epoch: string },
): Promise<number> {
  const restored = await runCommand(["restore", backup.file], { dataDir: to, limitMs: 10_000 });
  round.expect(
    restored.exitCode === 0,
    `restore ended with ${restored.exitCode}: ${restored.output.slice(-300)}`,
  );
  const server = await round.startServer({ dataDir: to });
  const endpoint: Endpoint = { url: server.url };
  const account = observerOf(run.ground);
  await signIn(endpoint, account);
  const ids = run.ground.conversations.map((conversation) => conversation.id);
  const checked = run.load.checkCopy(await readStored(endpoint, account, ids), backup.position);
  for (const fault of checked.faults) round.faults.push(`restored: ${fault.kind}: ${fault.detail}`);
  await expectNewEpoch(round, server.url, account.accessToken, epoch);
  await server.stop();
  const integrity = integrityOf(join(to, databaseFile));
  round.expect(integrity === "ok", `restored: integrity_check: ${integrity}`);
  return checked.acknowledged;
}

/** A client that resumes with the epoch it knew is told to start afresh. */
async function expectNewEpoch(
  round: Round,
  url: string,
  accessToken: string,
  epochBefore: string,
): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws/chat?resume=true`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  const answer = await new Promise<{ epoch: string; reset: unknown }>((resolve, reject) => {
    let epoch = "";
    socket.onmessage = (event) => {
      const frame = asObject(parseObject(String(event.data)));
      if (frame.type === "hello") {
        epoch = textOf(frame, "epoch");
        socket.send(JSON.stringify({ type: "resume", epoch: epochBefore, conversations: {} }));
      } else if (frame.type === "resumed") resolve({ epoch, reset: frame.reset });
    };
    socket.onclose = (event) => reject(new Error(`closed with ${event.code} before it had resumed`));
  });
  socket.close(1000);
  round.expect(answer.epoch !== epochBefore, "restored: the epoch is the old one");
  round.expect(answer.reset === true, "restored: a resume with the old epoch was not reset");
}
