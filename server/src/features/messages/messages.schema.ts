import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { codePoints, idField, limitQuery, text, timeField, timeInput } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { ListedMessage, MessageRow } from "./messages.queries.ts";

const givenType = z.enum(["text", "image", "video", "file"], { error: "must be text, image, video or file" });
const clientMessageId = text(1, limits.clientMessageIdLength);

/** What 001 puts into `metadata`; anything else in it is kept as sent. */
const metadataField = z
  .looseObject({
    reply_to: idField.nullable().optional(),
    mentions: z.array(idField).max(limits.mentions).optional(),
    attachments: z.array(idField).max(limits.mentions).optional(),
  })
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= limits.metadataBytes, {
    error: `must be at most ${limits.metadataBytes / 1024} KiB as JSON`,
  });

const messageFields = {
  content: z.string().optional(),
  is_encrypted: z.boolean().optional(),
  metadata: metadataField.nullable().optional(),
  client_message_id: clientMessageId.nullable().optional(),
};

/** What holds for any conversation; the rules of an E2EE one are the policy's. */
function checkContent(
  value: { content?: string | undefined; is_encrypted?: boolean | undefined },
  context: z.RefinementCtx,
) {
  const { content } = value;
  if (content === undefined) return;
  const fault = value.is_encrypted === true ? encryptedFault(content) : plainFault(content);
  if (fault !== null) context.addIssue({ code: "custom", path: ["content"], message: fault });
}

function encryptedFault(content: string): string | null {
  const fits = content.length > 0 && Buffer.byteLength(content) <= limits.encryptedTextBytes;
  return fits ? null : `must be 1 byte to ${limits.encryptedTextBytes / 1024} KiB`;
}

/** Null: may be sent as it is. */
export function plainFault(content: string): string | null {
  const most = limits.textCodePoints;
  if (content.length === 0 || (content.length > most && codePoints(content) > most))
    return `must be 1 to ${most} characters`;
  return /\S/.test(content) ? null : "must not be only spaces";
}

export const sendBody = z
  .object({ conversation_id: idField, message_type: givenType, ...messageFields })
  .superRefine(checkContent)
  .meta({
    examples: [
      {
        conversation_id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
        message_type: "text",
        content: "Dry. The new gutter does what it should.",
        client_message_id: "b0a7-0001",
      },
    ],
  });

export const chatCommand = z
  .object({ conversation_id: idField, message_type: givenType.optional(), ...messageFields })
  .superRefine(checkContent);

export const editBody = z
  .object({ content: z.string(), is_encrypted: z.boolean().optional() })
  .refine(({ content }) => content.length > 0, {
    path: ["content"],
    error: "must not be empty; delete the message instead",
  });

const seqQuery = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, { error: "must be a whole number from 1" })
  .transform(Number)
  .optional()
  .meta({
    type: "integer",
    minimum: 1,
    description:
      "Only messages before this place: with `seq` counting without gaps, any stretch can be asked for.",
  });

export const listQuery = z.object({
  conversation_id: idField,
  limit: limitQuery,
  page_state: z.string().optional(),
  before_seq: seqQuery,
  before_date: timeInput.optional(),
  after_date: timeInput.optional(),
  sender_id: idField.optional(),
});

export const message = z
  .object({
    message_id: idField,
    conversation_id: idField,
    sender_id: idField,
    content: z.string(),
    is_encrypted: z.boolean(),
    message_type: z.enum(["text", "image", "video", "file", "system"]),
    metadata: z.record(z.string(), z.unknown()),
    created_at: timeField,
    seq: z
      .number()
      .int()
      .meta({ description: "1, 2, 3 … within the conversation, no gaps: the one true order." }),
    version: z.number().int(),
    reply_to: idField.nullable(),
    thread_root_id: idField.nullable(),
    mentions: z.array(idField),
    attachments: z.array(z.unknown()),
    reactions: z.array(z.object({ emoji: z.string(), count: z.number().int(), user_ids: z.array(idField) })),
    edited_at: timeField.nullable(),
    deleted_at: timeField.nullable(),
    client_message_id: z.string().nullable(),
    status: z.enum(["sent", "delivered", "read"]),
  })
  .meta({ id: "Message" });

export type MessageView = z.output<typeof message>;
export type MessageStatus = MessageView["status"];

export const receipt = z
  .object({ user_id: idField, delivered_at: timeField.nullable(), read_at: timeField.nullable() })
  .meta({ id: "Receipt" });

export function presentMessage(row: MessageRow, status: MessageStatus): MessageView {
  return presentListed(row.conversation_id, row, status);
}

export function presentListed(
  conversationId: string,
  row: ListedMessage,
  status: MessageStatus,
): MessageView {
  const metadata = row.metadata === null ? {} : (JSON.parse(row.metadata) as Record<string, unknown>);
  return {
    message_id: row.message_id,
    conversation_id: conversationId,
    sender_id: row.sender_id,
    content: row.content,
    is_encrypted: row.is_encrypted === 1,
    message_type: row.message_type,
    metadata,
    created_at: isoTime(row.created_at),
    seq: row.seq,
    version: row.version,
    reply_to: row.reply_to,
    thread_root_id: row.thread_root_id,
    mentions: Array.isArray(metadata.mentions) ? (metadata.mentions as string[]) : [],
    attachments: [],
    reactions: [],
    edited_at: isoTimeOrNull(row.edited_at),
    deleted_at: isoTimeOrNull(row.deleted_at),
    client_message_id: row.client_message_id,
    status,
  };
}
