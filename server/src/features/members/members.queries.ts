import type { Queries } from "../../platform/db/database.ts";
import type { UserTable } from "../../platform/db/schema.ts";
import type { UserRow } from "../identity/index.ts";

/** People, without the service users of API keys. */
export async function countPeople(query: Queries, organizationId: string): Promise<number> {
  const { count } = await query
    .selectFrom("users")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("organization_id", "=", organizationId)
    .where("is_placeholder", "=", 0)
    .where("is_bot", "=", 0)
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
