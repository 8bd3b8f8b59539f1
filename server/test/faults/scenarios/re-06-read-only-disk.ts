import { statSync } from "node:fs";
import { join } from "node:path";
import { databaseFile } from "../machine/data-folder.ts";
import {
  breakDiskImage,
  makeDiskImage,
  mountDiskImage,
  mountDiskImageReadOnly,
  runTool,
  unmount,
} from "../machine/mounts.ts";
import { waitFor, within } from "../machine/waiting.ts";
import { expectOldDataReadable } from "./old-data.ts";
import { expectRefusedStart } from "./refused-start.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { probe, startUnderLoad, type UnderLoad } from "./under-load.ts";

/** Longer than what is gathered waits. */
const silenceMs = 1_500;

export const readOnlyDisk: Scenario = {
  id: "RE-06",
  title: "the disk turns read-only",
  needs: ["disk image"],
  alone: false,
  rounds: (asked) => asked,
  play,
};

async function play(round: Round): Promise<RoundResult> {
  const disk = join(round.folder, "disk");
  const image = join(round.folder, "disk.img");
  makeDiskImage(image, 128);
  mountDiskImage(image, disk, round.cleanup);
  const ground = round.copyGround(join(disk, "data"));
  runTool("sync", "-f", disk);
  const run = await startUnderLoad(round, { ground, load: { socketsEach: 2, dropsPerSecond: 1 } });
  await Bun.sleep(round.random.between(400, 1_200));
  // Every second round the disk turns while nothing is being synced: then the server has no reason to end.
  const amid = round.seed % 2 === 0;
  if (!amid) {
    run.load.pauseSending();
    await expectSilence(run);
  }
  breakDiskImage(disk);
  if (!amid) run.load.resumeSending();
  const stayed = await expectReadsOrEnd(round, run, amid);
  const exitCode = await run.server.stop();
  round.expect(exitCode !== null, "SIGTERM on a read-only disk did not end it within 10 s");
  run.endpoint.url = null;
  unmount(disk);
  await expectNoStartOnReadOnly(round, image);
  mountDiskImage(image, disk, round.cleanup);
  run.server = await round.startServer({ dataDir: ground.dataDir });
  run.endpoint.url = run.server.url;
  await run.load.waitUntilLive(10_000);
  const settled = await run.load.settle();
  const stopped = await run.server.stop();
  round.expect(stopped === 0, `SIGTERM after the round ended with ${stopped}`);
  return round.result(settled, stayed ? "stayed up for reads" : "ended by itself after a failed sync");
}

/** Nothing is written any more: of what happened, some is gathered and stored a second later. */
async function expectSilence(run: UnderLoad): Promise<void> {
  const log = `${join(run.ground.dataDir, databaseFile)}-wal`;
  let written = 0;
  let sinceMs = performance.now();
  await waitFor("a server that writes nothing", 15_000, () => {
    const latest = statSync(log).mtimeMs;
    if (latest !== written) sinceMs = performance.now();
    written = latest;
    return performance.now() - sinceMs > silenceMs;
  });
}

/**
 * The next writes are refused with 503 and reads go on; or, where the disk turned amid a sync, the server ends by
 * itself with a failure code. Returns whether it stayed.
 */
async function expectReadsOrEnd(round: Round, run: UnderLoad, mayEnd: boolean): Promise<boolean> {
  const exitCode = await within(1_200, run.server.exited());
  if (exitCode !== null) {
    round.expect(mayEnd, `ended with ${exitCode}, although no sync was under way`);
    round.expect(exitCode !== 0 && exitCode < 128, `ended with ${exitCode}`);
    return false;
  }
  const write = await probe(run);
  round.expect(
    write.status === 503 && write.code === "UNAVAILABLE",
    `a send: ${write.status} ${write.code}, not 503`,
  );
  await expectOldDataReadable(round, run);
  return true;
}

async function expectNoStartOnReadOnly(round: Round, image: string): Promise<void> {
  const folder = join(round.folder, "read-only");
  mountDiskImageReadOnly(image, folder, round.cleanup);
  const dataDir = join(folder, "data");
  await expectRefusedStart(round, "on a read-only disk", {
    dataDir,
    limitMs: 2_000,
    names: /read-?only|EROFS/i,
  });
  unmount(folder);
}
