import type { Schema } from "./schema.ts";

export type Cell = string | number | null;
export type Row = Cell[];

/**
 * A table that the message path writes in bulk. `key` decides the order in which rows are written (so that
 * neighbours share pages, and two processes lock in one order); with `replace`, a row takes the place of an older one
 * with the same key.
 */
export interface BulkTable {
  name: keyof Schema;
  columns: readonly string[];
  key: readonly string[];
  replace: boolean;
}

/** Rows hold their cells in the order of `table.columns`. */
export interface BulkWrite {
  table: BulkTable;
  rows: Row[];
}

/** One INSERT for `count` rows; `?` for SQLite, `$1` for PostgreSQL, the same text otherwise. */
export function insertText(table: BulkTable, count: number, placeholder: (index: number) => string): string {
  const width = table.columns.length;
  const tuples = Array.from({ length: count }, (_, row) => {
    const cells = Array.from({ length: width }, (_, column) => placeholder(row * width + column + 1));
    return `(${cells.join(", ")})`;
  });
  const others = table.columns.filter((column) => !table.key.includes(column));
  const replace = table.replace
    ? ` on conflict (${table.key.join(", ")}) do update set ${others.map((column) => `${column} = excluded.${column}`).join(", ")}`
    : "";
  return `insert into ${table.name} (${table.columns.join(", ")}) values ${tuples.join(", ")}${replace}`;
}

/** A look-up of many rows by the same unique columns; answers hold `columns`. */
export interface BulkLookup {
  name: keyof Schema;
  columns: readonly string[];
  key: readonly string[];
}

/** One SELECT for `count` keys, placeholders as in `insertText`. */
export function lookupText(
  lookup: BulkLookup,
  count: number,
  placeholder: (index: number) => string,
): string {
  const width = lookup.key.length;
  const select = `select ${lookup.columns.join(", ")} from ${lookup.name} where`;
  if (count === 1) {
    return `${select} ${lookup.key.map((column, index) => `${column} = ${placeholder(index + 1)}`).join(" and ")}`;
  }
  const tuples = Array.from({ length: count }, (_, row) => {
    const cells = lookup.key.map((_, column) => placeholder(row * width + column + 1));
    return `(${cells.join(", ")})`;
  });
  return `${select} (${lookup.key.join(", ")}) in (${tuples.join(", ")})`;
}

interface PendingTable {
  table: BulkTable;
  rows: Map<string, Row>;
}

/** Bulk rows on their way to their tables, the later row of a key in place of the earlier one. */
export class PendingRows {
  readonly #tables = new Map<string, PendingTable>();
  #count = 0;
  #size = 0;

  /** Rows added since `clear`. */
  get count(): number {
    return this.#count;
  }

  /** The sum of what `add` was told, in characters. */
  get size(): number {
    return this.#size;
  }

  add(changes: BulkWrite[], size: number): void {
    this.#size += size;
    for (const { table, rows } of changes) {
      let pending = this.#tables.get(table.name);
      if (pending === undefined) {
        pending = { table, rows: new Map() };
        this.#tables.set(table.name, pending);
      }
      const at = table.key.map((column) => table.columns.indexOf(column));
      for (const row of rows) {
        pending.rows.set(keyOf(row, at), row);
        this.#count++;
      }
    }
  }

  /** Every table's rows in the order of their keys. */
  *sorted(): Generator<{ table: BulkTable; rows: Row[] }> {
    for (const { table, rows } of this.#tables.values()) {
      const keys = [...rows.keys()].sort();
      yield { table, rows: keys.map((key) => rows.get(key) as Row) };
    }
  }

  clear(): void {
    this.#tables.clear();
    this.#count = 0;
    this.#size = 0;
  }
}

/** Numbers are padded, so that the order of the text is the order of the key. */
function keyOf(row: Row, at: number[]): string {
  let key = "";
  for (const index of at) {
    const cell = row[index];
    key += typeof cell === "number" ? `${String(cell).padStart(16, "0")} ` : `${cell} `;
  }
  return key;
}
