import type { z } from "zod";
import { readListPage, shownOfList } from "../../platform/http/page.ts";
import { roomList } from "./rooms.lists.ts";
import type { RoomFilter, RoomRow } from "./rooms.queries.ts";
import { type listRoomsQuery, presentRoom } from "./rooms.schema.ts";

type RoomsQuery = z.output<typeof listRoomsQuery>;

export function readRoomFilter(query: RoomsQuery): RoomFilter {
  return { visibility: query.visibility, page: readListPage("rooms", roomList, query) };
}

export function pageOfRooms(query: RoomsQuery, rows: RoomRow[]) {
  const { shown, nextCursor } = shownOfList("rooms", roomList, query, rows);
  return { rooms: shown.map(presentRoom), next_cursor: nextCursor };
}
