import type { Database as Handle, SQLQueryBindings, Statement } from "bun:sqlite";
import { Kysely } from "kysely";
import { unavailable } from "../errors.ts";
import { limits } from "../limits.ts";
import { nextTurn } from "../next-turn.ts";
import type { AppendTx, Database, Queries, Tx } from "./database.ts";
import { Mutex } from "./mutex.ts";
import { Reserve } from "./reserve.ts";
import type { Schema } from "./schema.ts";
import { SqliteDialect } from "./sqlite-dialect.ts";
import { SqliteJournal } from "./sqlite-journal.ts";
import { markerOf, openSqlite, sealSqlite } from "./sqlite-open.ts";
import { WritableDisk } from "./writable-disk.ts";

/** Rows of a quiet time are moved after this long. */
const moveAfterMs = 100;
const checkpointAtPages = 8_000;

/**
 * SQLite inside the process: one connection, one writer. The message path writes to a journal in front of the tables;
 * every other statement first settles it, so that nobody but `AppendTx` can tell.
 */
export function openSqliteDatabase(file: string, synchronous: "FULL" | "NORMAL"): Database {
  return new SqliteDatabase(openSqlite(file, synchronous), synchronous, new Reserve(`${file}.reserve`));
}

class SqliteDatabase implements Database {
  readonly engine = "sqlite";
  readonly query: Queries;
  readonly #handle: Handle;
  readonly #reserve: Reserve;
  readonly #disk: WritableDisk;
  readonly #countChanges: Statement;
  readonly #mutex = new Mutex();
  readonly #journal: SqliteJournal;
  readonly #fatalHooks: ((error: unknown) => void)[] = [];
  #isWritable = true;
  /** The disk is full, and the reserve has been given back for what was acknowledged. */
  #isShort = false;
  #hasSynced = false;
  #lockedSince: number | null = null;

  constructor(handle: Handle, synchronous: "FULL" | "NORMAL", reserve: Reserve) {
    this.#handle = handle;
    this.#reserve = reserve;
    this.#disk = new WritableDisk(markerOf(handle.filename));
    this.#countChanges = handle.prepare("select total_changes() as changes");
    reserve.fill();
    this.#journal = new SqliteJournal(handle, synchronous);
    this.query = new Kysely<Schema>({
      dialect: new SqliteDialect(handle, {
        acquire: () => this.#acquire(),
        release: () => this.#mutex.release(),
        refused: (error) => this.#refused(error),
      }),
    });
  }

  /**
   * Takes the connection for reading, with the journal settled. On a disk that takes no writes the rows of the last
   * moment stay in the journal, and are shown from memory.
   */
  async #acquire(): Promise<void> {
    await this.#mutex.acquire();
    if (this.#journal.isSettled || this.#journal.isShown) return;
    try {
      await this.#settle();
    } catch (error) {
      const refused = this.#refused(error);
      if (isUnwritable(error)) {
        this.#journal.show();
        return;
      }
      this.#mutex.release();
      throw refused;
    }
  }

  /** Takes the connection for what writes, or looks at the file itself. */
  async #acquireToWrite(): Promise<void> {
    await this.#mutex.acquire();
    this.#journal.unshow();
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.query.connection().execute(async (query) => {
      const hooks: (() => void)[] = [];
      const last: (() => Promise<void>)[] = [];
      this.#requireSpace();
      this.#journal.unshow();
      try {
        // Never beside rows that wait: what it reads and numbers must be the latest.
        await this.#settle();
        await this.#whenFree(() => this.#handle.run("begin immediate"));
        const result = await work({
          query,
          beforeCommit: (hook) => last.push(hook),
          afterCommit: (hook) => hooks.push(hook),
        });
        for (const hook of last) await hook();
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
    await this.#acquireToWrite();
    try {
      const hooks: (() => void)[] = [];
      const durable: (() => void)[] = [];
      const result = await work(this.#appendTx(hooks, durable));
      if (this.#handle.inTransaction) await this.#synced(() => this.#handle.run("commit"));
      for (const take of durable) take();
      for (const hook of hooks) hook();
      if (this.#journal.isDue) this.#moveSoon();
      else this.#moveTimer ??= setTimeout(() => this.#moveSoon(), moveAfterMs).unref();
      return result;
    } catch (error) {
      if (this.#handle.inTransaction) this.#handle.run("rollback");
      throw this.#refused(error);
    } finally {
      this.#mutex.release();
    }
  }

  #appendTx(hooks: (() => void)[], durable: (() => void)[]): AppendTx {
    return {
      query: this.#unguarded,
      afterCommit: (hook) => hooks.push(hook),
      settle: () => this.#settle(),
      widen: async () => {
        if (this.#handle.inTransaction) return;
        await this.#settle();
        await this.#whenFree(() => this.#handle.run("begin immediate"));
      },
      // A single statement is a transaction of its own, unless `widen` began one.
      write: (changes) => this.#synced(() => durable.push(this.#journal.write(changes))),
      find: async (table, keys) => this.#journal.find(table, keys),
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

  #isMoving = false;
  #moveTimer: ReturnType<typeof setTimeout> | null = null;

  /** In turns of the event loop of their own, between which whoever waits for the connection has theirs. */
  #moveSoon(): void {
    if (this.#moveTimer !== null) clearTimeout(this.#moveTimer);
    this.#moveTimer = null;
    if (this.#isMoving) return;
    this.#isMoving = true;
    setImmediate(async () => {
      try {
        await this.#moveRows();
        await this.#moveScattered();
      } catch (error) {
        this.#refused(error);
      } finally {
        this.#isMoving = false;
      }
    });
  }

  async #moveRows(): Promise<void> {
    do {
      await this.#acquireToWrite();
      try {
        if (!this.#journal.isSettled) await this.#whenFree(() => this.#moveSlice());
      } finally {
        this.#mutex.release();
      }
      await nextTurn();
    } while (this.#journal.isMoving);
  }

  async #moveScattered(): Promise<void> {
    for (let isMore = true; isMore; ) {
      await this.#acquireToWrite();
      try {
        isMore = this.#journal.moveScattered();
      } finally {
        this.#mutex.release();
      }
      await nextTurn();
    }
  }

  /** All that waits reaches its tables; sockets are looked after meanwhile. Holds the mutex. */
  async #settle(): Promise<void> {
    while (!this.#journal.isSettled) {
      await this.#whenFree(() => this.#moveSlice());
      if (!this.#journal.isSettled) await nextTurn();
    }
  }

  /** On a full disk into the space set aside for that. Holds the mutex. */
  #moveSlice(): void {
    try {
      this.#journal.moveSlice();
    } catch (error) {
      if (codeOf(error) !== "SQLITE_FULL" || !this.#reserve.release()) throw error;
      this.#isShort = true;
      this.#journal.moveSlice();
    }
    // Of a disk that has refused writes before, a move that went well is no proof that it takes them again.
    this.#isWritable = !this.#isShort && (this.#isWritable || this.#disk.takesWrites());
  }

  /** While the disk is full the reserve is for what was acknowledged, not for more. @throws AppError UNAVAILABLE. */
  #requireSpace(): void {
    if (this.#isShort) throw diskFull();
  }

  /** As `whenFree`, for writes that wait for the disk: at most one between two turns of the event loop. */
  async #synced(write: () => void): Promise<void> {
    while (this.#hasSynced) await nextTurn();
    this.#hasSynced = true;
    // The first immediate may run before the loop has looked at its sockets again, the second one cannot.
    setImmediate(() =>
      setImmediate(() => {
        this.#hasSynced = false;
      }),
    );
    await this.#whenFree(write);
    this.#requireReached();
  }

  /** What was written has reached a disk that works, or nobody may be told of it. A commit of nothing needs no disk. */
  #requireReached(): void {
    const { changes } = this.#countChanges.get() as { changes: number };
    if (changes === this.#changesReached) return;
    this.#disk.requireWritable(this.#isWritable);
    this.#changesReached = changes;
    this.#isWritable = !this.#isShort;
  }
  #changesReached = 0;

  /**
   * Another process may hold the write lock for a while: waits for it without stopping the event loop. All who wait
   * give up together, five seconds after the lock was first met.
   */
  async #whenFree(write: () => void): Promise<void> {
    for (;;) {
      try {
        write();
        this.#lockedSince = null;
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
    if (isUnwritable(error)) {
      this.#isWritable = false;
      return unavailable(
        "The server's disk cannot be written. Nothing was done; try again later.",
        10,
        error,
      );
    }
    return error;
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
    await this.#moveScattered();
    if ((await this.#pagesInLog()) > checkpointAtPages) await this.#checkpoint();
  }

  /** Not inside of somebody's transaction. */
  async #pagesInLog(): Promise<number> {
    await this.#acquireToWrite();
    try {
      const row = this.#handle.query("pragma wal_checkpoint(noop)").get() as { log: number } | null;
      return row?.log ?? 0;
    } finally {
      this.#mutex.release();
    }
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

  /** In a worker of its own: a checkpoint syncs twice, and this thread serves sockets. */
  async #checkpoint(): Promise<void> {
    this.#checkpointer ??= new Worker(new URL("./checkpoint-worker.ts", import.meta.url).href);
    const worker = this.#checkpointer;
    const failure = await new Promise<{ code?: string; message: string } | null>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<{ code?: string; message: string } | null>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(this.#handle.filename);
    });
    if (failure !== null)
      throw this.#refused(Object.assign(new Error(failure.message), { code: failure.code }));
  }
  #checkpointer: Worker | null = null;

  /** Rows that could not be settled go along in the journal. */
  async backup(file: string): Promise<void> {
    await this.#acquire();
    this.#journal.unshow();
    try {
      this.#handle.query("vacuum into ?").run(file as SQLQueryBindings);
    } finally {
      this.#mutex.release();
    }
  }

  /** @throws SQLite's error when another process holds the write lock for five seconds; nothing is lost then. */
  async close(): Promise<void> {
    await this.#acquire();
    this.#journal.unshow();
    this.#checkpointer?.terminate();
    // Nobody needs the loop any more, and whoever reads may hold the write lock for a moment, too.
    this.#handle.run(`pragma busy_timeout = ${limits.databaseBusyMs}`);
    this.#journal.close();
    this.#disk.close();
    this.#countChanges.finalize();
    sealSqlite(this.#handle);
    this.#handle.close();
    this.#mutex.release();
  }
}

function diskFull(cause?: unknown) {
  return unavailable("The server's disk is full. Nothing was done; try again later.", 10, cause);
}

/** The disk is full or takes no writes; what is stored can still be read. */
function isUnwritable(error: unknown): boolean {
  return /^SQLITE_(FULL|READONLY|CANTOPEN|IOERR)/.test(codeOf(error)) && !codeOf(error).includes("FSYNC");
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
