import type { Database, Queries } from "../../platform/db/database.ts";
import type { UserTable } from "../../platform/db/schema.ts";
import type { UserRow } from "../identity/index.ts";

/**
 * The organization's Admins. On PostgreSQL they stay Admins until the transaction ends, so that two who go at once do
 * not leave it without one.
 */
export async function lockAdminIds(
  query: Queries,
  engine: Database["engine"],
  organizationId: string,
): Promise<string[]> {
  const rows = await query
    .selectFrom("users")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("organization_role", "=", "Admin")
    .where("is_placeholder", "=", 0)
    .orderBy("id")
    .$if(engine === "postgres", (select) => select.forUpdate())
    .execute();
  return rows.map((row) => row.id);
}

export async function countMembers(query: Queries, organizationId: string): Promise<number> {
  const { count } = await query
    .selectFrom("users")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("organization_id", "=", organizationId)
    .where("is_placeholder", "=", 0)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The account is of another organization from now on, and so are its sessions. */
export async function moveUser(
  query: Queries,
  { id: userId, organization_id: from }: Pick<UserRow, "id" | "organization_id">,
  organizationId: string,
  role: UserTable["organization_role"],
  at: number,
): Promise<void> {
  await query
    .updateTable("users")
    .set({ organization_id: organizationId, organization_role: role, updated_at: at })
    .where("organization_id", "=", from)
    .where("id", "=", userId)
    .execute();
  await query
    .updateTable("sessions")
    .set({ organization_id: organizationId })
    .where("user_id", "=", userId)
    .execute();
}
