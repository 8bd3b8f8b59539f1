import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalBus } from "../platform/bus/local-bus.ts";
import { readConfig } from "../platform/config.ts";
import { migrateToLatest } from "../platform/db/migrator.ts";
import { Events } from "../platform/events/events.ts";
import { createLog } from "../platform/log.ts";
import { buildFeatures } from "./features.ts";
import { openDatabase } from "./open-database.ts";
import { type RestSurface, restSurfaces } from "./surfaces/rest.ts";

/** The surfaces as a server mounts them; the services behind them get an empty database that nobody asks. */
export async function mountedSurfaces(): Promise<RestSurface[]> {
  const scratch = mkdtempSync(join(tmpdir(), "parley-routes-"));
  try {
    const config = readConfig({ PARLEY_DATA_DIR: scratch });
    const database = await openDatabase(config);
    try {
      await migrateToLatest(database.query);
      const log = createLog("error");
      const events = new Events(createLocalBus(), log);
      return restSurfaces(await buildFeatures(config, database, events, log));
    } finally {
      await database.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
