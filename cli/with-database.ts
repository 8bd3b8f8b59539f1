import { join } from "node:path";
import { makeDataFolder, openDatabase, sqliteFileName } from "../server/src/app/open-database.ts";
import type { Config } from "../server/src/platform/config.ts";
import type { Database } from "../server/src/platform/db/database.ts";
import { lockFolder } from "../server/src/platform/db/folder-lock.ts";

/** Where the SQLite database of this configuration lies, or would. */
export function sqliteFileOf(config: Config): string {
  return join(config.dataDir, sqliteFileName);
}

/**
 * Opens the configured database for writing, and closes it whatever comes of `work`. With SQLite the data folder is
 * this command's alone meanwhile.
 * @throws DatabaseRefused if a server runs on the folder.
 */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  makeDataFolder(config);
  const unlock = config.databaseUrl === null ? lockFolder(config.dataDir) : () => undefined;
  try {
    const database = await openDatabase(config);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    unlock();
  }
}
