import { Database } from "bun:sqlite";
import { join } from "node:path";
import { databaseFile } from "../machine/data-folder.ts";
import { makeDiskImage, mountDiskImage, runTool, unmount } from "../machine/mounts.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { startUnderLoad, type UnderLoad } from "./under-load.ts";

/**
 * Paced: a fast writer fills the WAL so often that each checkpoint's sync hides what a missing sync would lose.
 */
const load = { rate: 60, socketsEach: 1, dropsPerSecond: 1 };

export const powerCut: Scenario = {
  id: "RE-02",
  title: "power cut (image of the disk under load)",
  needs: ["disk image"],
  alone: false,
  rounds: (asked) => asked,
  play,
};

/** Shows that the scenario can find a loss: a server that does not sync each commit must fail it. */
export const powerCutControl: Scenario = {
  id: "RE-02-control",
  title: "power cut at synchronous=NORMAL loses messages, as it must",
  needs: ["disk image"],
  alone: false,
  rounds: (asked) => Math.ceil(asked / 5),
  play: playControl,
};

async function play(round: Round): Promise<RoundResult> {
  const run = await loadUntilPowerCut(round, {});
  const settled = await run.load.settle();
  const stopped = await run.server.stop();
  round.expect(stopped === 0, `SIGTERM after the round ended with ${stopped}`);
  const integrity = integrityOf(join(run.ground.dataDir, databaseFile));
  round.expect(integrity === "ok", `integrity_check: ${integrity}`);
  return round.result(settled, "cut once");
}

async function playControl(round: Round): Promise<RoundResult> {
  const run = await loadUntilPowerCut(round, { PARLEY_TEST_SQLITE_SYNCHRONOUS: "NORMAL" });
  run.load.pauseSending();
  const { acknowledged, lost } = run.load.check(await run.load.readBack());
  run.load.stop();
  round.expect(lost > 0, "nothing was lost: this run cannot tell a durable server from one that is not");
  return {
    acknowledged,
    lost: 0,
    doubled: 0,
    faults: round.faults,
    late: round.late,
    note: `${lost} lost at synchronous=NORMAL`,
  };
}

/** Runs a server on a disk of its own, freezes it, and goes on with a second one on what the disk held then. */
async function loadUntilPowerCut(round: Round, env: Record<string, string>): Promise<UnderLoad> {
  const disk = join(round.folder, "disk");
  const image = join(round.folder, "disk.img");
  makeDiskImage(image, 128);
  mountDiskImage(image, disk, round.cleanup);
  const ground = round.copyGround(join(disk, "data"));
  runTool("sync", "-f", disk);
  const run = await startUnderLoad(round, { ground, load, server: { env } });
  await Bun.sleep(round.random.between(1_000, 2_500));
  run.server.signal("SIGSTOP");
  runTool("cp", "--sparse=always", image, `${image}.after`);
  await run.server.kill();
  run.endpoint.url = null;
  unmount(disk);
  const after = join(round.folder, "after");
  mountDiskImage(`${image}.after`, after, round.cleanup);
  run.ground.dataDir = join(after, "data");
  run.server = await round.startServer({ dataDir: run.ground.dataDir });
  run.endpoint.url = run.server.url;
  return run;
}

/** What SQLite's own full check says of a database; `ok` when it is whole. */
export function integrityOf(file: string): string {
  const database = new Database(file, { readonly: true });
  try {
    const row = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check").get();
    return row?.integrity_check ?? "no answer";
  } finally {
    database.close();
  }
}
