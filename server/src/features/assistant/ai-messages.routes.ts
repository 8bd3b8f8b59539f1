import { z } from "zod";
import { byId } from "../../platform/http/fields.ts";
import { readIdempotencyKey } from "../../platform/http/idempotency-key.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { aiMessage, messagesQuery, newAiMessage, presentAiMessage } from "./ai-messages.schema.ts";
import type { AiMessages } from "./ai-messages.service.ts";

const tag = "AI conversations";

/** What was said in an AI conversation. */
export function aiMessagesRoutes(messages: AiMessages): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/conversations/:id/messages",
        id: "addAiMessage",
        tag,
        summary: "Add a message; nobody answers it",
        description:
          "An Assistant's message names its model. `client_message_id`, or the header `Idempotency-Key`, makes sending it again harmless.",
        params: byId,
        body: newAiMessage,
        rates: ["workspaceMessages"],
        success: [
          { status: 201, about: "The stored message", schema: aiMessage },
          { status: 200, about: "The message that came with this key before", schema: aiMessage },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body, header }, actor) => {
        const { role, content, model, client_message_id: own } = body;
        const { message, isNew } = await messages.send(actor, params.id, {
          role,
          content,
          model: model ?? null,
          clientMessageId: own ?? readIdempotencyKey(header("idempotency-key")),
        });
        return isNew ? created(presentAiMessage(message)) : presentAiMessage(message);
      },
    ),
    route(
      {
        method: "GET",
        path: "/conversations/:id/messages",
        id: "listAiMessages",
        tag,
        summary: "An AI conversation's messages in order; one that is being written with what has come",
        params: byId,
        query: messagesQuery,
        success: [
          {
            status: 200,
            about: "A page of messages",
            schema: z.object({
              messages: z.array(aiMessage),
              total_count: z.number().int(),
              offset: z.number().int(),
              limit: z.number().int(),
              has_more: z.boolean(),
            }),
          },
        ],
        errors: ["NOT_FOUND"],
      },
      async ({ params, query: { limit, offset } }, actor) => {
        const { messages: rows, total } = await messages.list(actor, params.id, { limit, offset });
        return {
          messages: rows.map(presentAiMessage),
          total_count: total,
          offset,
          limit,
          has_more: offset + rows.length < total,
        };
      },
    ),
  ];
}
