import type { Queries } from "../../platform/db/database.ts";
import type { HeadRow } from "./heads.queries.ts";

/** Marks of everybody who takes part. */
export function listConversationMarks(query: Queries, conversationIds: string[]) {
  return query
    .selectFrom("participants as p")
    .innerJoin("participant_marks as mark", (join) =>
      join.onRef("mark.conversation_id", "=", "p.conversation_id").onRef("mark.user_id", "=", "p.user_id"),
    )
    .where("p.conversation_id", "in", conversationIds)
    .where("p.removed_at", "is", null)
    .selectAll("mark")
    .execute();
}

/** Those who have read up to a seq or further, of each conversation the `most` who have come furthest. */
export async function listReaders(
  query: Queries,
  from: { conversationId: string; leastSeq: number }[],
  most: number,
) {
  if (from.length === 0) return [];
  return query
    .selectFrom((inner) =>
      inner
        .selectFrom("participants as p")
        .innerJoin("participant_marks as mark", (join) =>
          join
            .onRef("mark.conversation_id", "=", "p.conversation_id")
            .onRef("mark.user_id", "=", "p.user_id"),
        )
        .where(({ eb, and, or }) =>
          or(
            from.map(({ conversationId, leastSeq }) =>
              and([eb("p.conversation_id", "=", conversationId), eb("mark.last_read_seq", ">=", leastSeq)]),
            ),
          ),
        )
        .where("p.removed_at", "is", null)
        .select(["mark.conversation_id", "mark.user_id", "mark.last_read_seq", "mark.last_read_at"])
        .select((eb) =>
          eb.fn
            .agg<number>("row_number")
            .over((over) =>
              over
                .partitionBy("mark.conversation_id")
                .orderBy("mark.last_read_seq", "desc")
                .orderBy("mark.user_id"),
            )
            .as("place"),
        )
        .as("reader"),
    )
    .selectAll("reader")
    .where("reader.place", "<=", most)
    .execute();
}

/** The mark of whoever wrote what the head ends with. */
export async function markAllRead(query: Queries, head: HeadRow, userId: string, at: number): Promise<void> {
  await query
    .updateTable("participant_marks")
    .set({
      last_read_seq: head.seq,
      read_ordinal: head.ordinal,
      last_read_at: at,
      last_delivered_seq: head.seq,
      last_delivered_at: at,
    })
    .where("conversation_id", "=", head.conversation_id)
    .where("user_id", "=", userId)
    .execute();
}
