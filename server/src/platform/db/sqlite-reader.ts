import { Database as Handle, type SQLQueryBindings } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { Kysely } from "kysely";
import type { BulkWrite } from "./bulk.ts";
import type { Queries } from "./database.ts";
import type { Schema } from "./schema.ts";
import { SqliteDialect } from "./sqlite-dialect.ts";
import { applicationId, DatabaseRefused, markerOf } from "./sqlite-open.ts";

/** A server that settles its journal or a checkpoint holds the file for moments, never for seconds. */
const busyMs = 10_000;

/**
 * A database file as another process may look at it while a server writes: it takes no lock that a writer waits for,
 * and changes nothing in the file. For backups, their checks, `audit` and `doctor`.
 */
export class SqliteReader {
  readonly file: string;
  readonly query: Queries;
  readonly #handle: Handle;

  /** @throws DatabaseRefused if the file is missing or cannot be read. */
  constructor(file: string) {
    this.file = file;
    if (!existsSync(file) || !statSync(file).isFile()) throw new DatabaseRefused(`There is no file ${file}.`);
    try {
      this.#handle = new Handle(file, { readonly: true });
      this.#handle.run(`pragma busy_timeout = ${busyMs}`);
    } catch (error) {
      throw this.#refused(error);
    }
    this.query = new Kysely<Schema>({
      dialect: new SqliteDialect(this.#handle, {
        acquire: async () => undefined,
        release: () => undefined,
        refused: (error) => this.#refused(error),
      }),
    });
  }

  /**
   * Reads the file through for damage: `quick_check` looks at its structure, `integrity_check` at indexes too.
   * @throws DatabaseRefused if it is damaged, no database of ours, or without its write-ahead log.
   */
  requireSound(check: "quick_check" | "integrity_check"): void {
    const id = this.#rows<{ application_id: number }>("pragma application_id")[0]?.application_id;
    if (id !== applicationId) throw new DatabaseRefused(`${this.file} is not a Parley database.`);
    if (existsSync(markerOf(this.file)) && !existsSync(`${this.file}-wal`)) {
      throw new DatabaseRefused(
        `${this.file} was copied without its write-ahead log, ${this.file}-wal: put that beside it.`,
      );
    }
    const [verdict] = this.#rows<Record<string, string>>(`pragma ${check}(1)`).flatMap((row) =>
      Object.values(row),
    );
    if (verdict !== "ok") throw new DatabaseRefused(`${this.file} is damaged (${verdict}).`);
  }

  /** Messages in their table and those on the way to it. */
  countMessages(): number {
    const stored = this.#rows<{ count: number }>("select count(*) as count from messages")[0]?.count ?? 0;
    if (this.#rows("select 1 from sqlite_schema where name = 'journal'").length === 0) return stored;
    let waiting = 0;
    for (const { changes } of this.#rows<{ changes: string }>("select changes from journal")) {
      for (const { table, rows } of JSON.parse(changes) as BulkWrite[]) {
        if (table.name === "messages") waiting += rows.length;
      }
    }
    return stored + waiting;
  }

  /** Reads that all see one state of the file, whatever a server writes meanwhile. */
  async snapshot<T>(work: (query: Queries) => Promise<T>): Promise<T> {
    this.#handle.run("begin");
    try {
      return await work(this.query);
    } finally {
      this.#handle.run("rollback");
    }
  }

  /** Writes everything, as it is at one moment, to a new file that stands alone. */
  copyTo(file: string): void {
    try {
      this.#handle.query("vacuum into ?").run(file as SQLQueryBindings);
    } catch (error) {
      if (codeOf(error) === "SQLITE_FULL")
        throw new DatabaseRefused(`The disk has no room for ${file}.`, { cause: error });
      throw this.#refused(error);
    }
  }

  close(): void {
    this.#handle.close();
  }

  #rows<Row>(text: string): Row[] {
    try {
      return this.#handle.query(text).all() as Row[];
    } catch (error) {
      throw this.#refused(error);
    }
  }

  #refused(error: unknown): DatabaseRefused {
    if (error instanceof DatabaseRefused) return error;
    return new DatabaseRefused(`${this.file} ${describeReadFailure(error)}.`, { cause: error });
  }
}

function describeReadFailure(error: unknown): string {
  const code = codeOf(error);
  const why = error instanceof Error ? error.message : String(error);
  if (code === "SQLITE_NOTADB") return "is not a database";
  if (code.startsWith("SQLITE_CORRUPT")) return `is damaged (${why})`;
  return `cannot be read: ${why}${code === "" ? "" : ` (${code})`}`;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
