import { randomBytes } from "node:crypto";
import { Client } from "pg";

const serverUrl = process.env.PARLEY_TEST_DATABASE_URL;
/** A database on that server whose schema is up to date; copying it takes a fraction of making the schema anew. */
const template = process.env.PARLEY_TEST_TEMPLATE;

/** The engine under this run: PostgreSQL when `PARLEY_TEST_DATABASE_URL` names a server, else SQLite. */
export const databaseName: "sqlite" | "postgres" = serverUrl ? "postgres" : "sqlite";

export interface TestDatabase {
  /** What the server's environment needs to use this database; empty on SQLite. */
  env: Record<string, string>;
  /** Removes the database, whoever is still connected. Safe to call twice. */
  drop(): Promise<void>;
}

/** An empty database that no other test sees. On SQLite it is simply the fresh data folder's own file. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase("");
}

/** The same for a server to start on: on PostgreSQL it has the schema already, where there is one to copy. */
export function createServerDatabase(): Promise<TestDatabase> {
  return createDatabase(template ? ` TEMPLATE ${template} STRATEGY file_copy` : "");
}

async function createDatabase(source: string): Promise<TestDatabase> {
  if (!serverUrl) return { env: {}, drop: () => Promise.resolve() };
  const name = `parley_test_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}${source}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: url.href },
    drop: () => onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** One statement on a PostgreSQL server, beside whatever else is connected. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
