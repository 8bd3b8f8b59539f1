import { z } from "zod";
import type { List, ListPage } from "../db/list-page.ts";
import { limits } from "../limits.ts";
import { type CursorValues, decodeCursor, encodeCursor } from "./cursor.ts";
import { limitQuery, wholeNumberQuery } from "./fields.ts";

/** The query of a list that nothing narrows. */
export const listPageQuery = z.object({ limit: limitQuery, cursor: z.string().optional() });

/** For a list that is short as a rule: whoever names no limit gets as many rows as a page may hold. */
export const shortLimitQuery = wholeNumberQuery(1, limits.pageRows, limits.pageRows);

/** The query of a list as contract 1 has it; add `limit: shortLimitQuery` for a short one. */
export function listQueryOf<Sort extends string>({ orders }: List<never, Sort>, searched: string) {
  const sorts = Object.keys(orders) as [Sort, ...Sort[]];
  return z.object({
    q: z
      .string()
      .max(100)
      .optional()
      .meta({ description: `Part of ${searched}.` }),
    sort: z.enum(sorts).optional(),
    limit: limitQuery,
    cursor: z.string().optional(),
  });
}

interface ListQuery<Sort extends string> {
  q?: string | undefined;
  sort?: Sort | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * One row more than the page shows, to know whether there are more.
 * @param name keeps its cursors out of other lists.
 * @throws AppError VALIDATION_ERROR for a cursor of another list or order, or of none.
 */
export function readListPage<Sort extends string>(
  name: string,
  list: List<never, Sort>,
  query: ListQuery<Sort>,
): ListPage {
  const sort = sortOf(list, query);
  const order = list.orders[sort];
  return {
    search: query.q,
    order,
    id: list.id,
    after: query.cursor === undefined ? undefined : readPlace(`${name} ${sort}`, order.holds, query.cursor),
    limit: query.limit + 1,
  };
}

function sortOf<Sort extends string>({ orders }: List<never, Sort>, { sort }: ListQuery<Sort>): Sort {
  return sort ?? (Object.keys(orders)[0] as Sort);
}

function readPlace(name: string, holds: "number" | "string", cursor: string) {
  const [place = "", id] = decodeCursor(name, cursor, [holds, "string"], "cursor");
  return { place, id: String(id) };
}

/** `shownOf` for the rows of a page that `readListPage` asked for. */
export function shownOfList<Row, Sort extends string>(
  name: string,
  list: List<Row, Sort>,
  query: ListQuery<Sort>,
  rows: Row[],
): { shown: Row[]; nextCursor: string | null } {
  const sort = sortOf(list as List<never, Sort>, query);
  return shownOf(`${name} ${sort}`, query, rows, (row) => [list.orders[sort].of(row), list.idOf(row)]);
}

/**
 * The rows that a page shows, and the cursor of the next one.
 * @param rows one more than `limit` where there are more.
 * @param placeOf what `decodeCursor` gives back.
 */
export function shownOf<Row>(
  list: string,
  { limit }: { limit: number },
  rows: Row[],
  placeOf: (row: Row) => CursorValues,
): { shown: Row[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { shown, nextCursor: last === undefined ? null : encodeCursor(list, placeOf(last)) };
}
