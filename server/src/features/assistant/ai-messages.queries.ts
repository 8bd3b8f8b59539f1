import type { Selectable, Updateable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { AiMessageTable } from "../../platform/db/schema-workspace.ts";
import { across } from "../../platform/db/tenant-fence.ts";

/** Every query here follows a check that the conversation is the caller's. */

export type AiMessageRow = Selectable<AiMessageTable>;

export async function insertAiMessage(query: Queries, row: AiMessageRow): Promise<void> {
  await query.insertInto("ai_messages").values(row).execute();
}

/** In the conversation's order, each with what has come of it so far. */
export async function listAiMessages(
  query: Queries,
  conversationId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<AiMessageRow[]> {
  const rows = await query
    .selectFrom("ai_messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .orderBy("seq")
    .limit(limit)
    .offset(offset)
    .execute();
  return withParts(query, rows);
}

/** What each message up to `seq` weighs, in the conversation's order. */
export function listWeights(query: Queries, conversationId: string, seq: number) {
  return query
    .selectFrom("ai_messages")
    .select(["seq", "role", "token_count", "question_id"])
    .where("conversation_id", "=", conversationId)
    .where("seq", "<=", seq)
    .where("status", "!=", "Writing")
    .orderBy("seq")
    .execute();
}

/** Messages by their `seq`, in the conversation's order. */
export async function listContents(
  query: Queries,
  conversationId: string,
  seqs: readonly number[],
): Promise<Pick<AiMessageRow, "role" | "content">[]> {
  const wanted = new Set(seqs);
  const rows = await query
    .selectFrom("ai_messages")
    .select(["seq", "role", "content"])
    .where("conversation_id", "=", conversationId)
    .where("seq", ">=", Math.min(...seqs))
    .where("seq", "<=", Math.max(...seqs))
    .orderBy("seq")
    .execute();
  return rows.filter((row) => wanted.has(row.seq));
}

/** What a client that knows `version` has missed, in the conversation's order. */
export async function listAiMessagesChangedSince(
  query: Queries,
  conversationId: string,
  version: number,
): Promise<AiMessageRow[]> {
  const rows = await query
    .selectFrom("ai_messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where(({ eb, or }) => or([eb("version", ">", version), eb("status", "=", "Writing")]))
    .orderBy("seq")
    .execute();
  return withParts(query, rows);
}

export function findSentMessage(
  query: Queries,
  conversationId: string,
  clientMessageId: string,
): Promise<AiMessageRow | undefined> {
  return query
    .selectFrom("ai_messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("client_message_id", "=", clientMessageId)
    .executeTakeFirst();
}

/** The latest answer to a message, with what has come of it so far. */
export async function findAnswerTo(
  query: Queries,
  conversationId: string,
  questionId: string,
): Promise<AiMessageRow | undefined> {
  const row = await query
    .selectFrom("ai_messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("question_id", "=", questionId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : (await withParts(query, [row]))[0];
}

/** The last thing that the owner said. */
export function findLastQuestion(query: Queries, conversationId: string): Promise<AiMessageRow | undefined> {
  return query
    .selectFrom("ai_messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("role", "=", "User")
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
}

export async function findAiMessage(
  query: Queries,
  conversationId: string,
  messageId: string,
): Promise<AiMessageRow | undefined> {
  const row = await query
    .selectFrom("ai_messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("message_id", "=", messageId)
    .executeTakeFirst();
  return row === undefined ? undefined : (await withParts(query, [row]))[0];
}

export async function updateAiMessage(
  query: Queries,
  conversationId: string,
  messageId: string,
  changes: Updateable<AiMessageTable>,
): Promise<void> {
  await query
    .updateTable("ai_messages")
    .set(changes)
    .where("conversation_id", "=", conversationId)
    .where("message_id", "=", messageId)
    .execute();
}

export async function insertParts(
  query: Queries,
  parts: { message_id: string; part: number; content: string }[],
): Promise<void> {
  await query.insertInto("ai_message_parts").values(parts).execute();
}

export async function deleteParts(query: Queries, messageId: string): Promise<void> {
  await query.deleteFrom("ai_message_parts").where("message_id", "=", messageId).execute();
}

/** Parts whose message was deleted while it was being written. */
export async function deleteStrayParts(query: Queries): Promise<void> {
  await across(query, "upkeep")
    .deleteFrom("ai_message_parts")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("ai_messages")
            .select("ai_messages.message_id")
            .whereRef("ai_messages.message_id", "=", "ai_message_parts.message_id"),
        ),
      ),
    )
    .execute();
}

/** A message that is being written keeps what has come in parts, so that adding to it costs what is added. */
async function withParts(query: Queries, rows: AiMessageRow[]): Promise<AiMessageRow[]> {
  const writing = rows.filter((row) => row.status === "Writing").map((row) => row.message_id);
  if (writing.length === 0) return rows;
  const parts = await query
    .selectFrom("ai_message_parts")
    .selectAll()
    .where("message_id", "in", writing)
    .orderBy("message_id")
    .orderBy("part")
    .execute();
  const byMessage = Map.groupBy(parts, (part) => part.message_id);
  return rows.map((row) => {
    const own = byMessage.get(row.message_id);
    return own === undefined ? row : { ...row, content: own.map((part) => part.content).join("") };
  });
}
