import { Kysely, sql } from "kysely";
import type { Queries } from "./database.ts";
import { migrateToLatest } from "./migrator.ts";
import { type Schema, tableKeys } from "./schema.ts";
import { SqliteDialect } from "./sqlite-dialect.ts";
import { openSqlite, sealSqlite } from "./sqlite-open.ts";
import { across } from "./tenant-fence.ts";

const rowsAtOnce = 500;

type Cells = Record<string, string | number | null>;

/** Copies every table to a new SQLite file. `from` must see one state throughout (a snapshot). */
export async function copyDatabase(from: Queries, file: string): Promise<void> {
  const handle = openSqlite(file, "FULL");
  const guard = {
    acquire: async () => undefined,
    release: () => undefined,
    refused: (error: unknown) => error,
  };
  const to = new Kysely<Schema>({ dialect: new SqliteDialect(handle, guard) });
  try {
    await migrateToLatest(to);
    handle.run("begin immediate");
    await copyTables(from, to);
    handle.run("commit");
    sealSqlite(handle);
    handle.run("pragma journal_mode = delete");
  } finally {
    handle.close();
  }
}

/** Replaces the rows of every table of `target` by those of `source`. Both have the latest schema. */
export async function copyTables(source: Queries, target: Queries): Promise<void> {
  const [from, to] = [across(source, "upkeep"), across(target, "upkeep")];
  const tables = Object.entries(tableKeys);
  for (const [table] of tables.toReversed()) await sql`delete from ${sql.table(table)}`.execute(to);
  for (const [table, key] of tables) await copyTable(from, to, table, key);
}

/** By key, not by offset: each part starts where the last one ended, however large the table. */
async function copyTable(from: Queries, to: Queries, table: string, key: readonly string[]): Promise<void> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let last: Cells | undefined;
  for (;;) {
    const after = last;
    const where =
      after === undefined
        ? sql``
        : sql`where (${columns}) > (${sql.join(key.map((column) => after[column]))})`;
    const { rows } = await sql<Cells>`
      select * from ${sql.table(table)} ${where} order by ${columns} limit ${sql.lit(rowsAtOnce)}
    `.execute(from);
    const [first] = rows;
    if (first === undefined) return;
    const names = Object.keys(first);
    const tuples = rows.map((row) => sql`(${sql.join(names.map((name) => row[name]))})`);
    await sql`
      insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) values ${sql.join(tuples)}
    `.execute(to);
    if (rows.length < rowsAtOnce) return;
    last = rows.at(-1);
  }
}
