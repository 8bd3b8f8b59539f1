import { type Selectable, sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { ConversationHeadTable, ParticipantMarkTable } from "../../platform/db/schema.ts";
import { limits } from "../../platform/limits.ts";

export type HeadRow = Selectable<ConversationHeadTable>;
type MarkRow = Selectable<ParticipantMarkTable>;

/** The version of everything that a conversation is made with. */
export const firstVersion = 1;

/** Of a conversation that is being made, without a message yet. */
export async function insertHead(query: Queries, conversationId: string): Promise<void> {
  await query
    .insertInto("conversation_heads")
    .values({
      conversation_id: conversationId,
      seq: 0,
      version: firstVersion,
      ordinal: 0,
      last_message_at: null,
    })
    .execute();
}

export function listHeads(query: Queries, ids: string[], forUpdate: boolean): Promise<HeadRow[]> {
  return query
    .selectFrom("conversation_heads")
    .selectAll()
    .where("conversation_id", "in", ids)
    .orderBy("conversation_id")
    .$if(forUpdate, (select) => select.forUpdate())
    .execute();
}

export function listMarks(query: Queries, ids: string[], userIds: string[]): Promise<MarkRow[]> {
  return query
    .selectFrom("participant_marks")
    .selectAll()
    .where("conversation_id", "in", ids)
    .where("user_id", "in", userIds)
    .execute();
}

/**
 * When a message is written: each later than the one before it in its conversation, so that a time is a place in the
 * log. A flood, or a clock that was set back, runs ahead of the clock by a second at most; then times may be equal.
 */
export function timeOfNext(lastMessageAt: number | null, at: number): number {
  const ahead = lastMessageAt === null ? -1 : lastMessageAt - at;
  if (ahead < 0 || ahead > 2 * limits.logAheadMs) return at;
  return at + (ahead < limits.logAheadMs ? ahead + 1 : ahead);
}

/** As `timeOfNext`, of the row that is updated. */
function timeOfNextRow(at: number) {
  const from = at + limits.logAheadMs;
  const to = from + limits.logAheadMs;
  return sql<number>`case when last_message_at >= ${at} and last_message_at < ${from} then last_message_at + 1
    when last_message_at >= ${from} and last_message_at <= ${to} then last_message_at else ${at} end`;
}

/** Moves the head for changes that are not ordinary messages; the row stays locked until the transaction ends. */
export function advanceHead(
  query: Queries,
  conversationId: string,
  by: { versions: number; messages: number; ordinals?: number; at?: number },
): Promise<HeadRow> {
  return query
    .updateTable("conversation_heads")
    .set((eb) => ({
      version: eb("version", "+", by.versions),
      seq: eb("seq", "+", by.messages),
      ordinal: eb("ordinal", "+", by.ordinals ?? 0),
      ...(by.at === undefined ? {} : { last_message_at: timeOfNextRow(by.at) }),
    }))
    .where("conversation_id", "=", conversationId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findOrdinal(query: Queries, conversationId: string, seq: number): Promise<number> {
  const row = await query
    .selectFrom("messages")
    .select("ordinal")
    .where("conversation_id", "=", conversationId)
    .where("seq", "=", seq)
    .executeTakeFirst();
  return row?.ordinal ?? 0;
}
