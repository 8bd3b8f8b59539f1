import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, text, timeInput, visibleText } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import { type ChatMessageView, chatMessage, pageQuery, presentChatUser } from "../conversations/index.ts";
import type { Profile } from "../people/index.ts";
import type { ListedMessage } from "./messages.queries.ts";
import { metadataField, readMetadata } from "./messages.schema.ts";

/** Messages in the chat dialect. */

const contentField = visibleText(limits.chatTextCodePoints);

export const sendChatBody = z.object({
  content: contentField,
  type: z.enum(["text"], { error: "must be text: only the server writes system messages" }).default("text"),
  replyToMessageId: idField.nullable().optional(),
  metadata: metadataField.nullable().optional(),
  clientMessageId: text(1, limits.clientMessageIdLength).nullable().optional(),
});

/** What a form may say beside its file. */
export const fileFields = z.object({
  content: contentField.optional(),
  replyToMessageId: idField.optional(),
});

export const editChatBody = z.object({ content: contentField });

export const readChatBody = z.object({
  messageIds: z
    .array(z.string())
    .max(limits.messagesNamed)
    .optional()
    .meta({ description: "Empty or missing: all. Ids that are none of the chat's are ignored." }),
});

export const listChatMessagesQuery = z.object({ ...pageQuery, before: timeInput.optional() });

export const oneMessage = z.object({ message: chatMessage });

/** A user who has read a message, and when. */
export interface Reader {
  userId: string;
  seq: number;
  at: number;
}

/** Where a file's bytes can be had. */
export type UrlOf = (fileId: string) => string;

/** @param readers whoever has read something of the conversation. */
export function presentChatMessage(
  conversationId: string,
  row: ListedMessage,
  sender: Profile | undefined,
  readers: readonly Reader[],
  urlOf: UrlOf,
): ChatMessageView {
  const { metadata, attachments } = readMetadata(row.metadata);
  const { reply_to: _reply, attachments: _attachments, ...own } = metadata;
  return {
    _id: row.message_id,
    chatId: conversationId,
    seq: row.seq,
    sender: presentChatUser(sender ?? nobody(row.sender_id)),
    content: row.content,
    type: row.message_type,
    replyTo: row.reply_to,
    attachments: attachments.map(({ file_id, file_name, content_type, file_size }) => ({
      url: urlOf(file_id),
      filename: file_name,
      mimeType: content_type,
      size: file_size,
    })),
    metadata: own,
    readBy: readers
      .filter(({ userId, seq }) => seq >= row.seq && userId !== row.sender_id)
      .map(({ userId, at }) => ({ user: userId, readAt: isoTime(at) })),
    createdAt: isoTime(row.created_at),
    editedAt: isoTimeOrNull(row.edited_at),
    deletedAt: isoTimeOrNull(row.deleted_at),
  };
}

/** A sender who is not in the organization any more. */
function nobody(id: string): Profile {
  return { id, username: "", displayName: "", avatarUrl: null };
}
