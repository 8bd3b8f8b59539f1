import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import {
  participant,
  participantList,
  participantWithPresence,
  presentParticipant,
  presentWithPresence,
} from "../conversations/index.ts";
import { newInvitation, presentInvitation } from "../organizations/index.ts";
import type { Presence } from "../people/index.ts";
import type { RoomInvitations } from "./room-invitations.service.ts";
import { addMembersBody, inviteBody } from "./rooms.schema.ts";
import type { Rooms } from "./rooms.service.ts";

const tag = "Room members";
const done = z.object({ message: z.string() });
const added = done.extend({ room_id: idField, participants: z.array(participant) });

const invited = added.extend({
  invitation: newInvitation.nullable().meta({
    description:
      "To the organization, for whoever has no account in it; null where nobody had to be invited there.",
  }),
});

/** Who is in a room, and how one comes in and out. */
export function roomMembersRoutes(rooms: Rooms, invitations: RoomInvitations, presence: Presence): Route[] {
  return [
    membersRoute(rooms, presence),
    joinRoute(rooms),
    inviteRoute(rooms, invitations),
    ...leaveRoutes(rooms),
  ];
}

function membersRoute(rooms: Rooms, presence: Presence): Route {
  return route(
    {
      method: "GET",
      path: "/rooms/:id/members",
      id: "listRoomMembers",
      tag,
      summary: "Who is in a room, by when they came where nothing else is asked for",
      params: byId,
      query: listQueryOf(participantList, "a username or a display name"),
      success: [
        {
          status: 200,
          about: "A page of members",
          schema: z.object({
            members: z.array(participantWithPresence),
            next_cursor: z.string().nullable(),
          }),
        },
      ],
      errors: ["NOT_FOUND", "FORBIDDEN"],
    },
    async ({ params, query }, actor) => {
      const asked = askedPage(`members ${params.id}`, participantList, query);
      const rows = await rooms.members(actor, params.id, asked.page);
      const { shown, nextCursor } = asked.shownOf(rows);
      return {
        members: shown.map((row) => presentWithPresence(presence, actor, row)),
        next_cursor: nextCursor,
      };
    },
  );
}

function joinRoute(rooms: Rooms): Route {
  return route(
    {
      method: "POST",
      path: "/rooms/:id/members",
      id: "joinRoom",
      tag,
      summary: "Enter a public room, or with `user_ids` add people to one",
      params: byId,
      body: addMembersBody,
      bodyOptional: true,
      success: [{ status: 200, about: "Those who are new in the room", schema: added }],
      errors: ["NOT_FOUND", "FORBIDDEN"],
    },
    async ({ params, body: { user_ids: userIds } }, actor) => {
      if (userIds === undefined) {
        const joined = await rooms.join(actor, params.id);
        const participants = joined === null ? [] : [presentParticipant(joined)];
        return { message: "You are in the room", room_id: params.id, participants };
      }
      const participants = (await rooms.add(actor, params.id, userIds)).map(presentParticipant);
      return { message: "People added to the room", room_id: params.id, participants };
    },
  );
}

function inviteRoute(rooms: Rooms, invitations: RoomInvitations): Route {
  return route(
    {
      method: "POST",
      path: "/rooms/:id/invitations",
      id: "inviteToRoom",
      tag,
      summary: "Bring people into a room, a private one too",
      description:
        "People of the organization are in at once and are told. Who may invite to the organization may also name the `email` of somebody without an account in it: they get an invitation to the organization by mail, and are in the room as soon as they accept it.",
      params: byId,
      body: inviteBody,
      success: [{ status: 201, about: "Those who are new in the room", schema: invited }],
      errors: ["NOT_FOUND", "FORBIDDEN"],
    },
    async ({ params, body }, actor) => {
      const { participants, made } =
        body.email === undefined
          ? { participants: await rooms.add(actor, params.id, body.user_ids ?? []), made: null }
          : await invitations.byEmail(actor, params.id, body.email);
      return created({
        message: "Invitation sent",
        room_id: params.id,
        participants: participants.map(presentParticipant),
        invitation: made === null ? null : { ...presentInvitation(made.invitation), token: made.token },
      });
    },
  );
}

function leaveRoutes(rooms: Rooms): Route[] {
  return [
    route(
      {
        method: "DELETE",
        path: "/rooms/:id/members",
        id: "leaveRoom",
        tag,
        summary: "Leave a room",
        params: byId,
        success: [{ status: 200, about: "One is out", schema: done }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await rooms.remove(actor, params.id, actor.userId);
        return { message: "You have left the room" };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/rooms/:id/members/:userId",
        id: "removeRoomMember",
        tag,
        summary: "Remove somebody from a room, or oneself",
        params: z.object({ id: idField, userId: idField }),
        success: [{ status: 200, about: "They are out", schema: done }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await rooms.remove(actor, params.id, params.userId);
        return { message: "Member removed from the room" };
      },
    ),
  ];
}
