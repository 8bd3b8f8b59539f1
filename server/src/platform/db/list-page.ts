import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { containing, patternOf } from "../folded.ts";

/** What the rows of a list can go by. */
export interface ListOrder<Row> {
  /** A column, or an expression, that is never null. */
  by: string | RawBuilder<unknown>;
  direction: "asc" | "desc";
  holds: "number" | "string";
  /** What `by` is of a row. */
  of(row: Row): string | number;
}

/** A list that can be asked for in several orders; the first one holds where none is named. */
export interface List<Row, Sort extends string> {
  /** Column of the id that tells rows apart which stand at the same place. */
  id: string;
  idOf(row: Row): string;
  orders: Readonly<Record<Sort, ListOrder<Row>>>;
}

/** Of times: the latest first. */
export function highestFirst<Row>(by: ListOrder<Row>["by"], of: (row: Row) => number): ListOrder<Row> {
  return { by, direction: "desc", holds: "number", of };
}

export function lowestFirst<Row>(by: ListOrder<Row>["by"], of: (row: Row) => number): ListOrder<Row> {
  return { by, direction: "asc", holds: "number", of };
}

export function byText<Row>(by: ListOrder<Row>["by"], of: (row: Row) => string): ListOrder<Row> {
  return { by, direction: "asc", holds: "string", of };
}

/** What is read for one page of a list. */
export interface ListPage {
  /** Undefined or empty: all rows. */
  search: string | undefined;
  order: Pick<ListOrder<never>, "by" | "direction">;
  id: string;
  /** Where the page before ended. */
  after: { place: string | number; id: string } | undefined;
  limit: number;
}

/** The page of everything that stands behind `last`; of the beginning where there is none. */
export function pageAfter<Row, Sort extends string>(
  { id, idOf, orders }: List<Row, Sort>,
  sort: Sort,
  last: Row | undefined,
  limit: number,
): ListPage {
  const order = orders[sort];
  const after = last === undefined ? undefined : { place: order.of(last), id: idOf(last) };
  return { search: undefined, order, id, after, limit };
}

/** Orders the rows as the page asks, and takes those of the page. */
export function cutPage<DB, Tables extends keyof DB, Row>(
  select: SelectQueryBuilder<DB, Tables, Row>,
  { order, id, after, limit }: ListPage,
): SelectQueryBuilder<DB, Tables, Row> {
  const by = typeof order.by === "string" ? sql.ref(order.by) : order.by;
  const rowId = sql.ref(id);
  const cut = select.orderBy(by, order.direction).orderBy(rowId, order.direction).limit(limit);
  if (after === undefined) return cut;
  const beyond = sql.raw(order.direction === "asc" ? ">" : "<");
  return cut.where(sql<boolean>`(${by}, ${rowId}) ${beyond} (${after.place}, ${after.id})`);
}

/**
 * Whether a text that is not kept folded has this part, whatever the case; on SQLite letters beyond ASCII must be as
 * they were written.
 */
export function hasText(part: string, column: string) {
  const text = sql.ref(column);
  return sql<boolean>`(lower(${text}) like ${containing(part)} escape '\\' or ${text} like ${patternOf(part)} escape '\\')`;
}
