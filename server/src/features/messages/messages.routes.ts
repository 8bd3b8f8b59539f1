import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { byId, idField, timeField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { MessagePages } from "./message-pages.ts";
import type { MessageViews } from "./message-views.ts";
import {
  editBody,
  listQuery,
  message,
  messageEdit,
  messagePage,
  receipt,
  sendBody,
} from "./messages.schema.ts";
import type { Messages } from "./messages.service.ts";

const tag = "Messages";

export function messagesRoutes(messages: Messages, views: MessageViews, pages: MessagePages): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/messages",
        id: "sendMessage",
        tag,
        summary: "Send a message",
        description:
          "201 means durable. With `client_message_id` or the header `Idempotency-Key`, the same key of the same sender in the same conversation answers the first message with 200.",
        body: sendBody,
        success: [
          { status: 201, about: "The message", schema: message },
          { status: 200, about: "The message that this key made before", schema: message },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        rates: ["messages"],
      },
      ({ body, header }, actor) => pages.send(actor, body.conversation_id, body, header("idempotency-key")),
    ),
    route(
      {
        method: "GET",
        path: "/messages",
        id: "listMessages",
        tag,
        summary: "A conversation's messages, newest first",
        description:
          "`page_state` goes on to older ones and neither skips nor repeats a message while new ones arrive.",
        query: listQuery,
        success: [
          {
            status: 200,
            about: "A page of messages",
            schema: messagePage,
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ query }, actor) => (await pages.list(actor, query.conversation_id, query)).data,
    ),
    route(
      {
        method: "GET",
        path: "/messages/:id",
        id: "getMessage",
        tag,
        summary: "One message",
        params: byId,
        success: [{ status: 200, about: "The message", schema: message }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => views.showOne(await messages.get(actor, params.id)),
    ),
    ...changeRoutes(messages, views),
  ];
}

function changeRoutes(messages: Messages, views: MessageViews): Route[] {
  return [
    route(
      {
        method: "PATCH",
        path: "/messages/:id",
        id: "editMessage",
        tag,
        summary: "Edit one's own message within 15 minutes",
        params: byId,
        body: editBody,
        success: [{ status: 200, about: "The message", schema: message }],
        errors: ["NOT_FOUND", "FORBIDDEN", "EDIT_WINDOW_CLOSED", "CONFLICT"],
      },
      async ({ params, body }, actor) =>
        views.showOne(await messages.edit(actor, params.id, body.content, body.is_encrypted)),
    ),
    route(
      {
        method: "DELETE",
        path: "/messages/:id",
        id: "deleteMessage",
        tag,
        summary: "Delete a message; its place in the order stays",
        params: byId,
        success: [
          {
            status: 200,
            about: "It is deleted",
            schema: z.object({
              message: z.string(),
              message_id: idField,
              conversation_id: idField,
              seq: z.number().int(),
              version: z.number().int(),
              deleted_at: timeField,
            }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        const { message_id, conversation_id, seq, version, deleted_at } = await messages.delete(
          actor,
          params.id,
        );
        const time = isoTime(deleted_at ?? 0);
        return { message: "Message deleted", message_id, conversation_id, seq, version, deleted_at: time };
      },
    ),
    route(
      {
        method: "GET",
        path: "/messages/:id/edits",
        id: "listMessageEdits",
        tag,
        summary:
          "What a message said before each edit, oldest first; for whoever may manage the conversation",
        params: byId,
        success: [
          { status: 200, about: "The former texts", schema: z.object({ edits: z.array(messageEdit) }) },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        const edits = await messages.edits(actor, params.id);
        return {
          edits: edits.map(({ former_content, edited_by, edited_at }) => ({
            content: former_content,
            edited_by,
            edited_at: isoTime(edited_at),
          })),
        };
      },
    ),
    route(
      {
        method: "GET",
        path: "/messages/:id/receipts",
        id: "listReceipts",
        tag,
        summary: "Who has received and read a message",
        description: "The times are those of the mark that passed the message.",
        params: byId,
        success: [{ status: 200, about: "The receipts", schema: z.object({ receipts: z.array(receipt) }) }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        const receipts = await messages.receipts(actor, params.id);
        return {
          receipts: receipts.map(({ userId, deliveredAt, readAt }) => ({
            user_id: userId,
            delivered_at: isoTimeOrNull(deliveredAt),
            read_at: isoTimeOrNull(readAt),
          })),
        };
      },
    ),
  ];
}
