import type { z } from "zod";
import { askedPage } from "../../platform/http/page.ts";
import { roomList } from "./rooms.lists.ts";
import type { RoomFilter, RoomRow } from "./rooms.queries.ts";
import { type listRoomsQuery, presentRoom } from "./rooms.schema.ts";

/** A page of rooms, read by `list` as the caller may see them. @param name keeps its cursors out of the other lists. */
export async function pageOfRooms(
  name: string,
  query: z.output<typeof listRoomsQuery>,
  list: (filter: RoomFilter) => Promise<RoomRow[]>,
) {
  const asked = askedPage(name, roomList, query);
  const { shown, nextCursor } = asked.shownOf(await list({ visibility: query.visibility, page: asked.page }));
  return { rooms: shown.map(presentRoom), next_cursor: nextCursor };
}
