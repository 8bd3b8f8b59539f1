import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  cutInHalf,
  flipPage,
  replaceByForeignDatabase,
  replaceByText,
  spoilHeader,
} from "../machine/damage.ts";
import { databaseFile, sizeOf } from "../machine/data-folder.ts";
import { runCommand } from "../machine/server-process.ts";
import { expectRefusedStart } from "./refused-start.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { probe, startUnderLoad } from "./under-load.ts";

export const damagedDatabase: Scenario = {
  id: "RE-18",
  title: "damaged or foreign database, second server on one folder",
  needs: [],
  alone: false,
  rounds: (asked) => asked,
  play,
};

const limitMs = 5_000;
const namesTheFile = /parley\.sqlite/;

async function play(round: Round): Promise<RoundResult> {
  const damages: Record<string, (file: string) => unknown> = {
    "flipped page": (file) => flipPage(file, round.random),
    "bad header": spoilHeader,
    "cut in half": cutInHalf,
    "text file": replaceByText,
    "foreign database": replaceByForeignDatabase,
  };
  for (const [what, damage] of Object.entries(damages)) {
    const { dataDir } = round.copyGround(join(round.folder, what.replaceAll(" ", "-")));
    const detail = damage(join(dataDir, databaseFile));
    const named = typeof detail === "number" ? `${what} ${detail}` : what;
    await expectRefusedStart(round, named, { dataDir, limitMs, names: namesTheFile });
  }
  return await playLockAndLostWal(round);
}

/** With a server at work a second one refuses; after its kill -9 and the loss of the WAL the next start does. */
async function playLockAndLostWal(round: Round): Promise<RoundResult> {
  const run = await startUnderLoad(round, { load: { socketsEach: 1 } });
  const { dataDir } = run.ground;
  await Bun.sleep(300);
  await expectSecondServerRefused(round, dataDir);
  round.expect(
    (await probe(run)).status === 201,
    "after a second server had tried, the first took no writes",
  );
  await Bun.sleep(300);
  const settled = await run.load.settle();
  await run.server.kill();
  const wal = join(dataDir, `${databaseFile}-wal`);
  if (sizeOf(wal) === 0) throw new Error("no WAL was left to lose");
  rmSync(wal);
  rmSync(join(dataDir, `${databaseFile}-shm`), { force: true });
  await expectRefusedStart(round, "lost WAL", { dataDir, limitMs, names: namesTheFile });
  return round.result(settled, "6 damages and a second server refused");
}

/** The lock is asked for while the first server writes, so that only the exit and the words are judged here. */
async function expectSecondServerRefused(round: Round, dataDir: string): Promise<void> {
  const second = await runCommand(["serve"], { dataDir, limitMs: limitMs + 3_000 });
  const said = second.output.trim().slice(-300);
  round.expect(
    second.exitCode > 0 && second.exitCode < 128,
    `a second server ended with ${second.exitCode}: ${said}`,
  );
  round.expectInTime(
    second.tookMs <= limitMs,
    `a second server refused after ${Math.round(second.tookMs)} ms`,
  );
  round.expect(
    /another|already|in use|lock/i.test(second.output),
    `a second server did not say why: ${said}`,
  );
}
