import { type Selectable, sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage, searchedRows } from "../../platform/db/list-page.ts";
import { prepared } from "../../platform/db/prepared.ts";
import type { ThreadFollowerTable } from "../../platform/db/schema-rooms.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { type MessageRow, wordsOf } from "../messages/index.ts";

export type FollowerRow = Selectable<ThreadFollowerTable>;

export function findFollower(
  query: Queries,
  userId: string,
  rootId: string,
): Promise<FollowerRow | undefined> {
  return query
    .selectFrom("thread_followers")
    .selectAll()
    .where("user_id", "=", userId)
    .where("root_id", "=", rootId)
    .executeTakeFirst();
}

/** They follow from now on, whatever they said before, and have read up to `last_read_seq` at least. */
export async function putFollowers(query: Queries, rows: FollowerRow[]): Promise<void> {
  await query
    .insertInto("thread_followers")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["user_id", "root_id"]).doUpdateSet({
        is_following: 1,
        version: sql`excluded.version`,
        last_read_seq: sql`case when thread_followers.last_read_seq > excluded.last_read_seq
          then thread_followers.last_read_seq else excluded.last_read_seq end`,
      }),
    )
    .execute();
}

/** Those of whom nothing is known yet begin to follow. @returns the new ones. */
export function addFollowers(query: Queries, rows: FollowerRow[]): Promise<FollowerRow[]> {
  return query
    .insertInto("thread_followers")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["user_id", "root_id"]).doNothing())
    .returningAll()
    .execute();
}

export async function updateFollower(
  query: Queries,
  userId: string,
  rootId: string,
  changes: Pick<FollowerRow, "version"> & Partial<Pick<FollowerRow, "is_following" | "last_read_seq">>,
): Promise<void> {
  await query
    .updateTable("thread_followers")
    .set(changes)
    .where("user_id", "=", userId)
    .where("root_id", "=", rootId)
    .execute();
}

/** Roots of threads by their ids, for replies that were checked to belong to them. */
export function listRoots(query: Queries, ids: string[]) {
  return across(query, "check")
    .selectFrom("messages")
    .select(["message_id", "sender_id", "metadata"])
    .where("message_id", "in", ids)
    .execute();
}

/** The seq of the last reply; undefined: there is none. */
export async function findLastReplySeq(
  query: Queries,
  conversationId: string,
  rootId: string,
): Promise<number | undefined> {
  const row = await query
    .selectFrom("messages")
    .select("seq")
    .where("conversation_id", "=", conversationId)
    .where("thread_root_id", "=", rootId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.seq;
}

/** Others' replies after a place. */
export async function countUnread(
  query: Queries,
  { conversation_id, root_id, user_id, last_read_seq }: FollowerRow,
): Promise<number> {
  const row = await query
    .selectFrom("messages")
    .select((eb) => eb.fn.countAll<number>().as("unread"))
    .where("conversation_id", "=", conversation_id)
    .where("thread_root_id", "=", root_id)
    .where("seq", ">", last_read_seq)
    .where("sender_id", "!=", user_id)
    .executeTakeFirstOrThrow();
  return Number(row.unread);
}

export interface ThreadFilter {
  isUnread: boolean;
  /** Only these of the user's conversations; null: all. */
  conversationId: string | null;
  page: ListPage<FollowedRow>;
}

export interface FollowedRow {
  root_id: string;
  conversation_id: string;
  last_read_seq: number;
  /** Null: there is none. */
  last_reply_seq: number | null;
  /** When there was a reply last, or the root was written. */
  active_at: number;
  /** When the root was written. */
  created_at: number;
  content: string;
  is_encrypted: MessageRow["is_encrypted"];
  unread_count: number;
}

/** Threads that the user follows in conversations they are in now. */
export async function listFollowed(
  query: Queries,
  organizationId: string,
  userId: string,
  { isUnread, conversationId, page }: ThreadFilter,
): Promise<FollowedRow[]> {
  const latest = sql<number>`(select max(seq) from messages where conversation_id = f.conversation_id
    and thread_root_id = f.root_id)`;
  const activeAt = sql<number>`coalesce(m.created_at, r.created_at)`;
  const unread = sql<number>`(select count(*) from messages where conversation_id = f.conversation_id
    and thread_root_id = f.root_id and seq > f.last_read_seq and sender_id <> f.user_id)`;
  let select = query
    .selectFrom("thread_followers as f")
    .innerJoin("participants as p", (join) =>
      join
        .onRef("p.conversation_id", "=", "f.conversation_id")
        .onRef("p.user_id", "=", "f.user_id")
        .on("p.removed_at", "is", null),
    )
    .innerJoin("messages as r", "r.message_id", "f.root_id")
    .leftJoin("messages as m", (join) =>
      join.onRef("m.conversation_id", "=", "f.conversation_id").on("m.seq", "=", latest),
    )
    .where("f.user_id", "=", userId)
    .where("f.organization_id", "=", organizationId)
    .where("f.is_following", "=", 1)
    .select([
      "f.root_id",
      "f.conversation_id",
      "f.last_read_seq",
      "m.seq as last_reply_seq",
      "r.created_at",
      "r.content",
      "r.is_encrypted",
      activeAt.as("active_at"),
      unread.as("unread_count"),
    ]);
  if (conversationId !== null) select = select.where("f.conversation_id", "=", conversationId);
  if (isUnread) select = select.where(unread, ">", 0);
  return searchedRows(page, wordsOf, async (slice) => {
    const rows = await cutPage(select, slice).execute();
    return rows.map((row) => ({ ...row, unread_count: Number(row.unread_count) }));
  });
}

const followersOf = prepared<{ userId: string }, FollowerRow>((query, { userId }) =>
  query.selectFrom("thread_followers").selectAll().where("user_id", "=", userId),
);

/** Everything that is known of the user and any thread. */
export function listFollowersOf(query: Queries, userId: string): Promise<FollowerRow[]> {
  return followersOf(query, { userId });
}

export async function eraseThreadsOf(query: Queries, userId: string): Promise<void> {
  await query.deleteFrom("thread_followers").where("user_id", "=", userId).execute();
}
