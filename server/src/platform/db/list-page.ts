import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { folded } from "../folded.ts";
import { nextTurn } from "../next-turn.ts";
import { rowsInPages } from "../read-pages.ts";

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

/** Where a row stands in its list. */
export interface ListPlace {
  place: string | number;
  id: string;
}

/** What is read for one page of a list. */
export interface ListPage<Row = never> {
  /** Undefined or empty: all rows. */
  search: string | undefined;
  order: Pick<ListOrder<never>, "by" | "direction">;
  id: string;
  /** Where the page before ended. */
  after: ListPlace | undefined;
  limit: number;
  placeOf(row: Row): ListPlace;
}

/** The page of everything that stands behind `last`; of the beginning where there is none. */
export function pageAfter<Row, Sort extends string>(
  list: List<Row, Sort>,
  sort: Sort,
  last: Row | undefined,
  limit: number,
): ListPage<Row> {
  const placeOf = placesOf(list, sort);
  const after = last === undefined ? undefined : placeOf(last);
  return { search: undefined, order: list.orders[sort], id: list.id, after, limit, placeOf };
}

export function placesOf<Row, Sort extends string>({ idOf, orders }: List<Row, Sort>, sort: Sort) {
  return (row: Row): ListPlace => ({ place: orders[sort].of(row), id: idOf(row) });
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

/** Rows that are looked through at once. */
const readAtOnce = 200;

/**
 * The page's rows of those that `keeps` wants, for what the database cannot tell, in lists of one person, conversation,
 * organization or server. The rows are read until the page is full, a slice at a time.
 */
export async function keptRows<Row>(
  page: ListPage<Row>,
  keeps: (row: Row) => boolean | Promise<boolean>,
  read: (page: ListPage<Row>) => Promise<Row[]>,
): Promise<Row[]> {
  const kept: Row[] = [];
  const rows = rowsInPages<Row>(readAtOnce, async (last) => {
    if (last === undefined) return read({ ...page, limit: readAtOnce });
    await nextTurn();
    return read({ ...page, limit: readAtOnce, after: page.placeOf(last) });
  });
  for await (const row of rows) {
    if (await keeps(row)) kept.push(row);
    if (kept.length === page.limit) break;
  }
  return kept;
}

/**
 * The page's rows of those that have its `search` in one of their texts, whatever the case and on either database: for
 * texts that are not kept folded.
 */
export async function searchedRows<Row>(
  page: ListPage<Row>,
  textsOf: (row: Row) => (string | null)[],
  read: (page: ListPage<Row>) => Promise<Row[]>,
): Promise<Row[]> {
  if (!page.search) return read(page);
  const part = folded(page.search);
  const has = (text: string | null) => text !== null && folded(text).includes(part);
  return keptRows(page, (row) => textsOf(row).some(has), read);
}
