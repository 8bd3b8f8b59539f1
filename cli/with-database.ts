import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeDataFolder, openDatabase, sqliteFileName } from "../server/src/app/open-database.ts";
import type { Config } from "../server/src/platform/config.ts";
import type { Database, Queries } from "../server/src/platform/db/database.ts";
import { lockFolder } from "../server/src/platform/db/folder-lock.ts";
import { missingMigrations } from "../server/src/platform/db/migrator.ts";
import { SqliteReader } from "../server/src/platform/db/sqlite-reader.ts";
import { CommandFailed } from "./command.ts";

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

/**
 * Opens the SQLite database of this configuration for looking at it, beside a server that may be running.
 * @throws CommandFailed if there is none.
 */
export function openReader(config: Config): SqliteReader {
  const file = sqliteFileOf(config);
  if (existsSync(file)) return new SqliteReader(file);
  throw new CommandFailed(
    `There is no database in ${config.dataDir}. Set PARLEY_DATA_DIR to the server's data folder.`,
  );
}

/**
 * Reads that all see one state of the configured database, beside a server that may be writing to it. With SQLite
 * messages of the last moment, and what is written with them, may not be in their tables yet.
 * @throws CommandFailed if there is no database, or its schema is not this version's.
 */
export async function readDatabase<T>(config: Config, work: (query: Queries) => Promise<T>): Promise<T> {
  const database = config.databaseUrl === null ? openReader(config) : await openDatabase(config);
  try {
    return await database.snapshot(async (query) => {
      await requireSchema(query);
      return work(query);
    });
  } finally {
    await database.close();
  }
}

/** @throws CommandFailed if the database was made by an older version. */
export async function requireSchema(query: Queries): Promise<void> {
  if ((await missingMigrations(query)).length === 0) return;
  throw new CommandFailed(
    "The database has not the schema of this version. Run «npm run parley -- migrate» first.",
  );
}
