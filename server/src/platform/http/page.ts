import { z } from "zod";
import type { LatestPage } from "../db/latest-page.ts";
import { limits } from "../limits.ts";
import { type CursorValues, decodeCursor, encodeCursor } from "./cursor.ts";
import { limitQuery, wholeNumberQuery } from "./fields.ts";

/** The query of a list that nothing narrows. */
export const listPageQuery = z.object({ limit: limitQuery, cursor: z.string().optional() });

/** The query of a list that is short as a rule: whoever names no limit gets as many rows as a page may hold. */
export const shortListQuery = z.object({
  limit: wholeNumberQuery(1, limits.pageRows, limits.pageRows),
  cursor: z.string().optional(),
});

type ShortListQuery = z.output<typeof shortListQuery>;

/**
 * One row more than the page shows, to know whether there are more.
 * @throws AppError VALIDATION_ERROR for a cursor of another list, or of none.
 */
export function readLatestPage(list: string, { limit, cursor }: ShortListQuery): LatestPage {
  if (cursor === undefined) return { after: undefined, limit: limit + 1 };
  const [at, id] = decodeCursor(list, cursor, ["number", "string"], "cursor");
  return { after: { at: Number(at), id: String(id) }, limit: limit + 1 };
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
