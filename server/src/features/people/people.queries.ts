import type { Queries } from "../../platform/db/database.ts";
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
  /** Part of a username or a display name, folded or not. */
  search?: string | undefined;
  organizationRole?: UserRow["organization_role"] | undefined;
  /** Folded username after which to go on. */
  after?: string | undefined;
  limit: number;
}

/** Real people of an organization by username; imported authors are none. */
export function listDirectory(
  query: Queries,
  organizationId: string,
  { search, organizationRole, after, limit }: DirectoryFilter,
): Promise<UserRow[]> {
  let select = query
    .selectFrom("users")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("is_placeholder", "=", 0)
    .orderBy("username_key")
    .limit(limit);
  if (after !== undefined) select = select.where("username_key", ">", after);
  if (organizationRole !== undefined) select = select.where("organization_role", "=", organizationRole);
  if (search !== undefined && search !== "") {
    select = select.where(isNamedLike(search, "users"));
  }
  return select.execute();
}
