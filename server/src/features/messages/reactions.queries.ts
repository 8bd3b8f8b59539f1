import { sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { ReactionTable } from "../../platform/db/schema.ts";
import { limits } from "../../platform/limits.ts";
import type { MessageRow } from "./messages.queries.ts";

/** One emoji on a message: how many gave it, and the first of them. */
export interface Reaction {
  emoji: string;
  count: number;
  userIds: string[];
}

/**
 * What stands on these messages of one conversation, by seq: emojis in the order in which they came, each with its
 * users in the order in which they gave it. Messages without reactions are missing.
 */
async function listReactions(
  query: Queries,
  conversationId: string,
  seqs: number[],
): Promise<Map<number, Reaction[]>> {
  const bySeq = new Map<number, Reaction[]>();
  if (seqs.length === 0) return bySeq;
  const { rows } = await sql<{ seq: number; emoji: string; user_id: string; users: number }>`
    select seq, emoji, user_id, users from (
      select seq, emoji, user_id, emoji_version, version,
        count(*) over (partition by seq, emoji) as users,
        row_number() over (partition by seq, emoji order by version) as place
      from reactions
      where conversation_id = ${conversationId} and seq in (${sql.join(seqs)})
    ) as placed
    where place <= ${limits.usersShownPerEmoji}
    order by seq, emoji_version, version
  `.execute(query);
  for (const { seq, emoji, user_id: userId, users } of rows) {
    const reactions = bySeq.get(seq) ?? [];
    bySeq.set(seq, reactions);
    const last = reactions.at(-1);
    if (last?.emoji === emoji) last.userIds.push(userId);
    else reactions.push({ emoji, count: Number(users), userIds: [userId] });
  }
  return bySeq;
}

/** As `listReactions`. Only a message that changed since it was sent can have any: untouched ones cost no query. */
export function listReactionsAmong(
  query: Queries,
  conversationId: string,
  messages: readonly Pick<MessageRow, "seq" | "revision" | "deleted_at">[],
): Promise<Map<number, Reaction[]>> {
  const changed = messages.filter((row) => row.revision > 0 && row.deleted_at === null);
  return listReactions(
    query,
    conversationId,
    changed.map((row) => row.seq),
  );
}

/** As `listReactions`, of one message. */
export async function listReactionsOf(
  query: Queries,
  { conversation_id, seq }: Pick<MessageRow, "conversation_id" | "seq">,
): Promise<Reaction[]> {
  return (await listReactions(query, conversation_id, [seq])).get(seq) ?? [];
}

/** The message's emojis, each with the version at which it came. */
export async function listEmojiVersions(
  query: Queries,
  conversationId: string,
  seq: number,
): Promise<Map<string, number>> {
  const rows = await query
    .selectFrom("reactions")
    .select(["emoji", "emoji_version"])
    .distinct()
    .where("conversation_id", "=", conversationId)
    .where("seq", "=", seq)
    .execute();
  return new Map(rows.map((row) => [row.emoji, row.emoji_version]));
}

export async function hasReaction(
  query: Queries,
  key: Pick<ReactionTable, "conversation_id" | "seq" | "emoji" | "user_id">,
): Promise<boolean> {
  const row = await query
    .selectFrom("reactions")
    .select("seq")
    .where("conversation_id", "=", key.conversation_id)
    .where("seq", "=", key.seq)
    .where("emoji", "=", key.emoji)
    .where("user_id", "=", key.user_id)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertReaction(query: Queries, reaction: ReactionTable): Promise<void> {
  await query.insertInto("reactions").values(reaction).execute();
}

export async function deleteReaction(
  query: Queries,
  key: Pick<ReactionTable, "conversation_id" | "seq" | "emoji" | "user_id">,
): Promise<void> {
  await query
    .deleteFrom("reactions")
    .where("conversation_id", "=", key.conversation_id)
    .where("seq", "=", key.seq)
    .where("emoji", "=", key.emoji)
    .where("user_id", "=", key.user_id)
    .execute();
}

/** A deleted message keeps none. */
export async function deleteReactions(query: Queries, conversationId: string, seq: number): Promise<void> {
  await query
    .deleteFrom("reactions")
    .where("conversation_id", "=", conversationId)
    .where("seq", "=", seq)
    .execute();
}
