import { z } from "zod";
import { byId } from "../../platform/http/fields.ts";
import { created, type Route, route, Said } from "../../platform/http/route.ts";
import {
  aiConversation,
  conversationChanges,
  conversationsQuery,
  createdAiConversation,
  listedAiConversation,
  newAiConversation,
  presentAiConversation,
  presentCreated,
  presentListed,
} from "./ai-conversations.schema.ts";
import type { AiConversations } from "./ai-conversations.service.ts";

const tag = "AI conversations";

/** Conversations with a model. */
export function aiConversationsRoutes(conversations: AiConversations): Route[] {
  return [...collectionRoutes(conversations), ...conversationRoutes(conversations)];
}

function collectionRoutes(conversations: AiConversations): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/conversations",
        id: "createAiConversation",
        tag,
        summary: "Begin an AI conversation",
        body: newAiConversation,
        success: [{ status: 201, about: "The new conversation", schema: createdAiConversation }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ body }, actor) => created(presentCreated(await conversations.create(actor, body))),
    ),
    route(
      {
        method: "GET",
        path: "/conversations",
        id: "listAiConversations",
        tag,
        summary: "One's AI conversations, last changed first",
        query: conversationsQuery,
        success: [
          {
            status: 200,
            about: "A page of conversations",
            schema: z.object({
              conversations: z.array(listedAiConversation),
              total_count: z.number().int(),
              offset: z.number().int(),
              limit: z.number().int(),
              has_more: z.boolean(),
            }),
          },
        ],
        errors: ["NOT_FOUND"],
      },
      async ({ query }, actor) => {
        const { workspace_session_id: workspaceSessionId, status, limit, offset } = query;
        const filter = { workspaceSessionId, status, limit, offset };
        const { conversations: rows, total } = await conversations.list(actor, filter);
        return {
          conversations: rows.map(presentListed),
          total_count: total,
          offset,
          limit,
          has_more: offset + rows.length < total,
        };
      },
    ),
  ];
}

function conversationRoutes(conversations: AiConversations): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/conversations/:id",
        id: "getAiConversation",
        tag,
        summary: "An AI conversation without its messages",
        params: byId,
        success: [{ status: 200, about: "The conversation", schema: aiConversation }],
        errors: ["NOT_FOUND"],
        etag: true,
      },
      async ({ params }, actor) => {
        const { conversation, relatedIds } = await conversations.get(actor, params.id);
        return presentAiConversation(conversation, relatedIds);
      },
    ),
    route(
      {
        method: "PATCH",
        path: "/conversations/:id",
        id: "updateAiConversation",
        tag,
        summary: "Change title, description, status, tags or summary; what is not given stays",
        params: byId,
        body: conversationChanges,
        success: [{ status: 200, about: "The conversation", schema: aiConversation }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        await conversations.update(actor, params.id, body);
        const { conversation, relatedIds } = await conversations.get(actor, params.id);
        return presentAiConversation(conversation, relatedIds);
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/conversations/:id",
        id: "deleteAiConversation",
        tag,
        summary: "Delete an AI conversation with its messages",
        params: byId,
        success: [{ status: 200, about: "It is gone", schema: null }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await conversations.delete(actor, params.id);
        return new Said("Conversation deleted successfully");
      },
    ),
  ];
}
