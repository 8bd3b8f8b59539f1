import type { Database as Handle, Statement } from "bun:sqlite";
import { type BulkTable, type BulkWrite, insertText, type Row } from "./bulk.ts";
import { PendingRows } from "./pending-rows.ts";
import { ScatteredRows } from "./scattered-rows.ts";

/** Rows waiting in the journal before they are moved to their tables: a bound on how long that stops the loop. */
const settleAtRows = 2_500;
const settleAtCharacters = 2 * 1024 * 1024;

/**
 * The journal in front of the tables. A group of bulk rows is one row here, so that its commit costs a few pages
 * however many conversations it touches; `settle` moves the rows to their indexed tables, sorted and many at once.
 *
 * Moving rows need not be synced: what a power cut takes away is in the journal again.
 */
export class SqliteJournal {
  readonly #handle: Handle;
  readonly #synchronous: string;
  readonly #pending = new PendingRows();
  readonly #scattered = new Map<string, ScatteredRows>();
  readonly #statements = new Map<string, Statement>();
  readonly #insert: Statement;
  readonly #deleteCarried: Statement;
  /** The last journal row that each move takes along. */
  readonly #movedTo = new Map<ScatteredRows, number>();

  /** Also settles what an older process left: durable, acknowledged, and not in its tables yet. */
  constructor(handle: Handle, synchronous: string) {
    this.#handle = handle;
    this.#synchronous = synchronous;
    // `carried_for`: null for a group of the message path; else the scattered table whose rows were carried over from
    // groups that have left the journal.
    handle.run(
      "create table if not exists journal (id integer primary key, carried_for text, changes text not null) strict",
    );
    this.#insert = handle.prepare("insert into journal (carried_for, changes) values (?, ?)");
    this.#deleteCarried = handle.prepare("delete from journal where carried_for = ? and id <= ?");
    const left = handle.query("select carried_for, changes from journal order by id").all() as {
      carried_for: string | null;
      changes: string;
    }[];
    for (const row of left) this.#take(JSON.parse(row.changes) as BulkWrite[], 0, row.carried_for !== null);
    if (!this.#pending.isEmpty) this.settle();
  }

  /** Nothing waits: every statement sees every row. */
  get isSettled(): boolean {
    return this.#pending.isEmpty;
  }

  get isDue(): boolean {
    return this.#pending.count >= settleAtRows || this.#pending.size >= settleAtCharacters;
  }

  /** Makes the group durable, with the transaction around it or by itself. @returns what to call once it is. */
  write(changes: BulkWrite[]): () => void {
    const text = JSON.stringify(changes);
    this.#insert.run(null, text);
    return () => this.#take(changes, text.length, false);
  }

  #take(changes: BulkWrite[], size: number, isCarried: boolean): void {
    this.#pending.add(
      changes.filter(({ table }) => table.isScattered !== true),
      size,
    );
    for (const { table, rows } of changes) {
      if (table.isScattered === true) this.#scatteredRows(table).add(rows, isCarried);
    }
  }

  #scatteredRows(table: BulkTable): ScatteredRows {
    let rows = this.#scattered.get(table.name);
    if (rows === undefined) {
      rows = new ScatteredRows(this.#handle, table);
      this.#scattered.set(table.name, rows);
    }
    return rows;
  }

  find(table: BulkTable, keys: string[]): Row[] {
    const rows = this.#scatteredRows(table);
    return keys.map((key) => rows.find(key)).filter((row) => row !== undefined);
  }

  /** Moves everything but scattered rows to its table. All or nothing. */
  settle(): void {
    this.unshow();
    const carried: ScatteredRows[] = [];
    this.#unsynced(() => {
      this.#insertPending();
      this.#handle.run("delete from journal where carried_for is null");
      for (const rows of this.#scattered.values()) {
        const { uncarried } = rows;
        if (uncarried === null) continue;
        this.#insert.run(rows.table.name, JSON.stringify([uncarried]));
        carried.push(rows);
      }
    });
    this.#pending.clear();
    for (const rows of carried) rows.carried();
  }

  #insertPending(): void {
    for (const { table, rows } of this.#pending.sorted()) {
      const insert = this.#statement(insertText(table, 1, (index) => `?${index}`));
      for (const row of rows) insert.run(...row);
    }
  }

  #isShown = false;

  /** Rows that wait are in their tables for whoever reads, though not on the disk; writing is refused meanwhile. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /**
   * For a disk that takes no writes: puts the rows that wait into their tables in a transaction that is never
   * committed, so that reads of this connection see them. Without memory for that they stay unseen.
   */
  show(): void {
    try {
      // Pages that do not fit the cache would be written to the disk.
      this.#handle.run("pragma cache_spill = off");
      this.#handle.run("begin immediate");
      this.#insertPending();
      this.#handle.run("pragma query_only = on");
      this.#isShown = true;
    } catch {
      if (this.#handle.inTransaction) this.#handle.run("rollback");
      this.#handle.run("pragma cache_spill = on");
    }
  }

  /** Ends what `show` began, before anything writes. */
  unshow(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#handle.run("pragma query_only = off");
    this.#handle.run("rollback");
    this.#handle.run("pragma cache_spill = on");
  }

  /**
   * Moves a range of scattered rows if enough have gathered: short work, to be called again in the next turn of the
   * event loop while it answers true.
   */
  moveScattered(): boolean {
    let isMore = false;
    for (const rows of this.#scattered.values()) {
      if (rows.isDue) this.#startMoving(rows);
      if (!rows.isMoving) continue;
      this.#moveRange(rows);
      isMore ||= rows.isMoving;
    }
    return isMore;
  }

  #moveRange(rows: ScatteredRows): void {
    let forget: () => void = () => undefined;
    this.#unsynced(() => {
      forget = rows.moveRange();
      if (rows.isLastRange) this.#deleteCarried.run(rows.table.name, this.#movedTo.get(rows) ?? 0);
    });
    forget();
  }

  /** All that has been carried so far will have left the journal when the move ends. */
  #startMoving(rows: ScatteredRows): void {
    const { last } = this.#handle
      .query("select coalesce(max(id), 0) as last from journal where carried_for = ?")
      .get(rows.table.name) as { last: number };
    this.#movedTo.set(rows, last);
    rows.startMoving();
  }

  /** Moves everything there is, so that the journal is empty. */
  close(): void {
    if (!this.#pending.isEmpty) this.settle();
    for (const rows of this.#scattered.values()) {
      do {
        if (!rows.isMoving) this.#startMoving(rows);
        while (rows.isMoving) this.#moveRange(rows);
      } while (!rows.isEmpty);
      rows.close();
    }
  }

  #unsynced(work: () => void): void {
    this.#handle.run("pragma synchronous = normal");
    try {
      this.#handle.run("begin immediate");
      work();
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
}
