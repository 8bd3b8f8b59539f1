import type { Database, Queries } from "../../platform/db/database.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { isInGoodStanding } from "./good-standing.ts";
import { selectAccounts } from "./standings.queries.ts";

/** On PostgreSQL they stay admins until the transaction ends, so that of two who go at once one stays. */
export async function lockServerAdmins(query: Queries, engine: Database["engine"]): Promise<void> {
  await across(query, "server")
    .selectFrom("users")
    .select("id")
    .where("role", "=", "admin")
    .orderBy("id")
    .$if(engine === "postgres", (select) => select.forNoKeyUpdate())
    .execute();
}

/** Whether somebody else runs the server who can sign in at that moment: no service user, and in good standing. */
export async function hasOtherServerAdmin(query: Queries, id: string, at: number): Promise<boolean> {
  const admins = await selectAccounts(query)
    .where("u.role", "=", "admin")
    .where("u.is_bot", "=", 0)
    .where("u.id", "!=", id)
    .execute();
  return admins.some((account) => isInGoodStanding({ ...account, is_active: account.is_active ?? 1 }, at));
}
