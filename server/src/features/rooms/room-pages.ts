import type { z } from "zod";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { shownOf } from "../../platform/http/page.ts";
import { type RoomFilter, type RoomRow, sortValueOf } from "./rooms.queries.ts";
import { type listRoomsQuery, presentRoom } from "./rooms.schema.ts";

type RoomsQuery = z.output<typeof listRoomsQuery>;

/** What a list of rooms asks for: one row more than it shows, to know whether there are more. */
export function readRoomFilter({
  q,
  visibility,
  sort = "created_at",
  limit,
  cursor,
}: RoomsQuery): RoomFilter {
  const after = cursor === undefined ? undefined : readCursor(cursor, sort);
  return { search: q, visibility, sort, after, limit: limit + 1 };
}

export function pageOfRooms({ sort = "created_at", limit }: RoomsQuery, rows: RoomRow[]) {
  const { shown, nextCursor } = shownOf(`rooms ${sort}`, { limit }, rows, (row) => [
    sortValueOf(row, sort),
    row.id,
  ]);
  return { rooms: shown.map(presentRoom), next_cursor: nextCursor };
}

function readCursor(cursor: string, sort: RoomFilter["sort"]) {
  const kind = sort === "name" ? "string" : "number";
  const [value, id] = decodeCursor(`rooms ${sort}`, cursor, [kind, "string"], "cursor");
  return { value: value ?? 0, id: String(id) };
}
