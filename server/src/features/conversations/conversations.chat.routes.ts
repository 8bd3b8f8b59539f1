import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import {
  type ChatPresenter,
  chat,
  coreTypesOf,
  createChatBody,
  listChatsQuery,
  pagination,
  presentPagination,
  purchaseBody,
} from "./conversations.chat.schema.ts";
import type { Conversations } from "./conversations.service.ts";

const tag = "Chats";
const oneChat = z.object({ chat });

/** Conversations in the chat dialect. */
export function conversationsChatRoutes(conversations: Conversations, chats: ChatPresenter): Route[] {
  return [
    ...creatingRoutes(conversations, chats),
    route(
      {
        method: "GET",
        path: "/",
        id: "listChats",
        tag,
        summary: "One's chats, latest message first",
        description: "Archived ones only with `archived=true`.",
        query: listChatsQuery,
        success: [
          { status: 200, about: "A page of chats", schema: z.object({ chats: z.array(chat), pagination }) },
        ],
      },
      async ({ query }, actor) => {
        const { page, limit, type, archived = false, unread } = query;
        const filter = { types: type === undefined ? undefined : coreTypesOf(type), archived, unread };
        const offset = (page - 1) * limit;
        const found = await conversations.listInFull(actor, {
          ...filter,
          sort: "last_message_at",
          limit,
          offset,
        });
        const { conversations: total } = await conversations.count(actor, filter);
        return {
          chats: await chats.presentAll(actor, found),
          pagination: presentPagination(page, limit, total),
        };
      },
    ),
    route(
      {
        method: "GET",
        path: "/stats",
        id: "getChatStats",
        tag,
        summary: "How many chats and messages one has, and how many unread",
        success: [
          {
            status: 200,
            about: "The counts over all of the caller's chats, archived ones too",
            schema: z.object({
              totalChats: z.number().int(),
              totalMessages: z.number().int(),
              totalUnread: z.number().int(),
            }),
          },
        ],
      },
      async (_, actor) => {
        const { conversations: totalChats, messages, unread } = await conversations.count(actor, {});
        return { totalChats, totalMessages: messages, totalUnread: unread };
      },
    ),
    ...singleRoutes(conversations, chats),
  ];
}

function creatingRoutes(conversations: Conversations, chats: ChatPresenter): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/",
        id: "createChat",
        tag,
        summary: "Make a chat",
        description: "The caller is always in. Asking for a direct chat that exists answers it with 200.",
        body: createChatBody,
        success: [
          { status: 201, about: "The new chat", schema: oneChat },
          { status: 200, about: "The direct chat that exists", schema: oneChat },
        ],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ body }, actor) => {
        const { conversation, isNew } = await conversations.create(actor, {
          type: body.type,
          title: body.title,
          participants: body.participantIds.map((userId) => ({ userId })),
          isE2ee: false,
          metadata: body.metadata,
          isAnnounced: true,
        });
        const view = await chats.present(actor, conversation);
        return isNew ? created(view) : view;
      },
    ),
    route(
      {
        method: "POST",
        path: "/purchase-request",
        id: "createPurchaseChat",
        tag,
        summary: "The chat of the caller, who buys, with the seller about one purchase request",
        description: "One chat for each purchase request, buyer and seller, however often it is asked for.",
        body: purchaseBody,
        success: [
          { status: 201, about: "The new chat", schema: oneChat },
          { status: 200, about: "The chat that exists", schema: oneChat },
        ],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ body }, actor) => {
        const { conversation, isNew } = await conversations.create(actor, {
          type: "purchase",
          participants: [{ userId: body.sellerId }],
          isE2ee: false,
          purchaseRequestId: body.purchaseRequestId,
          isAnnounced: true,
        });
        const view = await chats.present(actor, conversation);
        return isNew ? created(view) : view;
      },
    ),
  ];
}

function singleRoutes(conversations: Conversations, chats: ChatPresenter): Route[] {
  const withCounts = chat.extend({
    unreadCounts: z.array(z.object({ user: idField, count: z.number().int() })),
  });
  return [
    route(
      {
        method: "GET",
        path: "/:id",
        id: "getChat",
        tag,
        summary: "One chat",
        params: byId,
        success: [{ status: 200, about: "The chat", schema: oneChat }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        etag: true,
      },
      async ({ params }, actor) => chats.present(actor, await conversations.get(actor, params.id)),
    ),
    route(
      {
        method: "GET",
        path: "/:id/info",
        id: "getChatInfo",
        tag,
        summary: "One chat, with how much each participant has not read",
        params: byId,
        success: [
          { status: 200, about: "The chat", schema: z.object({ chat: withCounts.meta({ id: "ChatInfo" }) }) },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        etag: true,
      },
      async ({ params }, actor) => {
        const view = await chats.present(actor, await conversations.get(actor, params.id));
        const counts = await conversations.unreadCounts(actor, params.id);
        const unreadCounts = counts.map(({ userId, count }) => ({ user: userId, count }));
        return { chat: { ...view.chat, unreadCounts } };
      },
    ),
    route(
      {
        method: "PUT",
        path: "/:id/archive",
        id: "toggleChatArchive",
        tag,
        own: true,
        summary: "Archive the chat for oneself, or bring it back",
        params: byId,
        success: [
          { status: 200, about: "Whether it is archived now", schema: z.object({ archived: z.boolean() }) },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => ({ archived: await conversations.archive(actor, params.id, null) }),
    ),
  ];
}
