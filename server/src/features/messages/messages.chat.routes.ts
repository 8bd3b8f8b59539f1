import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { byId, idField, timeField } from "../../platform/http/fields.ts";
import { readIdempotencyKey } from "../../platform/http/idempotency-key.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { chatMessage, pagination, presentPagination } from "../conversations/index.ts";
import {
  editChatBody,
  listChatMessagesQuery,
  oneMessage,
  readChatBody,
  sendChatBody,
} from "./messages.chat.schema.ts";
import type { ChatMessages } from "./messages.chat.service.ts";
import type { MessageMetadata } from "./messages.schema.ts";
import type { Messages } from "./messages.service.ts";
import type { Sending } from "./sending.service.ts";

const tag = "Chat messages";
const byMessage = z.object({ id: idField, messageId: idField });

/** Messages in the chat dialect. */
export function messagesChatRoutes(
  sending: Sending,
  messages: Messages,
  chatMessages: ChatMessages,
): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/:id/messages",
        id: "listChatMessages",
        tag,
        summary: "A chat's messages, newest first",
        params: byId,
        query: listChatMessagesQuery,
        success: [
          {
            status: 200,
            about: "A page of messages",
            schema: z.object({ messages: z.array(chatMessage), pagination }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const { messages: found, total } = await chatMessages.page(actor, params.id, query);
        return { messages: found, pagination: presentPagination(query.page, query.limit, total) };
      },
    ),
    route(
      {
        method: "POST",
        path: "/:id/messages",
        id: "sendChatMessage",
        tag,
        rates: ["chatMessages"],
        summary: "Send a text message",
        description:
          "201 means durable. With `clientMessageId` or the header `Idempotency-Key`, the same key of the same sender in the same chat answers the first message with 200. Files go to `/:id/messages/file`.",
        params: byId,
        body: sendChatBody,
        otherBodies: { "multipart/form-data": "Send files to …/messages/file." },
        success: [
          { status: 201, about: "The message", schema: oneMessage },
          { status: 200, about: "The message that this key made before", schema: oneMessage },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body, header }, actor) => {
        const sent = await sending.sendAndWait(actor, {
          conversationId: params.id,
          type: body.type,
          content: body.content,
          isEncrypted: false,
          metadata: withReply(body.metadata, body.replyToMessageId),
          clientMessageId: body.clientMessageId ?? readIdempotencyKey(header("idempotency-key")),
        });
        const message = await chatMessages.presentSent(sent);
        return sent.isNew ? created({ message }) : { message };
      },
    ),
    route(
      {
        method: "PATCH",
        path: "/:id/messages/read",
        id: "markChatRead",
        tag,
        own: true,
        summary: "Mark messages as read, or all",
        description: "All before the newest message named become read with it.",
        params: byId,
        body: readChatBody,
        bodyOptional: true,
        success: [
          {
            status: 200,
            about: "How many became read",
            schema: z.object({ modifiedCount: z.number().int() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => ({
        modifiedCount: await chatMessages.markRead(actor, params.id, body.messageIds ?? []),
      }),
    ),
    ...changeRoutes(messages, chatMessages),
  ];
}

function changeRoutes(messages: Messages, chatMessages: ChatMessages): Route[] {
  return [
    route(
      {
        method: "PUT",
        path: "/:id/messages/:messageId",
        id: "editChatMessage",
        tag,
        summary: "Edit one's own message within 15 minutes",
        params: byMessage,
        body: editChatBody,
        success: [{ status: 200, about: "The message", schema: oneMessage }],
        errors: ["NOT_FOUND", "FORBIDDEN", "EDIT_WINDOW_CLOSED", "CONFLICT"],
      },
      async ({ params, body }, actor) => {
        await chatMessages.require(actor, params.id, params.messageId);
        const edited = await messages.edit(actor, params.messageId, body.content, undefined);
        return { message: await chatMessages.present(edited) };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/:id/messages/:messageId",
        id: "deleteChatMessage",
        tag,
        summary: "Delete a message; its place in the order stays",
        params: byMessage,
        success: [
          {
            status: 200,
            about: "It is deleted",
            schema: z.object({ message: chatMessage, deletedAt: timeField }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await chatMessages.require(actor, params.id, params.messageId);
        const deleted = await messages.delete(actor, params.messageId);
        return {
          message: await chatMessages.present(deleted),
          deletedAt: isoTime(deleted.deleted_at ?? deleted.created_at),
        };
      },
    ),
  ];
}

/** What is answered stands in `metadata` in the core. */
function withReply(
  metadata: MessageMetadata | null | undefined,
  replyTo: string | null | undefined,
): MessageMetadata | null {
  if (replyTo == null) return metadata ?? null;
  return { ...metadata, reply_to: replyTo };
}
