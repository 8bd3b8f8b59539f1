import type { Queries } from "../../platform/db/database.ts";

/** @param userId only this one; null: all. */
export async function listFlagged(query: Queries, userId: string | null): Promise<string[]> {
  let select = query.selectFrom("user_standings").select("user_id").where("is_agent", "=", 1);
  if (userId !== null) select = select.where("user_id", "=", userId);
  return (await select.execute()).map((row) => row.user_id);
}

/** Whoever answers for the organization. */
export async function listAnswering(query: Queries, organizationId: string): Promise<string[]> {
  const rows = await query
    .selectFrom("users as u")
    .leftJoin("user_standings as s", "s.user_id", "u.id")
    .select("u.id")
    .where("u.organization_id", "=", organizationId)
    .where(({ eb, or }) => or([eb("u.role", "=", "admin"), eb("s.is_agent", "=", 1)]))
    .execute();
  return rows.map((row) => row.id);
}
