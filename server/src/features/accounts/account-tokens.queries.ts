import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { AccountTokenTable, ResetRequestTable } from "../../platform/db/schema-accounts.ts";

export type AccountTokenRow = Selectable<AccountTokenTable>;
type TokenPurpose = AccountTokenTable["purpose"];

/** The user's only one of its purpose: those from before are void. */
export async function replaceAccountToken(query: Queries, token: AccountTokenRow): Promise<void> {
  await deleteAccountTokens(query, token.user_id, token.purpose);
  await query.insertInto("account_tokens").values(token).execute();
}

export function findAccountToken(
  query: Queries,
  tokenHash: string,
  purpose: TokenPurpose,
): Promise<AccountTokenRow | undefined> {
  return query
    .selectFrom("account_tokens")
    .selectAll()
    .where("token_hash", "=", tokenHash)
    .where("purpose", "=", purpose)
    .executeTakeFirst();
}

/** The token's row, to exactly one caller. */
export function takeAccountToken(
  query: Queries,
  tokenHash: string,
  purpose: TokenPurpose,
): Promise<AccountTokenRow | undefined> {
  return query
    .deleteFrom("account_tokens")
    .where("token_hash", "=", tokenHash)
    .where("purpose", "=", purpose)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteAccountTokens(
  query: Queries,
  userId: string,
  purpose?: TokenPurpose,
): Promise<void> {
  let tokens = query.deleteFrom("account_tokens").where("user_id", "=", userId);
  if (purpose !== undefined) tokens = tokens.where("purpose", "=", purpose);
  await tokens.execute();
}

/** @param email the account's own, whose confirmation stays. */
export async function deleteAddressChanges(
  query: Queries,
  userId: string,
  email: string | null,
): Promise<void> {
  let tokens = query
    .deleteFrom("account_tokens")
    .where("user_id", "=", userId)
    .where("purpose", "=", "verify");
  if (email !== null) tokens = tokens.where("email", "!=", email);
  await tokens.execute();
}

export async function deleteExpiredAccountTokens(query: Queries, before: number): Promise<void> {
  await query.deleteFrom("account_tokens").where("expires_at", "<=", before).execute();
}

export async function insertResetRequest(query: Queries, request: ResetRequestTable): Promise<void> {
  await query.insertInto("reset_requests").values(request).execute();
}

/** The oldest request, to exactly one caller. */
export function takeResetRequest(query: Queries): Promise<ResetRequestTable | undefined> {
  return query
    .deleteFrom("reset_requests")
    .where("id", "in", (select) => select.selectFrom("reset_requests").select("id").orderBy("id").limit(1))
    .returningAll()
    .executeTakeFirst();
}
