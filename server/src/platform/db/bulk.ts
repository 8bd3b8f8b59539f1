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
  /**
   * Rows in no useful order, such as hashes: each would touch a page of its own, so SQLite gathers many more of them
   * before it moves them. Only `AppendTx.find` sees them always. The key is one text column, the first.
   */
  isScattered?: boolean;
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
