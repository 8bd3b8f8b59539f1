import {
  CompiledQuery,
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  sql,
} from "kysely";
import pg from "pg";
import { unavailable } from "../errors.ts";
import { type BulkTable, type BulkWrite, type Cell, insertText, type Row } from "./bulk.ts";
import { copyDatabase } from "./copy.ts";
import type { AppendTx, Database, Queries, Tx } from "./database.ts";
import type { Schema } from "./schema.ts";
import { FencedPostgresCompiler } from "./tenant-fence.ts";

const poolSize = 10;
/** PostgreSQL takes at most 65,535 parameters a statement. */
const parametersAtMost = 30_000;
const statementTimeoutMs = 20_000;

/** Every bigint of the schema is a time, a seq or a count, far below 2^53. */
const int8Oid = 20;

/** PostgreSQL 15 or newer, through `pg`. Bulk rows go to their tables in the transaction that writes them. */
export function openPostgresDatabase(url: string): Database {
  pg.types.setTypeParser(int8Oid, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    application_name: "parley",
  });
  // An idle connection that the server drops is replaced at the next use.
  pool.on("error", () => undefined);
  return new PostgresDatabase(pool);
}

class FencedDialect extends PostgresDialect {
  override createQueryCompiler = () => new FencedPostgresCompiler();
}

class PostgresDatabase implements Database {
  readonly engine = "postgres";
  readonly isWritable = true;
  readonly query: Queries;
  /** Settles once every commit that was asked for so far has its answer, and what follows it has run. */
  #committed: Promise<void> = Promise.resolve();

  constructor(pool: pg.Pool) {
    this.query = new Kysely<Schema>({ dialect: new FencedDialect({ pool: explaining(pool) }) });
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.query.connection().execute(async (query) => {
      const hooks: (() => void)[] = [];
      const last: (() => Promise<void>)[] = [];
      await sql`begin`.execute(query);
      try {
        const result = await work({
          query,
          beforeCommit: (hook) => last.push(hook),
          afterCommit: (hook) => hooks.push(hook),
        });
        for (const hook of last) await hook();
        await this.#commit(query, hooks);
        return result;
      } catch (error) {
        // A connection that broke cannot roll back; the server does it when it notices.
        await sql`rollback`.execute(query).catch(() => undefined);
        throw error;
      }
    });
  }

  /**
   * The hooks run in the order of the commits. Their answers may come in another: PostgreSQL lets go of locks first, so
   * that whoever waited for one may have committed too by the time the first is told.
   */
  async #commit(query: Queries, hooks: (() => void)[]): Promise<void> {
    const before = this.#committed;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#committed = promise;
    try {
      await sql`commit`.execute(query);
      await before;
      for (const hook of hooks) hook();
    } finally {
      void before.then(resolve);
    }
  }

  append<T>(work: (tx: AppendTx) => Promise<T>): Promise<T> {
    return this.transaction((tx) =>
      work({
        ...tx,
        settle: async () => undefined,
        widen: async () => undefined,
        find: (table, keys) => findAll(tx.query, table, keys),
        write: async (changes) => {
          for (const change of changes) await insertAll(tx.query, change);
        },
      }),
    );
  }

  snapshot<T>(work: (query: Queries) => Promise<T>): Promise<T> {
    return this.query.connection().execute(async (query) => {
      await sql`begin isolation level repeatable read read only`.execute(query);
      try {
        return await work(query);
      } finally {
        await sql`commit`.execute(query).catch(() => undefined);
      }
    });
  }

  onFatal(): void {
    // A failed sync is the server's to deal with: PostgreSQL restarts itself.
  }

  isUniqueViolation(error: unknown): boolean {
    return codeOf(error) === "23505";
  }

  async maintain(): Promise<void> {
    // PostgreSQL has its own housekeeping.
  }

  async backup(file: string): Promise<void> {
    await this.snapshot((query) => copyDatabase(query, file));
  }

  async close(): Promise<void> {
    await this.query.destroy();
  }
}

async function insertAll(query: Queries, { table, rows }: BulkWrite): Promise<void> {
  const atOnce = Math.floor(parametersAtMost / table.columns.length);
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    const text = insertText(table, part.length, (index) => `$${index}`);
    await query.executeQuery(CompiledQuery.raw(text, part.flat()));
  }
}

async function findAll(query: Queries, table: BulkTable, keys: string[]): Promise<Row[]> {
  const found: Row[] = [];
  for (let from = 0; from < keys.length; from += parametersAtMost) {
    const part = keys.slice(from, from + parametersAtMost);
    const { rows } = await sql<Record<string, Cell>>`
      select ${sql.join(table.columns.map((column) => sql.ref(column)))} from ${sql.table(table.name)}
      where ${sql.ref(table.key[0] ?? "")} in (${sql.join(part)})
    `.execute(query);
    for (const row of rows) found.push(table.columns.map((column) => row[column] ?? null));
  }
  return found;
}

/** The pool as Kysely uses it, with the engine's faults in the words of the contract. */
function explaining(pool: pg.Pool): PostgresPool {
  const rethrow = (error: unknown): never => {
    throw explained(error);
  };
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect().catch(rethrow);
      const query = (text: unknown, parameters: unknown) =>
        client.query(text as string, parameters as unknown[]).catch(rethrow);
      return { query, release: () => client.release() } as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
  };
}

/** Connection trouble, shutdown and overload in the words of the contract: nothing was committed, or nobody can know. */
function explained(error: unknown): unknown {
  const code = codeOf(error);
  const away =
    /^(08|57P|53|58|XX)/.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/.test(code);
  const lost =
    error instanceof Error &&
    /timeout exceeded when trying to connect|Connection terminated/.test(error.message);
  if (away || lost) return unavailable("The database is away. Try again in a moment.", 2, error);
  if (code === "57014" || code === "55P03")
    return unavailable("The database is too busy. Try again.", 2, error);
  return error;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
