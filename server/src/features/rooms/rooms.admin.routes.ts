import { z } from "zod";
import { byId } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { pageOfRooms } from "./room-pages.ts";
import { changeRoomBody, listRoomsQuery, presentRoom, readRoom, room, roomPage } from "./rooms.schema.ts";
import type { Rooms } from "./rooms.service.ts";

const tag = "Administration of rooms";

/** Every room of the organization, private ones too, without their messages. */
export function roomsAdminRoutes({ administer }: Rooms): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/admin/rooms",
        id: "listAllRooms",
        tag,
        summary: "All rooms, newest first unless sorted otherwise",
        query: listRoomsQuery,
        success: [{ status: 200, about: "A page of rooms", schema: roomPage }],
        errors: ["FORBIDDEN"],
      },
      ({ query }, actor) => pageOfRooms("all rooms", query, (filter) => administer.list(actor, filter)),
    ),
    route(
      {
        method: "GET",
        path: "/admin/rooms/:id",
        id: "getAnyRoom",
        tag,
        summary: "Any room",
        params: byId,
        success: [{ status: 200, about: "The room", schema: room }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
        etag: true,
      },
      async ({ params }, actor) => presentRoom(await administer.get(actor, params.id)),
    ),
    route(
      {
        method: "PUT",
        path: "/admin/rooms/:id",
        id: "changeAnyRoom",
        tag,
        summary: "Change any room; what is not given stays",
        params: byId,
        body: changeRoomBody,
        success: [{ status: 200, about: "The room", schema: room }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ params, body }, actor) =>
        presentRoom(await administer.change(actor, params.id, readRoom(body))),
    ),
    route(
      {
        method: "DELETE",
        path: "/admin/rooms/:id",
        id: "deleteAnyRoom",
        tag,
        summary: "End any room for everybody",
        params: byId,
        success: [{ status: 200, about: "It has ended", schema: z.object({ message: z.string() }) }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ params }, actor) => {
        await administer.end(actor, params.id);
        return { message: "Room deleted" };
      },
    ),
  ];
}
