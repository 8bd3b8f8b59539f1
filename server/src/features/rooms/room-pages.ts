import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import type { RoomFilter, RoomRow } from "./rooms.queries.ts";
import { type listRoomsQuery, presentRoom } from "./rooms.schema.ts";
import { sortValueOf } from "./rooms.service.ts";

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
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    rooms: shown.map(presentRoom),
    next_cursor:
      last === undefined ? null : encodeCursor(`rooms ${sort}`, [sortValueOf(last, sort), last.id]),
  };
}

function readCursor(cursor: string, sort: RoomFilter["sort"]) {
  const kind = sort === "name" ? "string" : "number";
  const [value, id] = decodeCursor(`rooms ${sort}`, cursor, [kind, "string"], "cursor");
  return { value: value ?? 0, id: String(id) };
}
