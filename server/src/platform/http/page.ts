import { z } from "zod";
import { type List, type ListPage, placesOf } from "../db/list-page.ts";
import { limits } from "../limits.ts";
import { type CursorValues, decodeCursor, encodeCursor } from "./cursor.ts";
import { limitQuery, wholeNumberQuery } from "./fields.ts";

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
 * A page of the list as it is asked for, which reads one row more than it shows, to know whether there are more.
 * @param name keeps its cursors out of other lists.
 * @throws AppError VALIDATION_ERROR for a cursor of another list or order, or of none.
 */
export function askedPage<Row, Sort extends string>(
  name: string,
  list: List<Row, Sort>,
  { q: search, sort = Object.keys(list.orders)[0] as Sort, limit, cursor }: ListQuery<Sort>,
): {
  page: ListPage<Row>;
  shownOf<Read extends Row>(rows: Read[]): { shown: Read[]; nextCursor: string | null };
} {
  const order = list.orders[sort];
  const placeOf = placesOf(list, sort);
  const cursors = `${name} ${sort}`;
  const [place, last] =
    cursor === undefined ? [] : decodeCursor(cursors, cursor, [order.holds, "string"], "cursor");
  const after = place === undefined ? undefined : { place, id: String(last) };
  return {
    page: { search, order, id: list.id, after, limit: limit + 1, placeOf },
    shownOf: (rows) =>
      shownOf(cursors, { limit }, rows, (row) => {
        const { place, id } = placeOf(row);
        return [place, id];
      }),
  };
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
