import { z } from "zod";
import { byId } from "../../platform/http/fields.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { type MessagePages, message, messageBody, messagePage, pageQuery } from "../messages/index.ts";
import { pageOfRooms } from "./room-pages.ts";
import {
  changeRoomBody,
  createRoomBody,
  listRoomsQuery,
  presentRoom,
  readRoom,
  room,
  roomPage,
  searchRoomsQuery,
} from "./rooms.schema.ts";
import type { Rooms } from "./rooms.service.ts";

const tag = "Rooms";
const page = [{ status: 200 as const, about: "A page of rooms", schema: roomPage }];

/** Rooms that people find and enter by themselves. */
export function roomsRoutes(rooms: Rooms, pages: MessagePages): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/rooms",
        id: "createRoom",
        tag,
        summary: "Make a room; one becomes its admin",
        body: createRoomBody,
        success: [{ status: 201, about: "The room", schema: room }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ body }, actor) => {
        const { user_ids: userIds = [], ...given } = body;
        return created(presentRoom(await rooms.create(actor, { ...readRoom(given), userIds })));
      },
    ),
    route(
      {
        method: "GET",
        path: "/rooms",
        id: "listRooms",
        tag,
        summary: "Public rooms, and private ones that one is in; newest first unless sorted otherwise",
        query: listRoomsQuery,
        success: page,
        errors: ["FORBIDDEN"],
      },
      ({ query }, actor) => pageOfRooms("rooms", query, (filter) => rooms.list(actor, filter)),
    ),
    route(
      {
        method: "GET",
        path: "/rooms/search",
        id: "searchRooms",
        tag,
        summary: "Rooms whose name holds these letters",
        query: searchRoomsQuery,
        success: page,
        errors: ["FORBIDDEN"],
      },
      ({ query }, actor) => pageOfRooms("room search", query, (filter) => rooms.list(actor, filter)),
    ),
    ...oneRoomRoutes(rooms),
    ...roomMessagesRoutes(rooms, pages),
  ];
}

function oneRoomRoutes(rooms: Rooms): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/rooms/:id",
        id: "getRoom",
        tag,
        summary: "One room",
        params: byId,
        success: [{ status: 200, about: "The room", schema: room }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        etag: true,
      },
      async ({ params }, actor) => presentRoom(await rooms.get(actor, params.id)),
    ),
    route(
      {
        method: "PUT",
        path: "/rooms/:id",
        id: "changeRoom",
        tag,
        summary: "Change a room; what is not given stays",
        params: byId,
        body: changeRoomBody,
        success: [{ status: 200, about: "The room", schema: room }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => presentRoom(await rooms.change(actor, params.id, readRoom(body))),
    ),
    route(
      {
        method: "DELETE",
        path: "/rooms/:id",
        id: "deleteRoom",
        tag,
        summary: "End a room for everybody",
        params: byId,
        success: [{ status: 200, about: "It has ended", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await rooms.end(actor, params.id);
        return { message: "Room deleted" };
      },
    ),
  ];
}

function roomMessagesRoutes(rooms: Rooms, pages: MessagePages): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/rooms/:id/messages",
        id: "sendRoomMessage",
        tag,
        summary: "Send a message to a room",
        params: byId,
        body: messageBody,
        success: [
          { status: 201, about: "The message", schema: message },
          { status: 200, about: "The message that this key made before", schema: message },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        rates: ["messages"],
      },
      async ({ params, body, header }, actor) => {
        await rooms.requireRoom(actor, params.id);
        return pages.send(actor, params.id, body, header("idempotency-key"));
      },
    ),
    route(
      {
        method: "GET",
        path: "/rooms/:id/messages",
        id: "listRoomMessages",
        tag,
        summary: "A room's messages, newest first",
        params: byId,
        query: pageQuery,
        success: [{ status: 200, about: "A page of messages", schema: messagePage }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        await rooms.requireRoom(actor, params.id);
        return (await pages.list(actor, params.id, query)).data;
      },
    ),
  ];
}
