import type { Database as Handle, Statement } from "bun:sqlite";
import { type BulkTable, type BulkWrite, insertText, type Row } from "./bulk.ts";
import { PendingRows, type Slice } from "./pending-rows.ts";
import { ScatteredRows } from "./scattered-rows.ts";

/** Rows waiting in the journal before they are moved: the more there are, the more of them share a page. */
const moveAtRows = 5_000;
const moveAtCharacters = 8 * 1024 * 1024;

/** Rows on their way to their tables, all that the journal held at one moment. */
interface Move {
  readonly slices: readonly Slice[];
  /** Slices that have reached their tables. */
  moved: number;
  /** The last of the journal's groups that these rows are from. */
  readonly lastGroup: number;
}

/**
 * The journal in front of the tables. A group of bulk rows is one row here, so that its commit costs a few pages
 * however many conversations it touches. A move takes all rows that wait to their indexed tables, sorted, a slice in
 * each transaction; when the last one is there the groups leave the journal.
 *
 * Moving rows need not be synced: what a power cut takes away is in the journal again. After a crash amid a move some
 * rows are in both places, and are written once more over themselves.
 */
export class SqliteJournal {
  readonly #handle: Handle;
  readonly #synchronous: string;
  readonly #pending = new PendingRows();
  readonly #scattered = new Map<string, ScatteredRows>();
  readonly #statements = new Map<string, Statement>();
  readonly #insert: Statement;
  readonly #deleteGroups: Statement;
  readonly #deleteCarried: Statement;
  /** The last journal row that each move takes along. */
  readonly #movedTo = new Map<ScatteredRows, number>();
  #move: Move | null = null;
  /** The last group taken. */
  #lastGroup = 0;

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
    this.#deleteGroups = handle.prepare("delete from journal where carried_for is null and id <= ?");
    this.#deleteCarried = handle.prepare("delete from journal where carried_for = ? and id <= ?");
    const left = handle.query("select id, carried_for, changes from journal order by id").all() as {
      id: number;
      carried_for: string | null;
      changes: string;
    }[];
    for (const { id, carried_for, changes } of left) {
      const isCarried = carried_for !== null;
      this.#take(JSON.parse(changes) as BulkWrite[], isCarried ? 0 : changes.length, isCarried);
      this.#lastGroup = id;
    }
    while (!this.isSettled) this.#moveSlice(true);
  }

  /** Nothing waits: every statement sees every row. */
  get isSettled(): boolean {
    return this.#pending.isEmpty && this.#move === null;
  }

  get isMoving(): boolean {
    return this.#move !== null;
  }

  /** Enough waits for a move. */
  get isDue(): boolean {
    return this.#pending.count >= moveAtRows || this.#pending.size >= moveAtCharacters;
  }

  /** Makes the group durable, with the transaction around it or by itself. @returns what to call once it is. */
  write(changes: BulkWrite[]): () => void {
    const text = JSON.stringify(changes);
    const { lastInsertRowid } = this.#insert.run(null, text);
    return () => {
      this.#take(changes, text.length, false);
      this.#lastGroup = Number(lastInsertRowid);
    };
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

  /**
   * Takes the next slice of rows, but for scattered ones, to their tables: all of it, or none. The first call begins a
   * move of all that waits; what comes meanwhile is left to the next move.
   */
  moveSlice(): void {
    this.#moveSlice(false);
  }

  /** @param isRepeat rows may be in their tables already. */
  #moveSlice(isRepeat: boolean): void {
    this.unshow();
    const move = this.#move ?? this.#beginMove();
    const isLast = move.moved + 1 >= move.slices.length;
    const carried: ScatteredRows[] = [];
    this.#unsynced(() => {
      this.#insertSlice(move.slices[move.moved] ?? [], isRepeat);
      if (!isLast) return;
      this.#deleteGroups.run(move.lastGroup);
      for (const rows of this.#scattered.values()) {
        const { uncarried } = rows;
        if (uncarried === null) continue;
        this.#insert.run(rows.table.name, JSON.stringify([uncarried]));
        carried.push(rows);
      }
    });
    move.moved++;
    if (isLast) this.#move = null;
    for (const rows of carried) rows.carried();
    if (isLast) this.#startMovingDue();
  }

  #beginMove(): Move {
    this.#move = { slices: this.#pending.slices(), moved: 0, lastGroup: this.#lastGroup };
    this.#pending.clear();
    return this.#move;
  }

  #insertSlice(slice: Slice, isRepeat: boolean): void {
    for (const { table, rows } of slice) {
      const insert = this.#statement(
        insertText(isRepeat ? { ...table, replace: true } : table, 1, (index) => `?${index}`),
      );
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
      for (const slice of this.#move?.slices.slice(this.#move.moved) ?? []) this.#insertSlice(slice, false);
      for (const slice of this.#pending.slices()) this.#insertSlice(slice, false);
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
    this.#startMovingDue();
    for (const rows of this.#scattered.values()) {
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

  #startMovingDue(): void {
    for (const rows of this.#scattered.values()) if (rows.isDue) this.#startMoving(rows);
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
    while (!this.isSettled) this.moveSlice();
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
