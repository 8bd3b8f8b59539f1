import type { Kysely } from "kysely";
import type { BulkTable, BulkWrite, Row } from "./bulk.ts";
import type { Schema } from "./schema.ts";

export type Queries = Kysely<Schema>;

/** One transaction. What it wrote is durable when the promise of `transaction` or `append` resolves. */
export interface Tx {
  readonly query: Queries;
  /**
   * Runs `hook` as the last of the transaction, after all that it locks and writes otherwise; if it throws, nothing
   * of the transaction happened. Hooks run one after the other.
   */
  beforeCommit(hook: () => Promise<void>): void;
  /**
   * Runs `hook` once the transaction is durable. Hooks of one conversation run in the order of its versions: with
   * SQLite nothing else can commit before they have run; with PostgreSQL the next transaction on the same rows has
   * still to read and write after its lock is granted. Hooks must not throw and must not wait.
   */
  afterCommit(hook: () => void): void;
}

/** What parts of a transaction of either kind may do. */
export type PartTx = Omit<Tx, "beforeCommit">;

/** A transaction of the message path: it reads little, writes bulk rows once at its end, and shares one sync. */
export interface AppendTx extends PartTx {
  /** Makes the rows durable, all or none. At most one call a transaction. */
  write(changes: BulkWrite[]): Promise<void>;
  /** After this, `query` sees every row ever written. Without it, rows written lately may be missing from tables. */
  settle(): Promise<void>;
  /** Settles, and lets `query` write too: together with `write`, all or none. Once it is so, it stays so. */
  widen(): Promise<void>;
  /** Rows of a scattered table by their keys; unknown keys are missing from the answer. */
  find(table: BulkTable, keys: string[]): Promise<Row[]>;
}

/**
 * The database port. SQLite and PostgreSQL keep the same promises, and one contract test runs on both:
 * a resolved write survives kill -9 and a power cut; a rejected one left nothing behind.
 *
 * @throws AppError UNAVAILABLE from any call while the engine is locked by somebody else, full, or away.
 */
export interface Database {
  readonly engine: "sqlite" | "postgres";
  /** Single statements, each a transaction of its own. */
  readonly query: Queries;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  append<T>(work: (tx: AppendTx) => Promise<T>): Promise<T>;
  /** Reads that all see one state of the database. */
  snapshot<T>(work: (query: Queries) => Promise<T>): Promise<T>;
  /** True if the unique constraint was what refused. */
  isUniqueViolation(error: unknown): boolean;
  /** A fault after which no write may be trusted (a failed sync): the process must end. */
  onFatal(hook: (error: unknown) => void): void;
  /** False from a refusal for want of space or rights until a write succeeds again. */
  readonly isWritable: boolean;
  /** Brings short-lived debts of the engine down; called by the schedule about every second. */
  maintain(): Promise<void>;
  /** Writes a consistent copy of everything to a new SQLite file, while writing goes on. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
