import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { AiAnswerTable } from "../../platform/db/schema-workspace.ts";
import { across } from "../../platform/db/tenant-fence.ts";

/** The claim of a process to write the answer of a conversation. */
export type AnswerClaim = Selectable<AiAnswerTable>;

export function findClaim(query: Queries, conversationId: string): Promise<AnswerClaim | undefined> {
  return query
    .selectFrom("ai_answers")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .executeTakeFirst();
}

export async function insertClaim(query: Queries, claim: AnswerClaim): Promise<void> {
  await query.insertInto("ai_answers").values(claim).execute();
}

/** @returns whether this process still had it: whoever deletes the claim ends the answer. */
export async function deleteClaim(query: Queries, messageId: string): Promise<boolean> {
  const { numDeletedRows } = await query
    .deleteFrom("ai_answers")
    .where("message_id", "=", messageId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function touchClaims(query: Queries, messageIds: string[], at: number): Promise<void> {
  await query.updateTable("ai_answers").set({ alive_at: at }).where("message_id", "in", messageIds).execute();
}

/** Claims of processes that have said nothing since. */
export function listDeadClaims(query: Queries, since: number): Promise<AnswerClaim[]> {
  return across(query, "upkeep").selectFrom("ai_answers").selectAll().where("alive_at", "<", since).execute();
}
