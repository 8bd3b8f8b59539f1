import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { idField, limitQuery, timeField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { limits } from "../../platform/limits.ts";
import { participant, presentParticipant } from "../conversations/index.ts";
import { type RoomRow, type Rooms, roomSorts, sortValueOf } from "./rooms.service.ts";

const tag = "Rooms";

const room = z
  .object({
    id: idField,
    name: z.string(),
    description: z.string().nullable(),
    avatar_url: z.string().nullable(),
    visibility: z.enum(["public", "private"]),
    created_by: idField,
    created_at: timeField,
    last_message_at: timeField.nullable(),
    participant_count: z.number().int(),
    is_member: z.boolean(),
  })
  .meta({ id: "Room" });

function presentRoom(row: RoomRow): z.output<typeof room> {
  return {
    id: row.id,
    name: row.title ?? "",
    description: row.description,
    avatar_url: row.avatar_url,
    visibility: row.visibility ?? "private",
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    last_message_at: isoTimeOrNull(row.last_message_at),
    participant_count: Number(row.participant_count),
    is_member: row.is_member === 1,
  };
}

/** Rooms that people find and enter by themselves (002). */
export function roomsRoutes(rooms: Rooms): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/rooms",
        id: "listRooms",
        tag,
        summary: "Public rooms, and private ones that one is in; newest first unless sorted otherwise",
        query: z.object({
          q: z.string().max(100).optional(),
          visibility: z.enum(["public", "private"]).optional(),
          sort: z.enum(roomSorts).optional(),
          limit: limitQuery,
          cursor: z.string().optional(),
        }),
        success: [
          {
            status: 200,
            about: "A page of rooms",
            schema: z.object({ rooms: z.array(room), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["FORBIDDEN"],
      },
      async ({ query }, actor) => {
        const { q: search, visibility, limit, cursor } = query;
        const sort = query.sort ?? "created_at";
        const after = cursor === undefined ? undefined : readCursor(cursor, sort);
        const rows = await rooms.list(actor, { search, visibility, sort, after, limit: limit + 1 });
        const shown = rows.slice(0, limit);
        const last = shown.at(-1);
        const more = rows.length > limit && last !== undefined;
        return {
          rooms: shown.map(presentRoom),
          next_cursor: more ? encodeCursor(`rooms ${sort}`, [sortValueOf(last, sort), last.id]) : null,
        };
      },
    ),
    route(
      {
        method: "POST",
        path: "/rooms/:id/members",
        id: "joinRoom",
        tag,
        summary: "Enter a public room, or with `user_ids` add people to one",
        params: z.object({ id: idField }),
        body: z.object({ user_ids: z.array(idField).min(1).max(limits.participantsPerRequest).optional() }),
        bodyOptional: true,
        success: [
          {
            status: 200,
            about: "Those who are new in the room",
            schema: z.object({ message: z.string(), room_id: idField, participants: z.array(participant) }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const joined = body.user_ids === undefined ? await rooms.join(actor, params.id) : null;
        const added = body.user_ids === undefined ? [] : await rooms.add(actor, params.id, body.user_ids);
        const participants = joined === null ? added : [joined];
        const message = body.user_ids === undefined ? "You are in the room" : "People added to the room";
        return { message, room_id: params.id, participants: participants.map(presentParticipant) };
      },
    ),
  ];
}

function readCursor(cursor: string, sort: (typeof roomSorts)[number]) {
  const kind = sort === "name" ? "string" : "number";
  const [value, id] = decodeCursor(`rooms ${sort}`, cursor, [kind, "string"], "cursor");
  return { value: value ?? 0, id: String(id) };
}
