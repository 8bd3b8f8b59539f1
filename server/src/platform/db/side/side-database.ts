/** A value as statements take and give it. */
export type SideCell = string | number | null;

/**
 * A SQLite file beside the main database, in a thread of its own: for what can be made again from the main database,
 * such as an index. The main database is attached as `parley`, for reading; rows that still wait in its journal are not
 * seen yet.
 */
export interface SideDatabase {
  all<Row>(text: string, ...parameters: SideCell[]): Row[];
  run(text: string, ...parameters: SideCell[]): void;
  /**
   * Adds one row. @returns its rowid.
   *
   * Not by `returning`: SQLite sets a savepoint for a statement that answers rows, and at each savepoint FTS5 writes
   * out the entries that it has gathered in the transaction, a segment each time.
   */
  insert(text: string, ...parameters: SideCell[]): number;
  /** All or none; everything read in it is of one moment. */
  transaction<T>(work: () => T): T;
}

/** What the thread can be asked to do: what a module of jobs exports as `jobs`. */
export type SideJobs = Readonly<Record<string, (database: SideDatabase, input: never) => unknown>>;

/** What a thread is started with. */
export interface SideThreadOptions {
  file: string;
  mainFile: string;
  /** Module that exports `jobs`. */
  jobs: URL;
  /** How far the thread stands back behind others, 0 to 19. */
  niceness: number;
}

export interface SideRequest {
  id: number;
  job: string;
  input: unknown;
}

export type SideAnswer = { id: number; output: unknown } | { id: number; failure: SideFailure };

export interface SideFailure {
  message: string;
  /** SQLite's, or "". */
  code: string;
}
