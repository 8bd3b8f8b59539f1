import type { Database, Queries } from "../../platform/db/database.ts";

export async function listFlagged(query: Queries): Promise<string[]> {
  const rows = await query.selectFrom("user_standings").select("user_id").where("is_agent", "=", 1).execute();
  return rows.map((row) => row.user_id);
}

/** Whether somebody answers, which stays so until the transaction ends: on PostgreSQL their account is locked. */
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
  if (user === undefined || user.role === "admin") return user !== undefined;
  const standing = await query
    .selectFrom("user_standings")
    .select("is_agent")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return standing?.is_agent === 1;
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
