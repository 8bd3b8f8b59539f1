import type { Queries } from "../../platform/db/database.ts";

export async function listFlagged(query: Queries): Promise<string[]> {
  const rows = await query.selectFrom("user_standings").select("user_id").where("is_agent", "=", 1).execute();
  return rows.map((row) => row.user_id);
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
