import type { BulkTable, BulkWrite, Cell, Row } from "./bulk.ts";

interface Appended {
  table: BulkTable;
  /** By the first column of the key; within a group in the order of arrival, which is the key's order. */
  groups: Map<Cell, Row[]>;
}

interface Replaced {
  table: BulkTable;
  rows: Map<string, Row>;
}

/** What is moved in one transaction. */
export type Slice = BulkWrite[];

/** A bound on how long moving a slice stops the event loop: some 10 ms. */
const sliceRows = 2_000;
const sliceCharacters = 1024 * 1024;

/** Bulk rows that are durable in the journal and wait for their move to their tables. */
export class PendingRows {
  readonly #appended = new Map<string, Appended>();
  readonly #replaced = new Map<string, Replaced>();
  #count = 0;
  #size = 0;

  /** Rows added since `clear` that no later row can take the place of: what moving them will cost at least. */
  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#appended.size === 0 && this.#replaced.size === 0;
  }

  /** The sum of what `add` was told, in characters. */
  get size(): number {
    return this.#size;
  }

  add(changes: BulkWrite[], size: number): void {
    this.#size += size;
    for (const change of changes) {
      if (change.table.replace) this.#replace(change);
      else this.#append(change);
    }
  }

  #append({ table, rows }: BulkWrite): void {
    let appended = this.#appended.get(table.name);
    if (appended === undefined) {
      appended = { table, groups: new Map() };
      this.#appended.set(table.name, appended);
    }
    this.#count += rows.length;
    const at = table.columns.indexOf(table.key[0] ?? "");
    for (const row of rows) {
      const first = row[at] ?? null;
      const group = appended.groups.get(first);
      if (group === undefined) appended.groups.set(first, [row]);
      else group.push(row);
    }
  }

  /** The later row of a key takes the place of the earlier one. */
  #replace({ table, rows }: BulkWrite): void {
    let replaced = this.#replaced.get(table.name);
    if (replaced === undefined) {
      replaced = { table, rows: new Map() };
      this.#replaced.set(table.name, replaced);
    }
    const [first = 0, ...others] = table.key.map((column) => table.columns.indexOf(column));
    for (const row of rows) {
      let key = String(row[first]);
      for (const index of others) key += ` ${row[index]}`;
      replaced.rows.set(key, row);
    }
  }

  /**
   * All rows, neighbours beside each other, in slices of about as much work each. What is appended comes before what is
   * replaced: whoever reads the tables between two slices sees messages before the heads that tell of them.
   */
  slices(): Slice[] {
    const most = this.#rowsPerSlice();
    const slices: Slice[] = [];
    let space = 0;
    for (const { table, rows } of this.#sorted()) {
      for (let at = 0; at < rows.length; ) {
        if (space === 0) {
          slices.push([]);
          space = most;
        }
        const part = rows.slice(at, at + space);
        slices.at(-1)?.push({ table, rows: part });
        at += part.length;
        space -= part.length;
      }
    }
    return slices;
  }

  #rowsPerSlice(): number {
    const size = this.#size / Math.max(1, this.#count);
    return Math.max(1, Math.min(sliceRows, Math.floor(sliceCharacters / Math.max(1, size))));
  }

  *#sorted(): Generator<BulkWrite> {
    for (const { table, groups } of this.#appended.values()) {
      const firsts = [...groups.keys()].sort();
      yield { table, rows: firsts.flatMap((first) => groups.get(first) ?? []) };
    }
    for (const { table, rows } of this.#replaced.values()) {
      const keys = [...rows.keys()].sort();
      yield { table, rows: keys.map((key) => rows.get(key) ?? []) };
    }
  }

  clear(): void {
    this.#appended.clear();
    this.#replaced.clear();
    this.#count = 0;
    this.#size = 0;
  }
}
