import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { Presence } from "../people/index.ts";
import { participantList } from "./conversations.lists.ts";
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
        summary: "Who takes part, by when they came where nothing else is asked for",
        params: byId,
        query: listQueryOf(participantList, "a username or a display name"),
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
        const asked = askedPage(`participants ${params.id}`, participantList, query);
        const rows = await participants.list(actor, params.id, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
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
