import { type Selectable, sql } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import type { BlockTable, FriendshipTable } from "../../platform/db/schema-organizations.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { isNamedLike, type UserRow } from "../identity/index.ts";

type FriendshipRow = Selectable<FriendshipTable>;
export type FriendStatus = "accepted" | "incoming" | "outgoing";
export type BlockedUser = UserRow & { blocked_at: number };
export type FriendUser = UserRow & { requested_by: string; requested_at: number; accepted_at: number | null };

/** Every block of the server, for memory. */
export function listBlockPairs(query: Queries): Promise<Pick<BlockTable, "blocker_id" | "blocked_id">[]> {
  return across(query, "upkeep").selectFrom("blocks").select(["blocker_id", "blocked_id"]).execute();
}

/** @returns false if it was there. */
export async function insertBlock(query: Queries, block: BlockTable): Promise<boolean> {
  const result = await query
    .insertInto("blocks")
    .values(block)
    .onConflict((conflict) => conflict.columns(["blocker_id", "blocked_id"]).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function deleteBlock(query: Queries, blockerId: string, blockedId: string): Promise<boolean> {
  const result = await query
    .deleteFrom("blocks")
    .where("blocker_id", "=", blockerId)
    .where("blocked_id", "=", blockedId)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Those of the organization whom the user blocked, latest first where the page says nothing else; or all of them. */
export function listBlocked(
  query: Queries,
  organizationId: string,
  blockerId: string,
  page?: ListPage,
): Promise<BlockedUser[]> {
  let select = query
    .selectFrom("blocks as b")
    .innerJoin("users as u", "u.id", "b.blocked_id")
    .selectAll("u")
    .select("b.created_at as blocked_at")
    .where("b.blocker_id", "=", blockerId)
    .where("u.organization_id", "=", organizationId);
  if (page === undefined) return select.orderBy("b.created_at", "desc").orderBy("u.id", "desc").execute();
  if (page.search) select = select.where(isNamedLike(page.search, "u"));
  return cutPage(select, page).execute();
}

const sorted = (a: string, b: string) => (a < b ? ([a, b] as const) : ([b, a] as const));

/** Locked until the transaction ends, where two could answer one request. */
export function findFriendshipForUpdate(
  query: Queries,
  engine: Database["engine"],
  a: string,
  b: string,
): Promise<FriendshipRow | undefined> {
  const [lower, higher] = sorted(a, b);
  return query
    .selectFrom("friendships")
    .selectAll()
    .where("lower_id", "=", lower)
    .where("higher_id", "=", higher)
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirst();
}

export async function areFriends(query: Queries, a: string, b: string): Promise<boolean> {
  const [lower, higher] = sorted(a, b);
  const row = await query
    .selectFrom("friendships")
    .select("accepted_at")
    .where("lower_id", "=", lower)
    .where("higher_id", "=", higher)
    .executeTakeFirst();
  return row !== undefined && row.accepted_at !== null;
}

/** @returns false if there is one between the two. */
export async function insertFriendRequest(
  query: Queries,
  organizationId: string,
  from: string,
  to: string,
  at: number,
): Promise<boolean> {
  const [lower, higher] = sorted(from, to);
  const result = await query
    .insertInto("friendships")
    .values({
      lower_id: lower,
      higher_id: higher,
      organization_id: organizationId,
      requested_by: from,
      created_at: at,
      accepted_at: null,
    })
    .onConflict((conflict) => conflict.columns(["lower_id", "higher_id"]).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function markFriendshipAccepted(query: Queries, row: FriendshipRow, at: number): Promise<void> {
  await query
    .updateTable("friendships")
    .set({ accepted_at: at })
    .where("lower_id", "=", row.lower_id)
    .where("higher_id", "=", row.higher_id)
    .execute();
}

export async function deleteFriendship(query: Queries, a: string, b: string): Promise<boolean> {
  const [lower, higher] = sorted(a, b);
  const result = await query
    .deleteFrom("friendships")
    .where("lower_id", "=", lower)
    .where("higher_id", "=", higher)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** The other sides of one kind of friendship. */
export function listFriends(
  query: Queries,
  organizationId: string,
  userId: string,
  status: FriendStatus,
  page: ListPage,
): Promise<FriendUser[]> {
  let select = query
    .selectFrom("friendships as f")
    .innerJoin("users as u", (join) =>
      join.on(sql<boolean>`u.id = case when f.lower_id = ${userId} then f.higher_id else f.lower_id end`),
    )
    .selectAll("u")
    .select(["f.requested_by", "f.created_at as requested_at", "f.accepted_at"])
    .where(({ eb, or }) => or([eb("f.lower_id", "=", userId), eb("f.higher_id", "=", userId)]))
    .where("u.organization_id", "=", organizationId);
  if (status === "accepted") select = select.where("f.accepted_at", "is not", null);
  else {
    select = select
      .where("f.accepted_at", "is", null)
      .where("f.requested_by", status === "outgoing" ? "=" : "!=", userId);
  }
  if (page.search) select = select.where(isNamedLike(page.search, "u"));
  return cutPage(select, page).execute();
}

/** What ties somebody to people of an organization that they leave. */
export async function deleteRelations(query: Queries, userId: string): Promise<void> {
  await query
    .deleteFrom("blocks")
    .where(({ eb, or }) => or([eb("blocker_id", "=", userId), eb("blocked_id", "=", userId)]))
    .execute();
  await query
    .deleteFrom("friendships")
    .where(({ eb, or }) => or([eb("lower_id", "=", userId), eb("higher_id", "=", userId)]))
    .execute();
}
