import { z } from "zod";
import { isoTimeOrNull, now } from "../../platform/clock.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { byId, timeField } from "../../platform/http/fields.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import type { Presence } from "../people/index.ts";
import {
  archiveBody,
  changeBody,
  conversation,
  createBody,
  listQuery,
  markReadBody,
  muteBody,
  presentConversation,
  presentParticipant,
  settingsBody,
} from "./conversations.schema.ts";
import type { Conversations, OwnConversation } from "./conversations.service.ts";
import { presentWithPresence } from "./participant-presence.ts";
import type { Receipts } from "./receipts.service.ts";

const tag = "Conversations";
const archivedAnswer = z.object({ archived: z.boolean() });
const mutedAnswer = z.object({ muted: z.boolean(), muted_until: timeField.nullable() });

function present({ row, participants }: OwnConversation) {
  return presentConversation(row, participants?.map(presentParticipant), now());
}

export function conversationsRoutes(
  conversations: Conversations,
  receipts: Receipts,
  presence: Presence,
): Route[] {
  const presentListed = (actor: Actor, { row, participants }: OwnConversation) =>
    presentConversation(
      row,
      participants?.map((each) => presentWithPresence(presence, actor, each)),
      now(),
    );
  return [
    route(
      {
        method: "POST",
        path: "/conversations",
        id: "createConversation",
        tag,
        summary: "Make a direct conversation or a group",
        description:
          "The caller is always in. Asking for a direct conversation that exists answers it with 200.",
        body: createBody,
        success: [
          { status: 201, about: "The new conversation", schema: conversation },
          { status: 200, about: "The direct conversation that exists", schema: conversation },
        ],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ body }, actor) => {
        const participants =
          body.participants?.map(({ user_id, role }) => ({ userId: user_id, role })) ??
          (body.participant_ids ?? []).map((userId) => ({ userId }));
        const { conversation, isNew } = await conversations.create(actor, {
          type: body.type,
          title: body.title,
          description: body.description,
          avatarUrl: body.avatar_url,
          participants,
          isE2ee: body.is_e2ee_enabled ?? false,
        });
        return isNew ? created(present(conversation)) : present(conversation);
      },
    ),
    route(
      {
        method: "GET",
        path: "/conversations",
        id: "listConversations",
        tag,
        summary: "One's conversations, latest message first",
        description: "Archived ones only with `archived=true`.",
        query: listQuery,
        success: [
          {
            status: 200,
            about: "A page of conversations",
            schema: z.object({
              conversations: z.array(conversation),
              limit: z.number().int(),
              offset: z.number().int(),
              has_more: z.boolean(),
            }),
          },
        ],
      },
      async ({ query }, actor) => {
        const { limit, offset, sort, ...filter } = query;
        const rows = await conversations.list(actor, {
          types: filter.type === undefined ? undefined : [filter.type],
          archived: filter.archived ?? false,
          unread: filter.unread,
          sort: sort === undefined || sort === "last_message" ? "last_message_at" : sort,
          limit: limit + 1,
          offset,
        });
        return {
          conversations: rows.slice(0, limit).map((each) => presentListed(actor, each)),
          limit,
          offset,
          has_more: rows.length > limit,
        };
      },
    ),
    route(
      {
        method: "GET",
        path: "/conversations/:id",
        id: "getConversation",
        tag,
        summary: "One conversation",
        params: byId,
        success: [{ status: 200, about: "The conversation", schema: conversation }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        etag: true,
      },
      async ({ params }, actor) => present(await conversations.get(actor, params.id)),
    ),
    route(
      {
        method: "PATCH",
        path: "/conversations/:id",
        id: "updateConversation",
        tag,
        summary: "Change title, description or picture",
        params: byId,
        body: changeBody,
        success: [{ status: 200, about: "The conversation", schema: conversation }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) => {
        const changes = { title: body.title, description: body.description, avatarUrl: body.avatar_url };
        return present(await conversations.change(actor, params.id, changes));
      },
    ),
    route(
      {
        method: "PUT",
        path: "/conversations/:id/settings",
        id: "changeConversationSettings",
        tag,
        summary: "Turn end-to-end encryption on or off",
        params: byId,
        body: settingsBody,
        success: [
          { status: 200, about: "The conversation", schema: z.object({ message: z.string(), conversation }) },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const changed = await conversations.changeSettings(actor, params.id, body.is_e2ee_enabled);
        return { message: "Settings updated successfully", conversation: present(changed) };
      },
    ),
    ...ownStateRoutes(conversations, receipts),
  ];
}

/** What each participant sets for themselves. */
function ownStateRoutes(conversations: Conversations, receipts: Receipts): Route[] {
  return [
    route(
      {
        method: "DELETE",
        path: "/conversations/:id",
        id: "archiveConversation",
        tag,
        summary: "Archive the conversation for oneself",
        params: byId,
        own: true,
        success: [{ status: 200, about: "It is archived", schema: archivedAnswer }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => ({ archived: await conversations.archive(actor, params.id, true) }),
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/archive",
        id: "toggleConversationArchive",
        tag,
        summary: "Archive or bring back; without `archived` it toggles",
        params: byId,
        body: archiveBody,
        bodyOptional: true,
        own: true,
        success: [{ status: 200, about: "Whether it is archived now", schema: archivedAnswer }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => ({
        archived: await conversations.archive(actor, params.id, body.archived ?? null),
      }),
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/mute",
        id: "muteConversation",
        tag,
        summary: "Silence the conversation, for good or until a time",
        params: byId,
        body: muteBody,
        bodyOptional: true,
        own: true,
        success: [{ status: 200, about: "It is muted", schema: mutedAnswer }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        await conversations.mute(actor, params.id, true, body.until ?? null);
        return { muted: true, muted_until: isoTimeOrNull(body.until ?? null) };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/conversations/:id/mute",
        id: "unmuteConversation",
        tag,
        summary: "End the silence",
        params: byId,
        own: true,
        success: [{ status: 200, about: "It is not muted", schema: mutedAnswer }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await conversations.mute(actor, params.id, false, null);
        return { muted: false, muted_until: null };
      },
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/mark-read",
        id: "markConversationRead",
        tag,
        summary: "Mark as read up to `seq`, or all",
        params: byId,
        body: markReadBody,
        bodyOptional: true,
        own: true,
        success: [
          {
            status: 200,
            about: "Where the caller stands now",
            schema: z.object({ last_read_seq: z.number().int(), unread_count: z.number().int() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const standing = await receipts.advance(actor, params.id, "read", body.seq ?? null);
        return { last_read_seq: standing.lastReadSeq, unread_count: standing.unreadCount };
      },
    ),
  ];
}
