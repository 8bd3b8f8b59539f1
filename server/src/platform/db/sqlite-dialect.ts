import type { Database as Handle, SQLQueryBindings, Statement } from "bun:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
} from "kysely";
import { FencedSqliteCompiler } from "./tenant-fence.ts";

/** Who may use the one connection, and what its refusals mean. */
interface ConnectionGuard {
  acquire(): Promise<void>;
  release(): void;
  refused(error: unknown): unknown;
}

/** Longer texts hold lists of changing length: not worth keeping their statements. */
const keepStatementsUpTo = 2_000;

/** Kysely on bun:sqlite. Statements run at once on the calling thread; short ones stay prepared. */
export class SqliteDialect implements Dialect {
  readonly #connection: SqliteConnection;
  readonly #guard: ConnectionGuard;

  constructor(handle: Handle, guard: ConnectionGuard) {
    this.#connection = new SqliteConnection(handle, guard);
    this.#guard = guard;
  }

  createAdapter = () => new GuardedAdapter();
  createQueryCompiler = () => new FencedSqliteCompiler();
  createIntrospector = (db: ConstructorParameters<typeof SqliteIntrospector>[0]) =>
    new SqliteIntrospector(db);

  createDriver(): Driver {
    const connection = this.#connection;
    const guard = this.#guard;
    return {
      init: async () => undefined,
      acquireConnection: async () => {
        await guard.acquire();
        return connection;
      },
      beginTransaction: async () =>
        void (await connection.executeQuery(CompiledQuery.raw("begin immediate"))),
      commitTransaction: async () => void (await connection.executeQuery(CompiledQuery.raw("commit"))),
      rollbackTransaction: async () => void (await connection.executeQuery(CompiledQuery.raw("rollback"))),
      releaseConnection: async () => guard.release(),
      destroy: async () => undefined,
    };
  }
}

/**
 * Kysely would put a lock of its own around the one connection, and keep it for ever when `acquire` rejects; the guard
 * is the lock here.
 */
class GuardedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #handle: Handle;
  readonly #guard: ConnectionGuard;
  /** Whether a statement answers rows: asking the statement itself each time costs as much as reading two. */
  readonly #answers = new WeakMap<Statement, boolean>();

  constructor(handle: Handle, guard: ConnectionGuard) {
    this.#handle = handle;
    this.#guard = guard;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const keep = sql.length <= keepStatementsUpTo;
    const cells = parameters as SQLQueryBindings[];
    try {
      const statement = keep ? this.#handle.query(sql) : this.#handle.prepare(sql);
      try {
        if (this.#answersRows(statement)) {
          return { rows: statement.all(...cells) as R[] };
        }
        const { changes, lastInsertRowid } = statement.run(...cells);
        return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
      } finally {
        if (!keep) statement.finalize();
      }
    } catch (error) {
      throw this.#guard.refused(error);
    }
  }

  #answersRows(statement: Statement): boolean {
    let answers = this.#answers.get(statement);
    if (answers === undefined) {
      answers = statement.columnNames.length > 0;
      this.#answers.set(statement, answers);
    }
    return answers;
  }

  // biome-ignore lint/correctness/useYield: Kysely's interface asks for a generator; nothing here streams.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("SQLite answers whole results; page instead of streaming.");
  }
}
