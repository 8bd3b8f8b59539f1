import type { Queries } from "../../platform/db/database.ts";
import type { OrganizationTable } from "../../platform/db/schema.ts";

/** The organization that `/v1` registration joins; the first migration made it. */
export function findDefaultOrganization(query: Queries): Promise<OrganizationTable> {
  return query
    .selectFrom("organizations")
    .selectAll()
    .where("slug", "=", "default")
    .executeTakeFirstOrThrow();
}

export async function insertOrganization(query: Queries, organization: OrganizationTable): Promise<void> {
  await query.insertInto("organizations").values(organization).execute();
}
