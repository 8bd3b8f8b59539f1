import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import { openSqliteDatabase } from "../platform/db/sqlite.ts";

export const sqliteFileName = "parley.sqlite";
/** Uploaded files, each under its id. */
export const filesFolderName = "files";
/** Made of the database, and made again when it is missing or of another life of it. */
export const searchFileName = "search.sqlite";

/**
 * Opens the database that the configuration names. PostgreSQL's driver is loaded only when it is asked for.
 * @throws DatabaseRefused with what to do.
 */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl !== null) {
    const { openPostgresDatabase } = await import("../platform/db/postgres.ts");
    return openPostgresDatabase(config.databaseUrl);
  }
  return openSqliteDatabase(join(config.dataDir, sqliteFileName), config.sqliteSynchronous);
}

/** Makes the data folder if it is missing, for its owner alone. */
export function makeDataFolder(config: Config): void {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
}
