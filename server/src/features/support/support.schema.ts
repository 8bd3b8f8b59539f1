import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, limitQuery, timeField, visibleText } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { Profile } from "../people/index.ts";
import type { SupportListRow } from "./support.service.ts";

const status = z.enum(["open", "assigned", "resolved", "closed"], {
  error: "must be open, assigned, resolved or closed",
});

export const openBody = z.object({
  subject: visibleText(limits.titleCodePoints).nullable().optional(),
  message: visibleText(limits.textCodePoints),
});

export const openChatBody = z.object({
  subject: visibleText(limits.titleCodePoints).nullable().optional(),
  initialMessage: visibleText(limits.chatTextCodePoints).nullable().optional(),
});

export const listQuery = z.object({
  status: status.optional(),
  assignee: z
    .union([z.enum(["me", "none"]), idField], { error: "must be a user's id, me or none" })
    .optional()
    .meta({ type: "string", examples: ["me"] }),
  customer: idField.optional(),
  sort: z
    .enum(["newest", "oldest"], { error: "must be newest or oldest" })
    .default("newest")
    .meta({ description: "By when they were opened: with `oldest` who waits longest comes first." }),
  limit: limitQuery,
  cursor: z.string().optional(),
});

export const assignBody = z.object({
  agent_id: idField.nullable().optional().meta({ description: "Missing: oneself." }),
});

export const readBody = z.object({
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

export const supportPerson = z
  .object({
    user_id: idField,
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
  })
  .meta({ id: "SupportPerson" });

export const supportConversation = z
  .object({
    id: idField,
    status,
    subject: z.string().nullable(),
    customer_id: idField,
    customer: supportPerson.nullable(),
    agent_id: idField.nullable(),
    agent: supportPerson.nullable(),
    seq: z.number().int(),
    version: z.number().int(),
    unread_count: z.number().int(),
    last_message_at: timeField.nullable(),
    created_at: timeField,
    updated_at: timeField,
    resolved_at: timeField.nullable(),
    closed_at: timeField.nullable(),
  })
  .meta({ id: "SupportConversation" });

export const supportList = z.object({
  conversations: z.array(supportConversation),
  next_cursor: z.string().nullable(),
  role: z
    .enum(["customer", "agent"])
    .meta({ description: "What the caller is here: agents see all conversations, customers their own." }),
});

export function presentSupport(
  row: SupportListRow,
  people: ReadonlyMap<string, Profile>,
): z.output<typeof supportConversation> {
  return {
    id: row.conversation_id,
    status: row.status,
    subject: row.title,
    customer_id: row.customer_id,
    customer: presentKnown(people.get(row.customer_id)),
    agent_id: row.agent_id,
    agent: row.agent_id === null ? null : presentKnown(people.get(row.agent_id)),
    seq: row.seq,
    version: row.version,
    unread_count: row.ordinal - (row.read_ordinal ?? 0),
    last_message_at: isoTimeOrNull(row.last_message_at),
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
    resolved_at: isoTimeOrNull(row.resolved_at),
    closed_at: isoTimeOrNull(row.closed_at),
  };
}

function presentKnown(given: Profile | undefined): z.output<typeof supportPerson> | null {
  return given === undefined ? null : presentPerson(given);
}

export function presentPerson(given: Profile): z.output<typeof supportPerson> {
  const { id, username, displayName, avatarUrl } = given;
  return { user_id: id, username, display_name: displayName, avatar_url: avatarUrl };
}
