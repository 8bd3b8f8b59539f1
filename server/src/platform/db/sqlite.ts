import type { Database as Handle, SQLQueryBindings, Statement } from "bun:sqlite";
import { Kysely } from "kysely";
import { unavailable } from "../errors.ts";
import { limits } from "../limits.ts";
import { type BulkWrite, insertText, lookupText, PendingRows, type Row } from "./bulk.ts";
import type { AppendTx, Database, Queries, Tx } from "./database.ts";
import { Mutex } from "./mutex.ts";
import { Reserve } from "./reserve.ts";
import type { Schema } from "./schema.ts";
import { SqliteDialect } from "./sqlite-dialect.ts";
import { closeSqlite, openSqlite } from "./sqlite-open.ts";

/** Rows waiting in the journal before they are moved to their tables: a bound on how long that stops the loop. */
const settleAtRows = 2_000;
const settleAtCharacters = 2 * 1024 * 1024;
const checkpointAtPages = 8_000;

/**
 * SQLite inside the process: one connection, one writer.
 *
 * The message path writes each group of bulk rows as one row of `journal`, so that a commit costs a few pages however
 * many conversations it touches; the rows reach their indexed tables later, sorted and many at once. Every other
 * statement first settles the journal, so that nobody but `AppendTx` can tell. A journal found at the start is settled
 * before anything else.
 */
export function openSqliteDatabase(file: string, synchronous: "FULL" | "NORMAL"): Database {
  return new SqliteDatabase(openSqlite(file, synchronous), synchronous, new Reserve(`${file}.reserve`));
}

class SqliteDatabase implements Database {
  readonly engine = "sqlite";
  readonly query: Queries;
  readonly #handle: Handle;
  readonly #synchronous: "FULL" | "NORMAL";
  readonly #reserve: Reserve;
  readonly #mutex = new Mutex();
  readonly #pending = new PendingRows();
  readonly #journal: Statement;
  readonly #statements = new Map<string, Statement>();
  readonly #settledHooks: (() => void)[] = [];
  readonly #fatalHooks: ((error: unknown) => void)[] = [];
  #settledAt = performance.now();
  #isWritable = true;
  /** The disk is full, and the reserve has been given back for what was acknowledged. */
  #isShort = false;
  #hasSynced = false;
  #lockedSince: number | null = null;

  constructor(handle: Handle, synchronous: "FULL" | "NORMAL", reserve: Reserve) {
    this.#handle = handle;
    this.#synchronous = synchronous;
    this.#reserve = reserve;
    reserve.fill();
    handle.run("create table if not exists journal (id integer primary key, changes text not null) strict");
    this.#journal = handle.prepare("insert into journal (changes) values (?)");
    this.#settleLeftovers();
    this.query = new Kysely<Schema>({
      dialect: new SqliteDialect(handle, {
        acquire: () => this.#acquire(),
        release: () => this.#mutex.release(),
        refused: (error) => this.#refused(error),
      }),
    });
  }

  /** Rows of an older process, acknowledged and durable, that had not reached their tables. */
  #settleLeftovers(): void {
    const groups = this.#handle.query("select changes from journal order by id").all() as {
      changes: string;
    }[];
    for (const group of groups) this.#pending.add(JSON.parse(group.changes) as BulkWrite[], 0);
    if (groups.length > 0) this.#settle();
  }

  async #acquire(): Promise<void> {
    await this.#mutex.acquire();
    if (this.#pending.count === 0) return;
    try {
      await this.#whenFree(() => this.#settle());
    } catch (error) {
      this.#mutex.release();
      throw this.#refused(error);
    }
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.query.connection().execute(async (query) => {
      const hooks: (() => void)[] = [];
      this.#requireSpace();
      await this.#whenFree(() => this.#handle.run("begin immediate"));
      try {
        const result = await work({ query, afterCommit: (hook) => hooks.push(hook) });
        await this.#synced(() => this.#handle.run("commit"));
        for (const hook of hooks) hook();
        return result;
      } catch (error) {
        if (this.#handle.inTransaction) this.#handle.run("rollback");
        throw this.#refused(error);
      }
    });
  }

  snapshot<T>(work: (query: Queries) => Promise<T>): Promise<T> {
    return this.query.connection().execute(work);
  }

  async append<T>(work: (tx: AppendTx) => Promise<T>): Promise<T> {
    this.#requireSpace();
    await this.#mutex.acquire();
    try {
      const hooks: (() => void)[] = [];
      const written: { changes: BulkWrite[]; size: number }[] = [];
      const result = await work(this.#appendTx(hooks, written));
      if (this.#handle.inTransaction) await this.#synced(() => this.#handle.run("commit"));
      for (const { changes, size } of written) this.#pending.add(changes, size);
      for (const hook of hooks) hook();
      if (this.#pending.count >= settleAtRows || this.#pending.size >= settleAtCharacters)
        this.#settleLater();
      return result;
    } catch (error) {
      if (this.#handle.inTransaction) this.#handle.run("rollback");
      throw this.#refused(error);
    } finally {
      this.#mutex.release();
    }
  }

  #appendTx(hooks: (() => void)[], written: { changes: BulkWrite[]; size: number }[]): AppendTx {
    const settle = async () => {
      if (this.#pending.count > 0) await this.#whenFree(() => this.#settle());
    };
    return {
      query: this.#unguarded,
      afterCommit: (hook) => hooks.push(hook),
      settle,
      widen: async () => {
        await settle();
        await this.#whenFree(() => this.#handle.run("begin immediate"));
      },
      // A single statement is a transaction of its own, unless `widen` began one.
      write: async (changes) => {
        const text = JSON.stringify(changes);
        await this.#synced(() => this.#journal.run(text));
        written.push({ changes, size: text.length });
      },
      find: async (lookup, keys) => {
        const statement = this.#statement(lookupText(lookup, 1, (index) => `?${index}`));
        return keys.flatMap((key) => statement.values(...key) as Row[]);
      },
    };
  }

  /** For statements inside `append`, which holds the connection already. */
  get #unguarded(): Queries {
    this.#unguardedQueries ??= new Kysely<Schema>({
      dialect: new SqliteDialect(this.#handle, {
        acquire: async () => undefined,
        release: () => undefined,
        refused: (error) => this.#refused(error),
      }),
    });
    return this.#unguardedQueries;
  }
  #unguardedQueries: Queries | null = null;

  #settleScheduled = false;
  #settleLater(): void {
    if (this.#settleScheduled) return;
    this.#settleScheduled = true;
    setImmediate(() => {
      this.#settleScheduled = false;
      this.#acquire().then(
        () => this.#mutex.release(),
        () => undefined,
      );
    });
  }

  /**
   * Moves the journal's rows to their tables, on a full disk into the space set aside for that. It need not be synced:
   * if it is lost in a power cut, the journal's rows are there again. Holds the mutex.
   */
  #settle(): void {
    try {
      this.#moveRows();
    } catch (error) {
      if (codeOf(error) !== "SQLITE_FULL" || !this.#reserve.release()) throw error;
      this.#isShort = true;
      this.#moveRows();
    }
    this.#pending.clear();
    this.#settledAt = performance.now();
    for (const hook of this.#settledHooks) hook();
  }

  #moveRows(): void {
    this.#handle.run("pragma synchronous = normal");
    try {
      this.#handle.run("begin immediate");
      for (const { table, rows } of this.#pending.sorted()) {
        const insert = this.#statement(insertText(table, 1, (index) => `?${index}`));
        for (const row of rows) insert.run(...row);
      }
      this.#handle.run("delete from journal");
      this.#handle.run("commit");
    } catch (error) {
      if (this.#handle.inTransaction) this.#handle.run("rollback");
      throw error;
    } finally {
      this.#handle.run(`pragma synchronous = ${this.#synchronous}`);
    }
  }

  #statement(text: string): Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#handle.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** While the disk is full the reserve is for what was acknowledged, not for more. @throws AppError UNAVAILABLE. */
  #requireSpace(): void {
    if (this.#isShort) throw diskFull();
  }

  /** As `whenFree`, for writes that wait for the disk: at most one between two turns of the event loop. */
  async #synced(write: () => void): Promise<void> {
    if (this.#hasSynced) await new Promise((resolve) => setImmediate(resolve));
    this.#hasSynced = true;
    setImmediate(() => {
      this.#hasSynced = false;
    });
    await this.#whenFree(write);
  }

  /**
   * Another process may hold the write lock for a while: waits for it without stopping the event loop. All who wait
   * give up together, five seconds after the lock was first met.
   */
  async #whenFree(write: () => void): Promise<void> {
    for (;;) {
      try {
        write();
        this.#lockedSince = null;
        this.#isWritable = !this.#isShort;
        return;
      } catch (error) {
        if (!codeOf(error).startsWith("SQLITE_BUSY")) throw error;
        this.#lockedSince ??= performance.now();
        if (performance.now() - this.#lockedSince > limits.databaseBusyMs) throw error;
        await Bun.sleep(10);
      }
    }
  }

  /** Engine faults in the words of the contract. A failed sync or a damaged file also ends the process. */
  #refused(error: unknown): unknown {
    const code = codeOf(error);
    if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
      return unavailable("The database is locked by another process. Nothing was done; try again.", 5, error);
    }
    if (code === "SQLITE_FULL") {
      this.#isWritable = false;
      this.#isShort = true;
      return diskFull(error);
    }
    if (/FSYNC|^SQLITE_CORRUPT|^SQLITE_NOTADB/.test(code)) {
      for (const hook of this.#fatalHooks) hook(error);
      return unavailable("The server's disk failed. Nothing was done; try again later.", 10, error);
    }
    if (/^SQLITE_(READONLY|CANTOPEN|IOERR)/.test(code)) {
      this.#isWritable = false;
      return unavailable(
        "The server's disk cannot be written. Nothing was done; try again later.",
        10,
        error,
      );
    }
    return error;
  }

  onSettled(hook: () => void): void {
    this.#settledHooks.push(hook);
  }

  onFatal(hook: (error: unknown) => void): void {
    this.#fatalHooks.push(hook);
  }

  isUniqueViolation(error: unknown): boolean {
    return /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(codeOf(error));
  }

  get isWritable(): boolean {
    return this.#isWritable;
  }

  async maintain(): Promise<void> {
    this.#reserve.fill();
    if (this.#isShort && this.#reserve.isFilled) this.#isShort = false;
    if (!this.#isWritable) await this.#tryWriting();
    if (this.#pending.count > 0 && performance.now() - this.#settledAt > 1_000) {
      await this.#acquire();
      this.#mutex.release();
    }
    const log = this.#handle.query("pragma wal_checkpoint(noop)").get() as { log: number } | null;
    if (log !== null && log.log > checkpointAtPages) await this.#checkpoint();
  }

  /** A write that changes nothing, to learn whether the disk takes writes again. */
  async #tryWriting(): Promise<void> {
    const touch = async ({ query }: Tx) => {
      await query
        .updateTable("server_meta")
        .set((eb) => ({ value: eb.ref("value") }))
        .execute();
    };
    await this.transaction(touch).catch(() => undefined);
  }

  /** In a worker of its own, for the time of it: a checkpoint syncs twice, and this thread serves sockets. */
  async #checkpoint(): Promise<void> {
    const worker = new Worker(new URL("./checkpoint-worker.ts", import.meta.url).href);
    try {
      const failure = await new Promise<{ code?: string; message: string } | null>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<{ code?: string; message: string } | null>) =>
          resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(this.#handle.filename);
      });
      if (failure !== null)
        throw this.#refused(Object.assign(new Error(failure.message), { code: failure.code }));
    } finally {
      worker.terminate();
    }
  }

  async backup(file: string): Promise<void> {
    await this.#acquire();
    try {
      this.#handle.query("vacuum into ?").run(file as SQLQueryBindings);
    } finally {
      this.#mutex.release();
    }
  }

  async close(): Promise<void> {
    await this.#acquire();
    closeSqlite(this.#handle);
    this.#mutex.release();
  }
}

function diskFull(cause?: unknown) {
  return unavailable("The server's disk is full. Nothing was done; try again later.", 10, cause);
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
