import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import {
  idField,
  limitQuery,
  text,
  timeField,
  visibleText,
  wholeNumberQuery,
} from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import { tagsField } from "../workspace/index.ts";
import type { AiConversationRow, ShownConversationRow } from "./ai-conversations.queries.ts";

const statusField = z.enum(["Active", "Archived"]);
const titleField = visibleText(limits.titleCodePoints).meta({ example: "Backend refactoring" });
const descriptionField = text(0, limits.descriptionCodePoints).nullable();

export const offsetQuery = wholeNumberQuery(0, 1_000_000_000, 0);

export const newAiConversation = z.object({
  workspace_session_id: idField.nullable().optional(),
  title: titleField,
  description: descriptionField.optional(),
  ai_provider: visibleText(100).nullable().optional().meta({ example: "lmstudio" }),
  tags: tagsField.optional(),
});

export type NewAiConversation = z.output<typeof newAiConversation>;

export const conversationChanges = z.object({
  title: titleField.optional(),
  description: descriptionField.optional(),
  status: statusField.optional(),
  tags: tagsField.optional(),
  summary: text(0, limits.summaryCodePoints).nullable().optional(),
});

export type ConversationChanges = z.output<typeof conversationChanges>;

export const conversationsQuery = z.object({
  workspace_session_id: idField.optional(),
  status: statusField.optional(),
  limit: limitQuery,
  offset: offsetQuery,
});

const fields = {
  conversation_id: idField,
  workspace_session_id: idField.nullable(),
  user_id: idField,
  title: z.string(),
  description: z.string().nullable(),
  ai_provider: z.string().nullable(),
  status: statusField,
  message_count: z.number().int(),
  token_count: z.number().int(),
  tags: z.array(z.string()),
};

export const createdAiConversation = z.object({ ...fields, created_at: timeField });

const shown = {
  ...fields,
  summary: z.string().nullable(),
  seq: z.number().int(),
  version: z.number().int(),
  answer_id: idField.nullable().meta({ description: "The message that is being written, if one is." }),
  created_at: timeField,
  updated_at: timeField,
};

export const listedAiConversation = z.object(shown).meta({ id: "ListedAiConversation" });

export const aiConversation = z
  .object({ ...shown, related_conversations: z.array(idField) })
  .meta({ id: "AiConversation" });

export function presentCreated(row: AiConversationRow): z.output<typeof createdAiConversation> {
  return {
    conversation_id: row.id,
    workspace_session_id: row.workspace_session_id,
    user_id: row.user_id,
    title: row.title,
    description: row.description,
    ai_provider: row.ai_provider,
    status: row.status,
    message_count: row.message_count,
    token_count: row.token_count,
    tags: JSON.parse(row.tags),
    created_at: isoTime(row.created_at),
  };
}

export function presentListed(row: ShownConversationRow): z.output<typeof listedAiConversation> {
  return {
    ...presentCreated(row),
    summary: row.summary,
    seq: row.seq,
    version: row.version,
    answer_id: row.answer_id,
    updated_at: isoTime(row.updated_at),
  };
}

export function presentAiConversation(
  row: ShownConversationRow,
  relatedIds: string[],
): z.output<typeof aiConversation> {
  return { ...presentListed(row), related_conversations: relatedIds };
}
