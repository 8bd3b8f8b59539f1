import type { Database as Handle, Statement } from "bun:sqlite";
import { type BulkTable, type BulkWrite, insertText, type Row } from "./bulk.ts";
import { KeyFilter } from "./key-filter.ts";

/** So many rows are gathered before they are moved: each page they touch then takes several of them. */
const moveAtRows = 20_000;
const moveAfterIdleMs = 10_000;
const filterRowsAtOnce = 2_000;
/** A stored row with its share of the index: for guessing how many there are. */
const bytesPerRow = 400;

/**
 * The rows of one scattered table (`BulkTable.isScattered`): durable in the journal, looked up in memory, and moved to
 * the table range by range once there are many, so that a hash costs a fraction of a page and no turn of the event
 * loop does much of it. A filter answers for most absent keys.
 */
export class ScatteredRows {
  readonly table: BulkTable;
  readonly #handle: Handle;
  readonly #filter: KeyFilter;
  readonly #insert: Statement;
  readonly #select: Statement;
  /** By the first character of the key: a range of the table each. */
  #ranges = new Map<string, Map<string, Row>>();
  /** Ranges on their way to the table; what is added meanwhile waits for the next move. */
  #moving = new Map<string, Map<string, Row>>();
  /** Rows that the journal holds only in groups not yet settled. */
  #uncarried: Row[] = [];
  #count = 0;
  #addedAt = performance.now();
  #isClosed = false;

  constructor(handle: Handle, table: BulkTable) {
    this.#handle = handle;
    this.table = table;
    this.#insert = handle.prepare(insertText(table, 1, (index) => `?${index}`));
    this.#select = handle.prepare(
      `select ${table.columns.join(", ")} from ${table.name} where ${table.key[0]} = ?1`,
    );
    const { bytes } = handle
      .query("select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()")
      .get() as { bytes: number };
    this.#filter = new KeyFilter(bytes / bytesPerRow);
    this.#fillFilter("");
  }

  #fillFilter(after: string): void {
    const key = this.table.key[0];
    const keys = this.#handle
      .query(
        `select ${key} from ${this.table.name} where ${key} > ?1 order by ${key} limit ${filterRowsAtOnce}`,
      )
      .values(after)
      .map((row) => String(row[0]));
    for (const each of keys) this.#filter.add(each);
    const last = keys.at(-1);
    if (keys.length < filterRowsAtOnce || last === undefined) this.#filter.isComplete = true;
    else {
      setTimeout(() => {
        // The database may have been closed meanwhile.
        if (!this.#isClosed) this.#fillFilter(last);
      }, 1).unref();
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @param isCarried the journal holds them apart from their group already. */
  add(rows: Row[], isCarried: boolean): void {
    for (const row of rows) {
      const key = String(row[0]);
      const first = key.charAt(0);
      const range = this.#ranges.get(first);
      if (range === undefined) this.#ranges.set(first, new Map([[key, row]]));
      else range.set(key, row);
      this.#filter.add(key);
    }
    this.#count += rows.length;
    if (!isCarried) this.#uncarried.push(...rows);
    this.#addedAt = performance.now();
  }

  find(key: string): Row | undefined {
    const first = key.charAt(0);
    const waiting = this.#ranges.get(first)?.get(key) ?? this.#moving.get(first)?.get(key);
    if (waiting !== undefined || !this.#filter.mayHave(key)) return waiting;
    return this.#select.values(key)[0] as Row | undefined;
  }

  /** What must be carried over when the groups that hold it leave the journal. */
  get uncarried(): BulkWrite | null {
    return this.#uncarried.length === 0 ? null : { table: this.table, rows: this.#uncarried };
  }

  carried(): void {
    this.#uncarried = [];
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0 && this.#moving.size === 0;
  }

  get isMoving(): boolean {
    return this.#moving.size > 0;
  }

  /** Enough has gathered, or nothing more came for a while; and all of it is carried. */
  get isDue(): boolean {
    if (this.isMoving || this.#uncarried.length > 0 || this.#count === 0) return false;
    return this.#count >= moveAtRows || performance.now() - this.#addedAt > moveAfterIdleMs;
  }

  startMoving(): void {
    this.#moving = this.#ranges;
    this.#ranges = new Map();
    this.#count = 0;
  }

  /**
   * Moves one range to the table, within the caller's transaction; doing it again after a crash changes nothing.
   * @returns what forgets the range once that transaction is committed.
   */
  moveRange(): () => void {
    const [range] = this.#moving;
    if (range === undefined) return () => undefined;
    const [first, rows] = range;
    for (const key of [...rows.keys()].sort()) this.#insert.run(...(rows.get(key) ?? []));
    return () => this.#moving.delete(first);
  }

  /** The range that `moveRange` takes next is the last one of this move. */
  get isLastRange(): boolean {
    return this.#moving.size === 1;
  }
}
