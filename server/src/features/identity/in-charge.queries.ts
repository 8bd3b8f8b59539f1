import type { Database, Queries } from "../../platform/db/database.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { isInGoodStanding } from "./good-standing.ts";
import { selectAccounts } from "./standings.queries.ts";

/** The server's admins, or the Admins of one organization. */
export type Circle = { server: true } | { organizationId: string };

/**
 * The server's admins, and the Admins of an organization, stay what they are until the transaction ends, so that of two
 * who go at once one stays. Before any other lock on accounts, so that no two wait for each other. SQLite has one
 * writer anyway.
 * @param organizationId null: of none.
 */
export async function lockInCharge(
  query: Queries,
  engine: Database["engine"],
  organizationId: string | null,
): Promise<void> {
  if (engine === "sqlite") return;
  await across(query, "server")
    .selectFrom("users")
    .select("id")
    .where(({ eb, and, or }) =>
      or([
        eb("role", "=", "admin"),
        and([eb("organization_id", "=", organizationId ?? ""), eb("organization_role", "=", "Admin")]),
      ]),
    )
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
}

/** Whether somebody else is in charge who can sign in at that moment: no service user, and in good standing. */
export async function hasOtherInCharge(
  query: Queries,
  circle: Circle,
  id: string,
  at: number,
): Promise<boolean> {
  let select = selectAccounts(query).where("u.is_bot", "=", 0).where("u.id", "!=", id);
  if ("server" in circle) select = select.where("u.role", "=", "admin");
  else {
    select = select
      .where("u.organization_id", "=", circle.organizationId)
      .where("u.organization_role", "=", "Admin");
  }
  const accounts = await select.execute();
  return accounts.some((account) => isInGoodStanding({ ...account, is_active: account.is_active ?? 1 }, at));
}
