import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { mountMemory } from "../machine/mounts.ts";
import { waitFor } from "../machine/waiting.ts";
import { expectOldDataReadable } from "./old-data.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { healthOf, probe, startUnderLoad, type UnderLoad } from "./under-load.ts";

export const diskFull: Scenario = {
  id: "RE-05",
  title: "disk full, then freed",
  needs: ["mount"],
  alone: false,
  rounds: (asked) => asked,
  play,
};

const backLimitMs = 5_000;

async function play(round: Round): Promise<RoundResult> {
  const disk = join(round.folder, "disk");
  mountMemory(disk, 64, round.cleanup);
  const ground = round.copyGround(join(disk, "data"));
  const run = await startUnderLoad(round, { ground, load: { socketsEach: 2, dropsPerSecond: 1 } });
  await Bun.sleep(round.random.between(500, 1_000));
  const filler = join(disk, "filler");
  const fullFromMs = performance.now();
  await fillForGood(run, filler);
  await waitFor(
    "/health degraded on a full disk",
    2_000,
    async () => (await healthOf(run.endpoint)) === "degraded",
  );
  await expectOldDataReadable(round, run);
  await Bun.sleep(400);
  const refused = run.load.attempts.filter(
    (attempt) => attempt.sentMs > fullFromMs && attempt.result !== "ok",
  );
  const odd = refused.filter(({ reason }) => reason !== "UNAVAILABLE" && !reason.startsWith("closed"));
  round.expect(
    odd.length === 0,
    `${odd.length} sends refused otherwise than UNAVAILABLE, as ${odd[0]?.reason}`,
  );
  for (const via of ["socket", "rest"] as const) {
    const some = refused.some((attempt) => attempt.via === via && attempt.reason === "UNAVAILABLE");
    round.expect(some, `no send over ${via} was answered UNAVAILABLE`);
  }
  rmSync(filler);
  const freedMs = performance.now();
  await waitFor("writes after space is free", backLimitMs, async () => (await probe(run)).status === 201);
  const backMs = Math.round(performance.now() - freedMs);
  await waitFor("/health ok again", backLimitMs, async () => (await healthOf(run.endpoint)) === "ok");
  round.expect(run.server.alive, "the server ended");
  await Bun.sleep(500);
  const settled = await run.load.settle();
  const stopped = await run.server.stop();
  round.expect(stopped === 0, `SIGTERM after the round ended with ${stopped}`);
  return round.result(settled, `${refused.length} refused, back after ${backMs} ms`);
}

/**
 * Fills the disk until writes are refused and stay so. What the server gives free by itself is left to it, unless it
 * takes writes again: then the disk fills up again, as it would under another program's log.
 */
async function fillForGood(run: UnderLoad, filler: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    fill(filler);
    await waitFor("503 on a full disk", 10_000, async () => (await probe(run)).status === 503);
    const back = await waitFor("a write", 500, async () => (await probe(run)).status === 201).catch(
      () => false,
    );
    if (!back) return;
  }
  throw new Error("the disk was filled ten times, and writes came back each time");
}

/** Takes all the space there is, to the last byte. */
function fill(file: string): void {
  const fd = openSync(file, "a");
  try {
    for (const size of [1 << 20, 4_096, 1]) {
      while (writes(fd, Buffer.alloc(size)));
    }
  } finally {
    closeSync(fd);
  }
}

function writes(fd: number, bytes: Buffer): boolean {
  try {
    return writeSync(fd, bytes) === bytes.length;
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw failure;
  }
}
