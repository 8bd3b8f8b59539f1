import { now } from "../../platform/clock.ts";
import type { Queries } from "../../platform/db/database.ts";
import type { Position } from "../organizations/index.ts";
import { isInGoodStanding } from "./good-standing.ts";
import { findAccount } from "./standings.queries.ts";

/** What whoever made an invitation is by now; null: the account is gone, banned or switched off. */
export async function findInviter(query: Queries, userId: string): Promise<Position | null> {
  const account = await findAccount(query, userId);
  if (account === undefined || !isInGoodStanding({ ...account, is_active: account.is_active ?? 1 }, now()))
    return null;
  return {
    role: account.role,
    organizationId: account.organization_id,
    organizationRole: account.organization_role,
  };
}
