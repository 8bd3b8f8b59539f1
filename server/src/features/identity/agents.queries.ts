import { now } from "../../platform/clock.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import { isInGoodStanding } from "./good-standing.ts";
import { findStanding } from "./standings.queries.ts";

export async function listFlagged(query: Queries): Promise<string[]> {
  const rows = await query.selectFrom("user_standings").select("user_id").where("is_agent", "=", 1).execute();
  return rows.map((row) => row.user_id);
}

/**
 * Whether somebody answers and may sign in. The first stays so until the transaction ends: on PostgreSQL their account
 * is locked.
 */
export async function holdAnswering(
  query: Queries,
  engine: Database["engine"],
  organizationId: string,
  userId: string,
): Promise<boolean> {
  const user = await query
    .selectFrom("users")
    .select("role")
    .where("organization_id", "=", organizationId)
    .where("id", "=", userId)
    .$if(engine === "postgres", (select) => select.forShare())
    .executeTakeFirst();
  if (user === undefined) return false;
  const standing = await findStanding(query, userId);
  if (standing === undefined) return user.role === "admin";
  return isInGoodStanding(standing, now()) && (user.role === "admin" || standing.is_agent === 1);
}

/** Whoever answers for the organization, and whether they may sign in. */
export async function listAnswering(
  query: Queries,
  organizationId: string,
): Promise<{ id: string; isAvailable: boolean }[]> {
  const at = now();
  const rows = await query
    .selectFrom("users as u")
    .leftJoin("user_standings as s", "s.user_id", "u.id")
    .select(["u.id", "s.is_active", "s.banned_at", "s.banned_until"])
    .where("u.organization_id", "=", organizationId)
    .where(({ eb, or }) => or([eb("u.role", "=", "admin"), eb("s.is_agent", "=", 1)]))
    .execute();
  return rows.map(({ id, is_active, ...ban }) => ({
    id,
    isAvailable: isInGoodStanding({ is_active: is_active ?? 1, ...ban }, at),
  }));
}
