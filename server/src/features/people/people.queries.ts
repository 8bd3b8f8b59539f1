import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import { isNamedLike, type UserRow } from "../identity/index.ts";

/** Unknown ids and those of other organizations are missing from the answer. */
export function listUsersById(query: Queries, organizationId: string, ids: string[]): Promise<UserRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return query
    .selectFrom("users")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("id", "in", ids)
    .execute();
}

export interface DirectoryFilter {
  /** Those who are switched off too: for whoever manages members. */
  withSwitchedOff: boolean;
  organizationRole?: UserRow["organization_role"] | undefined;
  page: ListPage;
}

/** Real people of an organization; imported authors are none. */
export function listDirectory(
  query: Queries,
  organizationId: string,
  { withSwitchedOff, organizationRole, page }: DirectoryFilter,
): Promise<UserRow[]> {
  let select = query
    .selectFrom("users")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("is_placeholder", "=", 0);
  if (!withSwitchedOff)
    select = select.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("user_standings as s")
            .select("s.user_id")
            .whereRef("s.user_id", "=", "users.id")
            .where("s.is_active", "=", 0),
        ),
      ),
    );
  if (organizationRole !== undefined) select = select.where("organization_role", "=", organizationRole);
  if (page.search) select = select.where(isNamedLike(page.search, "users"));
  return cutPage(select, page).execute();
}
