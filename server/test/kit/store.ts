import { Database } from "bun:sqlite";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JWK } from "jose";
import { Client } from "pg";
import { sqliteFileName } from "../../src/app/open-database.ts";
import type { TestApp } from "./app.ts";
import type { Person } from "./person.ts";

/**
 * All that a thief of the disk would hold, as text: every file of the data folder and, on PostgreSQL, every row.
 * For tests of what must never be stored.
 */
export async function readStore(app: TestApp): Promise<string> {
  const entries = await readdir(app.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")));
  if (app.databaseUrl === null) return texts.join("\n");
  return texts.join("\n") + (await onPostgres(app.databaseUrl, everyRow));
}

/** Every row that the database holds now, as «table, then its cells»; what was deleted is not among them. */
export async function listRows(app: TestApp): Promise<string[]> {
  if (app.databaseUrl !== null) return onPostgres(app.databaseUrl, listPostgresRows);
  return onSqlite(app.dataDir, (database) =>
    (
      database.query("select name from sqlite_master where type = 'table'").all() as { name: string }[]
    ).flatMap(({ name }) =>
      database
        .query(`select * from "${name}"`)
        .all()
        .map((row) => `${name} ${JSON.stringify(row)}`),
    ),
  );
}

/**
 * Puts somebody into another organization, which no route of the core can do. Their next login belongs to it;
 * sessions from before are not to be used any more.
 */
export async function moveToOtherOrganization(app: TestApp, person: Person): Promise<string> {
  const id = Bun.randomUUIDv7();
  const statements = [
    `insert into organizations (id, slug, name, created_at) values ('${id}', 'org-${id}', 'Another', 0)`,
    `delete from sessions where user_id = '${person.id}'`,
    `update users set organization_id = '${id}' where id = '${person.id}'`,
  ];
  await carryOut(app, statements);
  return id;
}

/** Puts somebody into an organization with a role, whatever its Admins say. Their sessions end. */
export async function placeInOrganization(
  app: TestApp,
  userId: string,
  organizationId: string,
  role: string,
): Promise<void> {
  await carryOut(app, [
    `delete from sessions where user_id = '${userId}'`,
    `update users set organization_id = '${organizationId}', organization_role = '${role}' where id = '${userId}'`,
  ]);
}

async function carryOut(app: TestApp, statements: string[]): Promise<void> {
  if (app.databaseUrl === null) {
    await onSqlite(app.dataDir, (database) => {
      database
        .transaction(() => {
          for (const statement of statements) database.run(statement);
        })
        .immediate();
    });
    return;
  }
  await onPostgres(app.databaseUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** One noted request, as the trail of requests keeps it. */
export interface NotedRequest {
  organization_id: string | null;
  user_id: string | null;
  event_type: string;
  endpoint: string;
  method: string;
  status_code: number;
  ip: string | null;
  user_agent: string | null;
  fields: string;
  response_time_ms: number;
  request_id: string;
}

/** All that the trail of requests holds, in the order of its writing. */
export async function readRequestsTrail(
  app: Pick<TestApp, "dataDir" | "databaseUrl">,
): Promise<NotedRequest[]> {
  const statement = "select * from audit_requests order by id";
  if (app.databaseUrl === null)
    return onSqlite(app.dataDir, (database) => database.query(statement).all() as NotedRequest[]);
  return onPostgres(app.databaseUrl, async (client) => (await client.query<NotedRequest>(statement)).rows);
}

/** The server's own signing key, to make tokens that differ from its own in one claim only. */
export async function readSigningKey(app: TestApp): Promise<JWK> {
  const statement = "select material from server_keys where purpose = 'access-token'";
  const row =
    app.databaseUrl === null
      ? await onSqlite(app.dataDir, (database) => database.query(statement).get())
      : await onPostgres(app.databaseUrl, async (client) => (await client.query(statement)).rows[0]);
  return JSON.parse((row as { material: string }).material) as JWK;
}

/** How many rows of a table belong to somebody. */
export async function countRowsOf(app: TestApp, table: string, userId: string): Promise<number> {
  const statement = `select count(*) as n from ${table} where user_id = '${userId}'`;
  const row =
    app.databaseUrl === null
      ? await onSqlite(app.dataDir, (database) => database.query(statement).get())
      : await onPostgres(app.databaseUrl, async (client) => (await client.query(statement)).rows[0]);
  return Number((row as { n: unknown }).n);
}

/**
 * The server under test may hold the write lock in this very thread, and lets go of it only while this waits
 * without blocking.
 */
async function onSqlite<T>(dataDir: string, work: (database: Database) => T): Promise<T> {
  const database = new Database(join(dataDir, sqliteFileName), { readwrite: true });
  try {
    return await retryWhileBusy(() => work(database));
  } finally {
    database.close();
  }
}

async function retryWhileBusy<T>(work: () => T): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const isBusy = (error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true;
      if (!isBusy || Date.now() > deadline) throw error;
      await Bun.sleep(5);
    }
  }
}

async function onPostgres<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function everyRow(client: Client): Promise<string> {
  return (await listPostgresRows(client)).join("\n");
}

async function listPostgresRows(client: Client): Promise<string[]> {
  const tables = await client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  const lines: string[] = [];
  for (const { tablename } of tables.rows) {
    const rows = await client.query<{ line: string }>(`select t::text as line from "${tablename}" t`);
    lines.push(...rows.rows.map((row) => `${tablename} ${row.line}`));
  }
  return lines;
}
