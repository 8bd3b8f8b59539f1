import { z } from "zod";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { byId, idField } from "../../platform/http/fields.ts";
import { listPageQuery, shownOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { Presence } from "../people/index.ts";
import {
  addBody,
  participant,
  participantWithPresence,
  presentParticipant,
  roleBody,
} from "./conversations.schema.ts";
import { presentWithPresence } from "./participant-presence.ts";
import type { Participants } from "./participants.service.ts";

const tag = "Participants";
const byUser = z.object({ id: idField, userId: idField });
const done = z.object({ message: z.string() });

/** Who takes part. */
export function participantsRoutes(participants: Participants, presence: Presence): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/conversations/:id/participants",
        id: "listParticipants",
        tag,
        summary: "Who takes part, oldest first",
        params: byId,
        query: listPageQuery,
        success: [
          {
            status: 200,
            about: "A page of participants",
            schema: z.object({
              participants: z.array(participantWithPresence),
              next_cursor: z.string().nullable(),
            }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const after = query.cursor === undefined ? null : readCursor(query.cursor);
        const rows = await participants.list(actor, params.id, { after, limit: query.limit + 1 });
        const { shown, nextCursor } = shownOf("participants", query, rows, (row) => [
          row.joined_at,
          row.user_id,
        ]);
        return {
          participants: shown.map((row) => presentWithPresence(presence, actor, row)),
          next_cursor: nextCursor,
        };
      },
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/participants",
        id: "addParticipants",
        tag,
        summary: "Add people; those already in stay as they are",
        params: byId,
        body: addBody,
        success: [
          {
            status: 200,
            about: "Those who are new",
            schema: done.extend({ participants: z.array(participant) }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) => {
        const fallback = body.role ?? "member";
        const people =
          body.participants?.map(({ user_id, role }) => ({ userId: user_id, role: role ?? fallback })) ??
          (body.user_ids ?? []).map((userId) => ({ userId, role: fallback }));
        const added = await participants.add(actor, params.id, people);
        return { message: "Participants added successfully", participants: added.map(presentParticipant) };
      },
    ),
    route(
      {
        method: "PATCH",
        path: "/conversations/:id/participants/:userId",
        id: "changeParticipantRole",
        tag,
        summary: "Change somebody's role",
        params: byUser,
        body: roleBody,
        success: [
          {
            status: 200,
            about: "The role is changed",
            schema: z.object({ user_id: idField, role: z.string() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) => {
        await participants.changeRole(actor, params.id, params.userId, body.role);
        return { user_id: params.userId, role: body.role };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/conversations/:id/participants/:userId",
        id: "removeParticipant",
        tag,
        summary: "Remove somebody, or oneself",
        params: byUser,
        success: [{ status: 200, about: "They are out", schema: done }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => {
        await participants.remove(actor, params.id, params.userId);
        return { message: "Participant removed successfully" };
      },
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/leave",
        id: "leaveConversation",
        tag,
        summary: "Leave; a direct conversation is archived instead",
        params: byId,
        success: [{ status: 200, about: "Done", schema: done }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await participants.leave(actor, params.id);
        return { message: "You have left the conversation" };
      },
    ),
  ];
}

function readCursor(cursor: string): { joinedAt: number; userId: string } {
  const [joinedAt, userId] = decodeCursor("participants", cursor, ["number", "string"], "cursor");
  return { joinedAt: Number(joinedAt), userId: String(userId) };
}
