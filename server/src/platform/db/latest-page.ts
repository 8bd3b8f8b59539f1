import { sql } from "kysely";

/** What is read for a page of a list that goes by a time and an id, latest first. */
export interface LatestPage {
  /** The last row of the page before. */
  after: { at: number; id: string } | undefined;
  limit: number;
}

/** True of rows that such a list has after this one; the columns are those that it goes by. */
export function comesAfter({ at, id }: { at: number; id: string }, timeColumn: string, idColumn: string) {
  return sql<boolean>`(${sql.ref(timeColumn)}, ${sql.ref(idColumn)}) < (${at}, ${id})`;
}
