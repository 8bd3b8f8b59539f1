import { now } from "../../platform/clock.ts";
import type { Queries } from "../../platform/db/database.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { type Circle, hasOtherInCharge, type UserRow } from "../identity/index.ts";

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

/**
 * Whether people would be left without an administrator of the server, or an Admin of their organization. With those
 * in charge locked it stays so until the transaction ends.
 */
export async function isSoleInCharge(query: Queries, user: UserRow): Promise<boolean> {
  const { id, organization_id: organizationId } = user;
  const isSole = async (people: ReturnType<typeof others>, circle: Circle) =>
    (await people.executeTakeFirst()) !== undefined && !(await hasOtherInCharge(query, circle, id, now()));
  if (user.role === "admin" && (await isSole(others(query, user), { server: true }))) return true;
  const ofOrganization = others(query, user).where("organization_id", "=", organizationId);
  return user.organization_role === "Admin" && isSole(ofOrganization, { organizationId });
}

/** What an account has beside its row and its API keys, in tables of this feature. */
export async function deleteCredentials(query: Queries, userId: string): Promise<void> {
  await query.deleteFrom("account_tokens").where("user_id", "=", userId).execute();
  await query.deleteFrom("recovery_codes").where("user_id", "=", userId).execute();
  await query.deleteFrom("authenticators").where("user_id", "=", userId).execute();
  await query.deleteFrom("user_settings").where("user_id", "=", userId).execute();
}
