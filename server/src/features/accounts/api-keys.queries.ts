import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import type { ApiKeyTable } from "../../platform/db/schema-accounts.ts";
import { across } from "../../platform/db/tenant-fence.ts";

export async function insertApiKey(query: Queries, key: Selectable<ApiKeyTable>): Promise<void> {
  await query.insertInto("api_keys").values(key).execute();
}

/** Those that somebody made, newest first, with what their sessions know; all of them without a page. */
export function listApiKeys(query: Queries, createdBy: string, page?: ListPage) {
  const select = query
    .selectFrom("api_keys")
    .innerJoin("sessions", "sessions.id", "api_keys.id")
    .select([
      "api_keys.id",
      "api_keys.name",
      "api_keys.user_id",
      "api_keys.created_at",
      "sessions.scopes",
      "sessions.last_used_at",
      "sessions.created_at as opened_at",
    ])
    .where("api_keys.created_by", "=", createdBy)
    .where("sessions.ended_at", "is", null);
  if (page === undefined) return select.orderBy("api_keys.created_at", "desc").execute();
  return cutPage(select, page).execute();
}

/** The key's service user, to exactly one caller. */
export async function takeApiKey(query: Queries, createdBy: string, id: string): Promise<string | undefined> {
  const row = await query
    .deleteFrom("api_keys")
    .where("id", "=", id)
    .where("created_by", "=", createdBy)
    .returning("user_id")
    .executeTakeFirst();
  return row?.user_id;
}

/** The service users of somebody's keys. */
export function listServiceUsers(query: Queries, createdBy: string) {
  return across(query, "account")
    .selectFrom("api_keys")
    .innerJoin("users", "users.id", "api_keys.user_id")
    .select([
      "api_keys.id as key_id",
      "users.id",
      "users.organization_id",
      "users.role",
      "users.organization_role",
    ])
    .where("api_keys.created_by", "=", createdBy)
    .execute();
}

export async function countApiKeys(query: Queries, createdBy: string): Promise<number> {
  const { count } = await query
    .selectFrom("api_keys")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("created_by", "=", createdBy)
    .executeTakeFirstOrThrow();
  return Number(count);
}
