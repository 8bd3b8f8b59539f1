import { type Selectable, sql, type Updateable } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage, searchedRows } from "../../platform/db/list-page.ts";
import type { InvitationTable, OrganizationTable } from "../../platform/db/schema-organizations.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { containing } from "../../platform/folded.ts";

export type OrganizationRow = Selectable<OrganizationTable>;
export type InvitationRow = Selectable<InvitationTable>;
export type OrganizationWithCount = OrganizationRow & { member_count: number };

/** The organization that `/v1` registration joins; the first migration made it. */
export function findDefaultOrganization(query: Queries): Promise<OrganizationRow> {
  return query
    .selectFrom("organizations")
    .selectAll()
    .where("slug", "=", "default")
    .executeTakeFirstOrThrow();
}

export async function insertOrganization(query: Queries, organization: OrganizationRow): Promise<void> {
  await query.insertInto("organizations").values(organization).execute();
}

function selectOrganizations(query: Queries) {
  return query
    .selectFrom("organizations as o")
    .selectAll("o")
    .select(({ selectFrom }) =>
      selectFrom("users as u")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .whereRef("u.organization_id", "=", "o.id")
        .where("u.is_placeholder", "=", 0)
        .as("member_count"),
    );
}

export function findOrganization(
  query: Queries,
  organizationId: string,
): Promise<OrganizationWithCount | undefined> {
  return selectOrganizations(query).where("o.id", "=", organizationId).executeTakeFirst() as Promise<
    OrganizationWithCount | undefined
  >;
}

/** Of the whole server, or the one that is named. */
export function listOrganizations(
  query: Queries,
  only: string | undefined,
  page: ListPage<OrganizationWithCount>,
): Promise<OrganizationWithCount[]> {
  let select = selectOrganizations(query);
  if (only !== undefined) select = select.where("o.id", "=", only);
  return searchedRows(
    page,
    ({ name }) => [name],
    (slice) => cutPage(select, slice).execute() as Promise<OrganizationWithCount[]>,
  );
}

export async function updateOrganization(
  query: Queries,
  organizationId: string,
  changes: Updateable<OrganizationTable>,
): Promise<void> {
  await query.updateTable("organizations").set(changes).where("id", "=", organizationId).execute();
}

export async function insertInvitation(query: Queries, invitation: InvitationRow): Promise<void> {
  await query.insertInto("invitations").values(invitation).execute();
}

/** A page of those that may still be used. */
export function listOpenInvitations(
  query: Queries,
  organizationId: string,
  at: number,
  page: ListPage,
): Promise<InvitationRow[]> {
  let select = query
    .selectFrom("invitations")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("accepted_at", "is", null)
    .where("expires_at", ">", at);
  if (page.search) {
    const pattern = containing(page.search);
    select = select.where(sql<boolean>`email_key like ${pattern} escape '\\'`);
  }
  return cutPage(select, page).execute();
}

export async function deleteOpenInvitation(
  query: Queries,
  organizationId: string,
  id: string,
): Promise<boolean> {
  const result = await query
    .deleteFrom("invitations")
    .where("organization_id", "=", organizationId)
    .where("id", "=", id)
    .where("accepted_at", "is", null)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Whoever holds the token is asked nothing else: it crosses organizations. Of two at once one waits. */
export function findInvitationForUse(
  query: Queries,
  engine: Database["engine"],
  tokenHash: string,
): Promise<InvitationRow | undefined> {
  return across(query, "secret")
    .selectFrom("invitations")
    .selectAll()
    .where("token_hash", "=", tokenHash)
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirst();
}

export async function markInvitationAccepted(
  query: Queries,
  id: string,
  userId: string,
  at: number,
): Promise<void> {
  await across(query, "secret")
    .updateTable("invitations")
    .set({ accepted_at: at, accepted_by: userId })
    .where("id", "=", id)
    .execute();
}
