import type { Insertable, Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { ConversationHeadTable, ParticipantMarkTable } from "../../platform/db/schema.ts";

export type HeadRow = Selectable<ConversationHeadTable>;
type MarkRow = Selectable<ParticipantMarkTable>;

export async function insertHead(query: Queries, head: Insertable<ConversationHeadTable>): Promise<void> {
  await query.insertInto("conversation_heads").values(head).execute();
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
      ...(by.at === undefined ? {} : { last_message_at: by.at }),
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
