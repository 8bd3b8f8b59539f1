import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import {
  flagQuery,
  futureTimeInput,
  idField,
  limitQuery,
  text,
  timeField,
  urlField,
  visibleText,
  wholeNumberQuery,
} from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import { type ConversationListRow, type ConversationRow, isMuted } from "./conversations.queries.ts";
import type { ParticipantWithUser } from "./participants.queries.ts";

const titleField = visibleText(limits.titleCodePoints);
const descriptionField = text(0, limits.descriptionCodePoints);
const givenRole = z.enum(["admin", "moderator", "member"], { error: "must be admin, moderator or member" });
const givenParticipant = z.object({ user_id: idField, role: givenRole.optional() });

const peopleAtMost = limits.participantsPerRequest;

export const createBody = z
  .object({
    type: z.enum(["direct", "group"], { error: "must be direct or group" }),
    title: titleField.nullable().optional(),
    description: descriptionField.nullable().optional(),
    avatar_url: urlField.nullable().optional(),
    participant_ids: z.array(idField).max(peopleAtMost).optional(),
    participants: z.array(givenParticipant).max(peopleAtMost).optional(),
    is_e2ee_enabled: z.boolean().optional(),
  })
  .refine((body) => body.type !== "group" || typeof body.title === "string", {
    path: ["title"],
    error: "is required for a group",
  })
  .meta({
    examples: [
      { type: "group", title: "Boat house", participant_ids: ["0199d2c4-7a22-7e94-9b57-c1f8d3a60b72"] },
    ],
  });

export const changeBody = z.object({
  title: titleField.optional(),
  description: descriptionField.nullable().optional(),
  avatar_url: urlField.nullable().optional(),
});

export const settingsBody = z.object({ is_e2ee_enabled: z.boolean() });
export const archiveBody = z.object({ archived: z.boolean().optional() });
export const muteBody = z.object({ until: futureTimeInput.nullable().optional() });
export const markReadBody = z.object({
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

export const addBody = z
  .object({
    user_ids: z.array(idField).min(1).max(peopleAtMost).optional(),
    role: givenRole.optional(),
    participants: z.array(givenParticipant).min(1).max(peopleAtMost).optional(),
  })
  .refine((body) => body.user_ids !== undefined || body.participants !== undefined, {
    path: ["user_ids"],
    error: "name at least one user",
  })
  .meta({ examples: [{ user_ids: ["0199d2c4-7a22-7e94-9b57-c1f8d3a60b72"] }] });

export const roleBody = z.object({ role: givenRole });

export const listQuery = z.object({
  type: z.enum(["direct", "group", "room", "support", "purchase"]).optional(),
  archived: flagQuery,
  unread: flagQuery,
  sort: z.enum(["last_message_at", "last_message", "created_at", "updated_at", "title"]).optional(),
  limit: limitQuery,
  offset: wholeNumberQuery(0, 1_000_000, 0),
});

const roleField = z.enum(["admin", "moderator", "member", "customer", "agent"]);

export const participant = z
  .object({
    user_id: idField,
    role: roleField,
    joined_at: timeField,
    version: z.number().int(),
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
  })
  .meta({ id: "Participant" });

export const participantWithPresence = participant
  .extend({ online: z.boolean(), last_seen_at: timeField.nullable() })
  .meta({ id: "ParticipantWithPresence" });

const lastMessage = z
  .object({
    message_id: idField,
    seq: z.number().int(),
    sender_id: idField,
    sender_name: z
      .string()
      .nullable()
      .optional()
      .meta({ description: "As it was when the list was read.", examples: ["Ines Duarte"] }),
    message_type: z.enum(["text", "image", "video", "file", "system"]),
    content: z.string(),
    is_encrypted: z.boolean(),
    created_at: timeField,
    edited_at: timeField.nullable(),
    deleted_at: timeField.nullable(),
  })
  .meta({ id: "LastMessage" });

const sharedFields = {
  id: idField,
  type: z.enum(["direct", "group", "room", "support", "purchase"]),
  title: z.string().nullable(),
  description: z.string().nullable(),
  avatar_url: z.string().nullable(),
  created_by: idField,
  created_at: timeField,
  updated_at: timeField,
  is_e2ee_enabled: z.boolean(),
  visibility: z.enum(["public", "private"]).nullable(),
  permissions: z.record(z.string(), z.string()).nullable(),
  slow_mode_seconds: z
    .number()
    .int()
    .meta({ description: "Of a room: how long its members wait between two messages; 0: not at all." }),
};

export const conversation = z
  .object({
    ...sharedFields,
    participant_count: z.number().int(),
    participants: z
      .array(
        participant.extend(
          participantWithPresence.pick({ online: true, last_seen_at: true }).partial().shape,
        ),
      )
      .optional()
      .meta({
        description: "In lists only of direct conversations, and there with presence; 200 at most.",
      }),
    seq: z.number().int(),
    version: z.number().int(),
    last_message_at: timeField.nullable(),
    last_message: lastMessage.nullable(),
    last_read_seq: z.number().int(),
    unread_count: z.number().int(),
    archived: z.boolean(),
    muted: z.boolean(),
    muted_until: timeField.nullable(),
  })
  .meta({ id: "Conversation" });

type ConversationView = z.output<typeof conversation>;

export function presentParticipant(row: ParticipantWithUser): z.output<typeof participant> {
  return {
    user_id: row.user_id,
    role: row.role,
    joined_at: isoTime(row.joined_at),
    version: row.version,
    username: row.username,
    display_name: row.display_name,
    avatar_url: row.avatar_url,
  };
}

/** What everybody in the conversation sees alike. */
export function presentShared(row: ConversationRow) {
  return {
    id: row.id,
    type: row.type,
    title: row.title,
    description: row.description,
    avatar_url: row.avatar_url,
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
    is_e2ee_enabled: row.is_e2ee_enabled === 1,
    visibility: row.visibility,
    permissions: row.permissions === null ? null : (JSON.parse(row.permissions) as Record<string, string>),
    slow_mode_seconds: row.slow_mode_seconds,
  };
}

export function presentConversation(
  row: ConversationListRow,
  participants: ConversationView["participants"],
  at: number,
): ConversationView {
  const muted = isMuted(row, at);
  return {
    ...presentShared(row),
    participant_count: row.participant_count,
    ...(participants === undefined ? {} : { participants }),
    seq: row.seq,
    version: row.version,
    last_message_at: isoTimeOrNull(row.last_message_at),
    last_message: presentLastMessage(row),
    last_read_seq: row.last_read_seq,
    unread_count: row.ordinal - row.read_ordinal,
    archived: row.archived === 1,
    muted,
    muted_until: muted ? isoTimeOrNull(row.muted_until) : null,
  };
}

function presentLastMessage(row: ConversationListRow): z.output<typeof lastMessage> | null {
  if (row.last_message_id === null) return null;
  return {
    message_id: row.last_message_id,
    seq: row.seq,
    sender_id: row.last_sender_id ?? "",
    sender_name: row.last_sender_name,
    message_type: (row.last_type ?? "text") as z.output<typeof lastMessage>["message_type"],
    content: row.last_content ?? "",
    is_encrypted: row.last_is_encrypted === 1,
    created_at: isoTime(row.last_created_at ?? 0),
    edited_at: isoTimeOrNull(row.last_edited_at),
    deleted_at: isoTimeOrNull(row.last_deleted_at),
  };
}
