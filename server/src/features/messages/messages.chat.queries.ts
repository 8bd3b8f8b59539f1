import type { Queries } from "../../platform/db/database.ts";
import type { MessageRow } from "./messages.queries.ts";

/** The latest message of each conversation that has one. */
export function listLatestMessages(query: Queries, conversationIds: string[]): Promise<MessageRow[]> {
  if (conversationIds.length === 0) return Promise.resolve([]);
  return query
    .selectFrom("conversation_heads as h")
    .innerJoin("messages as m", (join) =>
      join.onRef("m.conversation_id", "=", "h.conversation_id").onRef("m.seq", "=", "h.seq"),
    )
    .where("h.conversation_id", "in", conversationIds)
    .selectAll("m")
    .execute();
}

/** The seq of the latest message, or of the latest one written before a time; 0: there is none. */
export async function findLatestSeq(
  query: Queries,
  conversationId: string,
  beforeDate: number | undefined,
): Promise<number> {
  let select = query
    .selectFrom("messages")
    .select("seq")
    .where("conversation_id", "=", conversationId)
    .orderBy("seq", "desc")
    .limit(1);
  if (beforeDate !== undefined) select = select.where("created_at", "<", beforeDate);
  return (await select.executeTakeFirst())?.seq ?? 0;
}

/** The newest of these messages; undefined: none is of the conversation. */
export async function findNewestSeqOf(
  query: Queries,
  conversationId: string,
  messageIds: string[],
): Promise<number | undefined> {
  const row = await query
    .selectFrom("messages")
    .select("seq")
    .where("conversation_id", "=", conversationId)
    .where("message_id", "in", messageIds)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.seq;
}

/** Ids of the messages after one seq up to another that can be unread, newest first. */
export async function listReadableIds(
  query: Queries,
  conversationId: string,
  after: number,
  upTo: number,
  limit: number,
): Promise<string[]> {
  const rows = await query
    .selectFrom("messages")
    .select("message_id")
    .where("conversation_id", "=", conversationId)
    .where("seq", ">", after)
    .where("seq", "<=", upTo)
    .where("message_type", "!=", "system")
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => row.message_id);
}
