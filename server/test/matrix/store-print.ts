import { Database } from "bun:sqlite";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { sqliteFileName } from "../../src/app/open-database.ts";
import type { TestApp } from "../kit/app.ts";

/** The first two tell of refused requests themselves; what is in the last is on its way to the tables. */
const tablesLeftOut = ["audit_requests", "account_locks", "journal"];
const columnsLeftOut = ["last_used_at", "last_seen_at"];

/** The names of the stored tables and files with what they hold, in short: two that are equal hold the same. */
export type StorePrint = Record<string, string>;

export interface StoreReader {
  read(): Promise<StorePrint>;
  close(): Promise<void>;
}

/** Looks at what the server has stored from beside it, without waiting for it or holding it up. */
export async function openStore(app: TestApp): Promise<StoreReader> {
  const rows = app.databaseUrl === null ? onSqlite(app.dataDir) : await onPostgres(app.databaseUrl);
  return {
    read: async () => ({ ...(await rows.read()), files: await listFiles(app.dataDir) }),
    close: rows.close,
  };
}

async function listFiles(dataDir: string): Promise<string> {
  const names = await readdir(join(dataDir, "files"), { recursive: true }).catch(() => []);
  return names.sort().join();
}

function onSqlite(dataDir: string): StoreReader {
  const database = new Database(join(dataDir, sqliteFileName), { readonly: true });
  const tables = database.query("select name from sqlite_master where type = 'table'").all() as {
    name: string;
  }[];
  const selects = tables
    .filter(({ name }) => !tablesLeftOut.includes(name) && !name.startsWith("sqlite_"))
    .map(({ name }) => ({
      name,
      rows: database.query<Record<string, unknown>, []>(`select * from "${name}"`),
    }));
  return {
    read: async () =>
      Object.fromEntries(
        selects.map(({ name, rows }) => {
          const lines = rows.all().map((row) => {
            for (const column of columnsLeftOut) delete row[column];
            return JSON.stringify(row);
          });
          return [name, `${lines.length} ${Bun.hash(lines.join("\n"))}`];
        }),
      ),
    close: async () => database.close(),
  };
}

async function onPostgres(url: string): Promise<StoreReader> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  const left = columnsLeftOut.map((column) => `'${column}'`).join();
  const statement = tables
    .filter(({ tablename }) => !tablesLeftOut.includes(tablename))
    .map(
      ({ tablename: name }) =>
        `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(line, '' order by line)), '') as print
           from (select (to_jsonb(t) - array[${left}])::text as line from "${name}" t) as lines`,
    )
    .join(" union all ");
  return {
    read: async () => {
      const { rows } = await client.query<{ name: string; print: string }>(statement);
      return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
    },
    close: () => client.end(),
  };
}
