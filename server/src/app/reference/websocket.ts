import { z } from "zod";
import { conversation, participant } from "../../features/conversations/conversations.schema.ts";
import { message } from "../../features/messages/messages.schema.ts";
import { notification } from "../../features/notifications/index.ts";
import { supportConversation } from "../../features/support/support.schema.ts";
import { errorStatus } from "../../platform/errors.ts";
import { idField, timeField } from "../../platform/http/fields.ts";
import type { FrameDescription } from "./realtime.ts";
import { assistantFrames } from "./websocket-assistant.ts";
import { commandFrames } from "./websocket-commands.ts";
import { ownFrames } from "./websocket-own.ts";

const version = z.number().int().meta({ description: "The conversation's version that this change made." });
const seq = z.number().int();
const timestamp = timeField.meta({ description: "When the server sent it." });
const frame = (type: string) => ({ type: z.literal(type) });

/** Where a conversation stands after a replay. */
const standing = z
  .object({
    version,
    seq,
    last_read_seq: seq,
    unread_count: z.number().int(),
    archived: z.boolean(),
    muted: z.boolean(),
    receipts: z.array(z.object({ user_id: idField, last_read_seq: seq, last_delivered_seq: seq })),
    truncated: z.literal(true).optional(),
  })
  .meta({ id: "ConversationStanding" });

const answers: FrameDescription[] = [
  {
    type: "hello",
    direction: "out",
    about: "The first frame of every connection.",
    schema: z.object({
      ...frame("hello"),
      session_id: idField,
      user_id: idField,
      epoch: z.string().meta({
        description: "The life of the database. Another one than before: start afresh, do not resume.",
      }),
      server_time: timeField,
    }),
  },
  {
    type: "ack",
    direction: "out",
    about:
      "Your `chat` is stored and survives a power cut. It comes before the `chat` frame of the same message.",
    schema: z.object({
      ...frame("ack"),
      client_message_id: z.string().nullable(),
      message_id: idField,
      conversation_id: idField,
      seq,
      version,
      created_at: timeField,
    }),
  },
  {
    type: "error",
    direction: "out",
    about: "A frame of yours was refused; the connection lives. Codes are those of the HTTP API.",
    schema: z.object({
      ...frame("error"),
      code: z.enum(Object.keys(errorStatus) as [string, ...string[]]),
      message: z.string(),
      client_message_id: z
        .string()
        .nullable()
        .meta({ description: "That of the refused `chat`, if it was one." }),
      details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      retry_after: z.number().int().optional().meta({ description: "Whole seconds." }),
    }),
    example: {
      type: "error",
      code: "VALIDATION_ERROR",
      message: "content: must not be only spaces",
      client_message_id: "b0a7-0002",
      details: [{ path: "content", message: "must not be only spaces" }],
    },
  },
  {
    type: "pong",
    direction: "out",
    about: "The answer to `ping`.",
    schema: z.object({ ...frame("pong"), server_time: timeField }),
  },
  {
    type: "resumed",
    direction: "out",
    about:
      "The end of a replay: where each conversation stands. `reset`: the epoch is another, read everything anew. " +
      "`truncated`: more than 1,000 changes, read this conversation's history anew. `gone`: you are not in it any more.",
    schema: z.object({
      ...frame("resumed"),
      reset: z.literal(true).optional(),
      conversations: z.record(idField, z.union([standing, z.object({ gone: z.literal(true) })])).optional(),
    }),
    example: {
      type: "resumed",
      conversations: {
        "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183": {
          version: 16,
          seq: 13,
          last_read_seq: 12,
          unread_count: 1,
          archived: false,
          muted: false,
          receipts: [
            { user_id: "0199d2c4-7a22-7e94-9b57-c1f8d3a60b72", last_read_seq: 13, last_delivered_seq: 13 },
          ],
        },
      },
    },
  },
];

const reactionChange = {
  conversation_id: idField,
  message_id: idField,
  seq,
  version,
  user_id: idField,
  emoji: z.string(),
  count: z.number().int(),
  user_ids: z.array(idField),
  timestamp,
};

const messages: FrameDescription[] = [
  {
    type: "chat",
    direction: "out",
    about:
      "A message, to every connection of every participant, in `seq` order. The sender's own gets it too.",
    schema: message.extend({ ...frame("chat"), timestamp }),
  },
  {
    type: "message_edited",
    direction: "out",
    about: "A message as it is now: its text, a reaction or a pin changed.",
    schema: message.extend({ ...frame("message_edited"), timestamp }),
    example: { content: "Dry. The new gutter does what it should!", edited_at: "2026-03-14T09:32:00.000Z" },
  },
  {
    type: "message_deleted",
    direction: "out",
    about: "A message was deleted. Its place stays, its text is empty.",
    schema: message.extend({ ...frame("message_deleted"), timestamp }),
    example: { content: "", deleted_at: "2026-03-14T09:32:00.000Z" },
  },
  {
    type: "reaction_added",
    direction: "out",
    about: "Somebody reacted to a message; `count` and `user_ids` tell what this emoji is now.",
    schema: z.object({ ...frame("reaction_added"), ...reactionChange }),
  },
  {
    type: "reaction_removed",
    direction: "out",
    about: "Somebody took a reaction back; `count` 0 says that nobody keeps this emoji.",
    schema: z.object({ ...frame("reaction_removed"), ...reactionChange }),
    example: { count: 0, user_ids: [] },
  },
  {
    type: "read_receipt",
    direction: "out",
    about: "Somebody has read everything up to `seq`.",
    schema: z.object({
      ...frame("read_receipt"),
      conversation_id: idField,
      user_id: idField,
      seq,
      last_read_seq: seq,
      read_at: timeField,
      timestamp,
    }),
  },
  {
    type: "delivery_receipt",
    direction: "out",
    about: "Everything up to `seq` has arrived at somebody.",
    schema: z.object({
      ...frame("delivery_receipt"),
      conversation_id: idField,
      user_id: idField,
      seq,
      last_delivered_seq: seq,
      delivered_at: timeField,
      timestamp,
    }),
  },
];

/** Whoever acts in an example is the one who acts. */
const ines = { user_id: "0199d2c4-6f01-7c3e-8a10-5b1d0e2f4a61" };

const activity = {
  conversation_id: idField,
  sender_id: idField,
  user_id: idField.meta({ description: "The same as `sender_id`." }),
  timestamp,
};

const keys: FrameDescription[] = [
  {
    type: "keys_low",
    direction: "out",
    about:
      "Somebody asked for one of your one-time keys, and fewer than 20 are left: upload new ones. To your own connections.",
    schema: z.object({
      ...frame("keys_low"),
      one_time_keys: z
        .number()
        .int()
        .meta({ examples: [19] }),
    }),
  },
  {
    type: "keys_expiring",
    direction: "out",
    about:
      "Your signed prekey ends within seven days: rotate it. Once a version, as soon as you are connected; to your own connections.",
    schema: z.object({
      ...frame("keys_expiring"),
      version: z
        .number()
        .int()
        .meta({ examples: [3] }),
      expires_at: timeField,
    }),
  },
];

const people: FrameDescription[] = [
  {
    type: "notification",
    direction: "out",
    about:
      "You are told of something, or an administrator tells everybody (`announcement`, which is not stored).",
    schema: notification.extend(frame("notification")),
    example: { kind: "mention" },
  },
  {
    type: "typing",
    direction: "out",
    about: "Somebody is typing, or no more.",
    schema: z.object({ ...frame("typing"), ...activity, is_typing: z.boolean() }),
    example: { ...ines, is_typing: true },
  },
  {
    type: "user_joined",
    direction: "out",
    about: "A participant's first connection to the conversation came.",
    schema: z.object({ ...frame("user_joined"), ...activity }),
    example: ines,
  },
  {
    type: "user_left",
    direction: "out",
    about: "A participant's last connection to the conversation went.",
    schema: z.object({ ...frame("user_left"), ...activity }),
    example: ines,
  },
  {
    type: "presence",
    direction: "out",
    about:
      "Somebody who shares a conversation with you came online or went. A lost connection is told after 10 seconds.",
    schema: z.object({
      ...frame("presence"),
      user_id: idField,
      online: z.boolean(),
      last_seen_at: timeField.nullable(),
    }),
  },
];

const conversations: FrameDescription[] = [
  {
    type: "conversation_updated",
    direction: "out",
    about:
      "The conversation's own data changed, or, with `new`, it is new to you. Your own archive and mute come alone, " +
      "without a version, to your connections only.",
    schema: conversation
      .omit({
        type: true,
        participants: true,
        participant_count: true,
        seq: true,
        last_message: true,
        last_message_at: true,
        last_read_seq: true,
        unread_count: true,
      })
      .extend({ version, new: z.literal(true), conversation_type: conversation.shape.type })
      .partial()
      .extend({ ...frame("conversation_updated"), conversation_id: idField }),
    example: {
      type: "conversation_updated",
      conversation_id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
      version: 15,
      id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
      conversation_type: "group",
      title: "Boat house, repair day",
      description: "Who repairs what on the 28th",
      avatar_url: null,
      created_by: "0199d2c4-6f01-7c3e-8a10-5b1d0e2f4a61",
      created_at: "2026-03-14T09:12:00.000Z",
      updated_at: "2026-03-14T09:32:00.000Z",
      is_e2ee_enabled: false,
      visibility: null,
      permissions: null,
      slow_mode_seconds: 0,
    },
  },
  {
    type: "support_updated",
    direction: "out",
    about:
      "How a support conversation stands, to its customer and to all agents of the organization, in it or not; of a new " +
      "message agents hear its place and time alone. What is missing has not changed.",
    schema: z.object({
      ...frame("support_updated"),
      conversation_id: idField,
      status: supportConversation.shape.status.optional(),
      subject: z.string().nullable().optional(),
      customer_id: idField.optional(),
      agent_id: idField.nullable().optional(),
      seq: seq.optional(),
      last_message_at: timeField.optional(),
      updated_at: timeField.optional(),
    }),
    example: {
      type: "support_updated",
      conversation_id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
      status: "assigned",
      subject: "The gate does not open",
      customer_id: "0199d2c4-7a22-7e94-9b57-c1f8d3a60b72",
      agent_id: "0199d2c4-6f01-7c3e-8a10-5b1d0e2f4a61",
      updated_at: "2026-03-14T09:32:00.000Z",
    },
  },
  {
    type: "participant_added",
    direction: "out",
    about: "Somebody is in the conversation now. To oneself: the conversation is there.",
    schema: participant.extend({ ...frame("participant_added"), conversation_id: idField }),
    example: {
      username: "baptiste",
      display_name: "Baptiste Moreau",
      avatar_url: "https://example.com/faces/baptiste.png",
    },
  },
  {
    type: "participant_updated",
    direction: "out",
    about: "Somebody has another role.",
    schema: participant.partial().extend({
      ...frame("participant_updated"),
      conversation_id: idField,
      user_id: idField,
      role: participant.shape.role,
      version,
    }),
    example: {
      type: "participant_updated",
      conversation_id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
      user_id: "0199d2c4-7a22-7e94-9b57-c1f8d3a60b72",
      role: "moderator",
      version: 15,
    },
  },
  {
    type: "participant_removed",
    direction: "out",
    about: "Somebody is out. To oneself it is the last frame of that conversation.",
    schema: z.object({
      ...frame("participant_removed"),
      conversation_id: idField,
      user_id: idField,
      version,
    }),
  },
];

/**
 * The frames of `/v1/ws/chat`, in the order of the reference. `app/surfaces/websocket-frames.ts` encodes what goes out.
 */
export const chatSocketFrames: readonly { title: string; frames: readonly FrameDescription[] }[] = [
  { title: "What a client sends", frames: commandFrames },
  { title: "Answers to the connection itself", frames: answers },
  { title: "Messages", frames: messages },
  { title: "People", frames: people },
  { title: "Conversations and participants", frames: conversations },
  { title: "One's own threads, settings and keys", frames: [...ownFrames, ...keys] },
  { title: "One's AI conversations", frames: assistantFrames },
];
