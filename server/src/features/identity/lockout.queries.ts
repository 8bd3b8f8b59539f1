import type { Selectable } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { AccountLockTable } from "../../platform/db/schema-accounts.ts";

export type AccountLockRow = Selectable<AccountLockTable>;

export function listAccountLocks(
  query: Queries,
  accountKey: string,
  scopes: string[],
): Promise<AccountLockRow[]> {
  return query
    .selectFrom("account_locks")
    .selectAll()
    .where("account_key", "=", accountKey)
    .where("scope", "in", scopes)
    .execute();
}

/** The row, made if it is missing, and nobody else's until the transaction ends. */
export async function claimAccountLock(
  query: Queries,
  engine: Database["engine"],
  accountKey: string,
  scope: string,
): Promise<AccountLockRow> {
  await query
    .insertInto("account_locks")
    .values({ account_key: accountKey, scope, failed_at: "[]", locked_until: 0, updated_at: 0 })
    .onConflict((conflict) => conflict.columns(["account_key", "scope"]).doNothing())
    .execute();
  return query
    .selectFrom("account_locks")
    .selectAll()
    .where("account_key", "=", accountKey)
    .where("scope", "=", scope)
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirstOrThrow();
}

export async function updateAccountLock(query: Queries, row: AccountLockRow): Promise<void> {
  await query
    .updateTable("account_locks")
    .set({ failed_at: row.failed_at, locked_until: row.locked_until, updated_at: row.updated_at })
    .where("account_key", "=", row.account_key)
    .where("scope", "=", row.scope)
    .execute();
}

export async function deleteAccountLocks(query: Queries, accountKeys: string[]): Promise<void> {
  await query.deleteFrom("account_locks").where("account_key", "in", accountKeys).execute();
}

/** Rows that neither lock nor count any more. */
export async function deleteOldAccountLocks(query: Queries, before: number): Promise<void> {
  await query.deleteFrom("account_locks").where("updated_at", "<=", before).execute();
}
