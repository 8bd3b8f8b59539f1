import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { idField, text, timeField, visibleText, wholeNumberQuery } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import { offsetQuery } from "./ai-conversations.schema.ts";
import type { AiMessageRow } from "./ai-messages.queries.ts";

const roleField = z.enum(["User", "Assistant", "System"]);
const modelField = visibleText(limits.modelNameLength).meta({ example: "qwen/qwq-32b" });
const contentField = visibleText(limits.aiTextCodePoints);

export const newAiMessage = z
  .object({
    role: roleField,
    content: contentField,
    model: modelField.nullable().optional(),
    client_message_id: text(1, limits.clientMessageIdLength).optional(),
  })
  .refine(({ role, model }) => role !== "Assistant" || typeof model === "string", {
    path: ["model"],
    error: "is required for an Assistant",
  });

const streamField = z
  .boolean()
  .optional()
  .meta({ description: "True: the answer comes as server-sent events." });

export const chatBody = z.object({
  content: contentField,
  model: modelField.nullable().optional(),
  stream: streamField,
  client_message_id: text(1, limits.clientMessageIdLength).optional(),
});

export const againBody = z.object({ model: modelField.nullable().optional(), stream: streamField });

export const messagesQuery = z.object({
  offset: offsetQuery,
  limit: wholeNumberQuery(1, limits.aiPageRows, limits.aiPageRowsDefault),
});

const usage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
});

export const aiMessage = z
  .object({
    message_id: idField,
    conversation_id: idField,
    role: roleField,
    content: z.string(),
    model: z.string().nullable(),
    token_count: z.number().int().meta({ description: "As the o200k encoding counts." }),
    created_at: timeField,
    seq: z.number().int(),
    version: z.number().int(),
    client_message_id: z.string().nullable(),
    status: z.enum(["Complete", "Writing", "Interrupted", "Stopped"]),
    usage: usage.nullable().meta({ description: "What the provider counted itself." }),
    question_id: idField.nullable().meta({ description: "Of an answer: the message that it answers." }),
    note: z.string().nullable().meta({ description: "What one should know of this answer, for a person." }),
  })
  .meta({ id: "AiMessage" });

export const modelList = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      context_window: z
        .number()
        .int()
        .nullable()
        .meta({ description: "In tokens, where the provider says." }),
    }),
  ),
  default_model: z.string().nullable(),
});

export function presentAiMessage(row: AiMessageRow): z.output<typeof aiMessage> {
  return {
    message_id: row.message_id,
    conversation_id: row.conversation_id,
    role: row.role,
    content: row.content,
    model: row.model,
    token_count: row.token_count,
    created_at: isoTime(row.created_at),
    seq: row.seq,
    version: row.version,
    client_message_id: row.client_message_id,
    status: row.status,
    usage: row.usage === null ? null : JSON.parse(row.usage),
    question_id: row.question_id,
    note: noteOf(row),
  };
}

function noteOf({ left_out: leftOut, context_window: window, fault }: AiMessageRow): string | null {
  const notes: string[] = [];
  if (leftOut > 0) {
    const what = leftOut === 1 ? "One older message was" : `${leftOut} older messages were`;
    notes.push(`${what} left out: the model takes ${window} tokens in all.`);
  }
  if (fault !== null) notes.push(fault);
  return notes.length === 0 ? null : notes.join(" ");
}
