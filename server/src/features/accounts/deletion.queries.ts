import type { Queries } from "../../platform/db/database.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import type { UserRow } from "../identity/index.ts";

/** People who are here beside this one: on the server, or in one organization. */
function others(query: Queries, user: UserRow) {
  return across(query, "account")
    .selectFrom("users")
    .select("id")
    .where("id", "!=", user.id)
    .where("is_placeholder", "=", 0)
    .where("is_bot", "=", 0)
    .limit(1);
}

/** Whether people would be left without an administrator of the server, or an Admin of their organization. */
export async function isSoleInCharge(query: Queries, user: UserRow): Promise<boolean> {
  const ofOrganization = () => others(query, user).where("organization_id", "=", user.organization_id);
  const isLeft = async (all: ReturnType<typeof others>, inCharge: ReturnType<typeof others>) =>
    (await all.executeTakeFirst()) !== undefined && (await inCharge.executeTakeFirst()) === undefined;
  if (
    user.role === "admin" &&
    (await isLeft(others(query, user), others(query, user).where("role", "=", "admin")))
  )
    return true;
  return (
    user.organization_role === "Admin" &&
    (await isLeft(ofOrganization(), ofOrganization().where("organization_role", "=", "Admin")))
  );
}

/** What an account has beside its row, in tables of this feature. @returns the service users of its API keys. */
export async function deleteCredentials(query: Queries, userId: string): Promise<string[]> {
  await query.deleteFrom("account_tokens").where("user_id", "=", userId).execute();
  await query.deleteFrom("recovery_codes").where("user_id", "=", userId).execute();
  await query.deleteFrom("authenticators").where("user_id", "=", userId).execute();
  await query.deleteFrom("user_settings").where("user_id", "=", userId).execute();
  const keys = await query
    .deleteFrom("api_keys")
    .where("created_by", "=", userId)
    .returning("user_id")
    .execute();
  return keys.map((key) => key.user_id);
}
