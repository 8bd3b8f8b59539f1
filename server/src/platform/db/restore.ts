import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { sql } from "kysely";
import { copyTables } from "./copy.ts";
import type { Database, Queries } from "./database.ts";
import { startNewEpoch } from "./meta.ts";
import { migrateToLatest, unknownMigrations } from "./migrator.ts";
import { openSqliteDatabase } from "./sqlite.ts";
import { DatabaseRefused, markerOf } from "./sqlite-open.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import { across } from "./tenant-fence.ts";

/** What a database holds, for people who wonder whether it is the right one. */
export interface Contents {
  messages: number;
  conversations: number;
  /** Without placeholders of imports. */
  people: number;
}

/** A database made ready to take the place of another one. */
export interface Prepared extends Contents {
  epoch: string;
  /** Some of its signing keys open only with the PARLEY_SECRET they were sealed with. */
  hasSealedKeys: boolean;
}

/**
 * Checks a backup from its first page to its last.
 * @throws DatabaseRefused if it is damaged, foreign, or of a newer version.
 */
export async function requireBackup(file: string): Promise<void> {
  const reader = new SqliteReader(file);
  try {
    reader.requireSound("integrity_check");
    const unknown = await unknownMigrations(reader.query);
    if (unknown.length > 0) {
      throw new DatabaseRefused(
        `${file} was made by a newer Parley (${unknown.join(", ")}). Update this one first.`,
      );
    }
  } finally {
    reader.close();
  }
}

/**
 * Makes a database of a backup: what waits in its journal reaches its tables, its schema becomes this program's, and
 * its epoch a new one, so that clients start afresh.
 * @param file a new file, complete and alone when this resolves.
 */
export async function prepareBackup(backup: string, file: string): Promise<Prepared> {
  discardDatabase(file);
  const reader = new SqliteReader(backup);
  try {
    reader.copyTo(file);
  } finally {
    reader.close();
  }
  chmodSync(file, 0o600);
  const database = openSqliteDatabase(file, "FULL");
  try {
    await migrateToLatest(database.query);
    const epoch = await startNewEpoch(database.query);
    return {
      epoch,
      ...(await countContents(database.query)),
      hasSealedKeys: await hasSealedKeys(database.query),
    };
  } finally {
    await database.close();
    rmSync(reserveOf(file), { force: true });
  }
}

export async function countContents(query: Queries): Promise<Contents> {
  const { messages, conversations, people } = await across(query, "upkeep")
    .selectNoFrom((eb) => [
      eb
        .selectFrom("messages")
        .select((count) => count.fn.countAll<number>().as("n"))
        .as("messages"),
      eb
        .selectFrom("conversations")
        .select((count) => count.fn.countAll<number>().as("n"))
        .as("conversations"),
      eb
        .selectFrom("users")
        .where("is_placeholder", "=", 0)
        .select((count) => count.fn.countAll<number>().as("n"))
        .as("people"),
    ])
    .executeTakeFirstOrThrow();
  return { messages: Number(messages), conversations: Number(conversations), people: Number(people) };
}

async function hasSealedKeys(query: Queries): Promise<boolean> {
  const row = await query.selectFrom("server_keys").select("kid").where("sealed", "=", 1).executeTakeFirst();
  return row !== undefined;
}

/** The files that make one SQLite database: its own, its log and index while it is open, and the marker of that. */
function filesOf(file: string): string[] {
  return [file, `${file}-wal`, `${file}-shm`, markerOf(file)];
}

function reserveOf(file: string): string {
  return `${file}.reserve`;
}

export function isDatabaseThere(file: string): boolean {
  return existsSync(file) || existsSync(`${file}-wal`);
}

/** Removes a database that nobody needs, such as one that was prepared and not put in place. */
export function discardDatabase(file: string): void {
  for (const each of [...filesOf(file), `${file}-journal`, reserveOf(file)]) rmSync(each, { force: true });
}

/**
 * Puts `prepared` in the place of `file`; a database that is there is kept as `aside`, with all that it needs to be
 * opened again. Nobody may have either of them open.
 */
export function putInPlace(prepared: string, file: string, aside: string): void {
  if (existsSync(markerOf(prepared)))
    throw new DatabaseRefused(`${prepared} is still in use. Nothing was changed.`);
  syncFile(prepared);
  const names = filesOf(aside);
  for (const [index, former] of filesOf(file).entries()) {
    const name = names[index];
    if (name !== undefined && existsSync(former)) renameSync(former, name);
  }
  renameSync(prepared, file);
  syncFile(dirname(file));
}

/** Connections that other processes of Parley, servers and commands, hold to the same PostgreSQL database. */
export async function countOtherConnections(query: Queries): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and application_name = 'parley' and pid <> pg_backend_pid()
  `.execute(query);
  return Number(rows[0]?.count ?? 0);
}

/** Replaces all rows of `database` by those of the SQLite file, in one transaction. The schema is the latest in both. */
export async function replaceRows(database: Database, file: string): Promise<void> {
  const from = openSqliteDatabase(file, "FULL");
  try {
    await from.snapshot((rows) =>
      database.transaction(async ({ query }) => {
        if (database.engine === "postgres") await sql`set local statement_timeout = 0`.execute(query);
        await copyTables(rows, query);
      }),
    );
  } finally {
    await from.close();
  }
}

/** Makes what was written to a file or changed in a folder survive a power cut. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
