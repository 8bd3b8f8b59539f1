import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { codePoints, idField, limitQuery, text, timeField, timeInput } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { Attachment } from "../storage/index.ts";
import { readEmoji } from "./emoji.ts";
import type { ListedMessage, MessageRow, ThreadCount } from "./messages.queries.ts";
import type { Reaction } from "./reactions.queries.ts";

const givenType = z.enum(["text", "image", "video", "file"], { error: "must be text, image, video or file" });
const clientMessageId = text(1, limits.clientMessageIdLength);

/** What the server reads of `metadata`; anything else in it is kept as sent. */
export const metadataField = z
  .looseObject({
    reply_to: idField.nullable().optional(),
    mentions: z.array(idField).max(limits.mentions).optional(),
    attachments: z.array(idField).max(limits.mentions).optional(),
    mention_room: z.boolean().optional().meta({
      description:
        "`@room`: all participants are told of it as of a mention. In a room, for whoever keeps order there.",
    }),
    mention_here: z.boolean().optional().meta({
      description: "`@here`: as `mention_room`, to those who are connected.",
    }),
  })
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= limits.metadataBytes, {
    error: `must be at most ${limits.metadataBytes / 1024} KiB as JSON`,
  });

export type MessageMetadata = z.output<typeof metadataField>;

const messageFields = {
  content: z.string().optional(),
  is_encrypted: z.boolean().optional(),
  metadata: metadataField.nullable().optional(),
  client_message_id: clientMessageId.nullable().optional(),
};

/** What holds for any conversation; what an end-to-end encrypted one takes is the service's to say. */
function checkContent(
  value: { content?: string | undefined; is_encrypted?: boolean | undefined },
  context: z.RefinementCtx,
) {
  const { content } = value;
  if (content === undefined) return;
  const fault = value.is_encrypted === true ? encryptedFault(content) : plainFault(content);
  if (fault !== null) context.addIssue({ code: "custom", path: ["content"], message: fault });
}

/** Null: may be sent where only its participants can read it. */
export function encryptedFault(content: string): string | null {
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

/** For paths that name the conversation themselves. */
export const messageBody = z
  .object({ message_type: givenType.optional(), ...messageFields })
  .superRefine(checkContent);
export type MessageBody = z.output<typeof messageBody>;

export const chatCommand = z
  .object({ conversation_id: idField, message_type: givenType.optional(), ...messageFields })
  .superRefine(checkContent);

/** Of each conversation that the client knows, the highest version that it has seen. */
export const resumeCommand = z.object({
  epoch: z.string().max(100),
  conversations: z.record(idField, z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)),
});

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

const pageFields = {
  limit: limitQuery,
  page_state: z.string().optional(),
  before_seq: seqQuery,
  before_date: timeInput.optional(),
  after_date: timeInput.optional(),
  sender_id: idField.optional(),
};

/** For paths that name the conversation themselves. */
export const pageQuery = z.object(pageFields);
export type PageQuery = z.output<typeof pageQuery>;
export const listQuery = z.object({ conversation_id: idField, ...pageFields });

const emojiField = z
  .string()
  .transform((value, context) => {
    const emoji = readEmoji(value);
    if (emoji !== null) return emoji;
    context.addIssue({ code: "custom", message: "must be one emoji" });
    return z.NEVER;
  })
  .meta({ example: "👍" });

/** In the body to react, in the query to take it back. */
export const emojiGiven = z.object({ emoji: emojiField });

export const reaction = z
  .object({
    emoji: z.string(),
    count: z.number().int(),
    user_ids: z
      .array(idField)
      .meta({ description: `Who gave it, the first ${limits.usersShownPerEmoji} of them.` }),
  })
  .meta({ id: "Reaction" });

const attachment = z
  .object({
    file_id: idField,
    file_name: z.string(),
    content_type: z.string(),
    file_size: z.number().int(),
    deleted_at: timeField.optional().meta({ description: "Only of a file that its owner has deleted." }),
  })
  .meta({ id: "Attachment" });

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
    attachments: z.array(attachment),
    reactions: z.array(reaction),
    reply_count: z.number().int().optional().meta({
      description:
        "Only on the root of a thread: messages whose `thread_root_id` it is, deleted ones too. Frames have none, since each reply comes as `chat`.",
    }),
    last_reply_at: timeField.optional(),
    edited_at: timeField.nullable(),
    deleted_at: timeField.nullable(),
    pinned_at: timeField.nullable(),
    pinned_by: idField.nullable(),
    client_message_id: z.string().nullable(),
    status: z.enum(["sent", "delivered", "read"]),
  })
  .meta({ id: "Message" });

export type MessageView = z.output<typeof message>;
export type MessageStatus = MessageView["status"];

export const receipt = z
  .object({ user_id: idField, delivered_at: timeField.nullable(), read_at: timeField.nullable() })
  .meta({ id: "Receipt" });

export const messagePage = z.object({
  messages: z.array(message),
  next_page_state: z.string().nullable(),
  has_more: z.boolean(),
});

export const messageEdit = z
  .object({ content: z.string(), edited_by: idField, edited_at: timeField })
  .meta({ id: "MessageEdit" });

export function presentReactions(reactions: readonly Reaction[]): z.output<typeof reaction>[] {
  return reactions.map(({ emoji, count, userIds }) => ({ emoji, count, user_ids: userIds }));
}

/** With its attachments described, so that whoever shows the message need not look them up. */
export function storedMetadata(
  metadata: Record<string, unknown>,
  attachments: readonly Attachment[],
): string {
  return JSON.stringify(attachments.length === 0 ? metadata : { ...metadata, attachments });
}

/** The metadata as it was sent, and what it says of attachments. */
export function readMetadata(stored: string | null): {
  metadata: Record<string, unknown>;
  attachments: Attachment[];
} {
  if (stored === null) return { metadata: {}, attachments: [] };
  const metadata = JSON.parse(stored) as Record<string, unknown>;
  if (!Array.isArray(metadata.attachments) || metadata.attachments.length === 0)
    return { metadata, attachments: [] };
  const attachments = metadata.attachments as Attachment[];
  return { metadata: { ...metadata, attachments: attachments.map(({ file_id }) => file_id) }, attachments };
}

/** Whom a stored message names. Most name nobody, and then nothing is parsed. */
export function mentionsIn(metadata: string | null): { userIds: string[]; isToRoom: boolean } {
  if (metadata === null || !metadata.includes('"mention')) return { userIds: [], isToRoom: false };
  const { mentions, mention_room } = JSON.parse(metadata) as MessageMetadata;
  return { userIds: mentions ?? [], isToRoom: mention_room === true };
}

/** A message as it is told in a frame, and where nothing is known of its thread. */
export function presentMessage(
  row: MessageRow,
  status: MessageStatus,
  reactions: readonly Reaction[] = [],
): MessageView {
  return presentListed(row.conversation_id, row, status, reactions, undefined);
}

export function presentListed(
  conversationId: string,
  row: ListedMessage,
  status: MessageStatus,
  reactions: readonly Reaction[],
  thread: ThreadCount | undefined,
): MessageView {
  const { metadata, attachments } = readMetadata(row.metadata);
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
    attachments,
    reactions: reactions.length === 0 ? [] : presentReactions(reactions),
    ...(thread === undefined
      ? {}
      : { reply_count: thread.replies, last_reply_at: isoTime(thread.lastReplyAt) }),
    edited_at: isoTimeOrNull(row.edited_at),
    deleted_at: isoTimeOrNull(row.deleted_at),
    pinned_at: isoTimeOrNull(row.pinned_at),
    pinned_by: row.pinned_by,
    client_message_id: row.client_message_id,
    // The last one: pages that are kept as text are given another.
    status,
  };
}
