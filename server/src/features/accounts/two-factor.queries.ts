import type { Selectable } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { AuthenticatorTable } from "../../platform/db/schema-accounts.ts";

export type AuthenticatorRow = Selectable<AuthenticatorTable>;

export function findAuthenticator(query: Queries, userId: string): Promise<AuthenticatorRow | undefined> {
  return query.selectFrom("authenticators").selectAll().where("user_id", "=", userId).executeTakeFirst();
}

/** Nobody else's until the transaction ends, so that of two sign-ins with one code one gets in. */
export function findAuthenticatorForUse(
  query: Queries,
  engine: Database["engine"],
  userId: string,
): Promise<AuthenticatorRow | undefined> {
  return query
    .selectFrom("authenticators")
    .selectAll()
    .where("user_id", "=", userId)
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirst();
}

export async function replaceAuthenticator(query: Queries, row: AuthenticatorRow): Promise<void> {
  const { user_id: _, ...changes } = row;
  await query
    .insertInto("authenticators")
    .values(row)
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(changes))
    .execute();
}

export async function updateAuthenticator(
  query: Queries,
  userId: string,
  changes: Partial<Pick<AuthenticatorRow, "confirmed_at" | "last_step">>,
): Promise<void> {
  await query.updateTable("authenticators").set(changes).where("user_id", "=", userId).execute();
}

/** With its recovery codes. */
export async function deleteAuthenticator(query: Queries, userId: string): Promise<void> {
  await deleteRecoveryCodes(query, userId);
  await query.deleteFrom("authenticators").where("user_id", "=", userId).execute();
}

export async function deleteRecoveryCodes(query: Queries, userId: string): Promise<void> {
  await query.deleteFrom("recovery_codes").where("user_id", "=", userId).execute();
}

export async function insertRecoveryCodes(query: Queries, userId: string, hashes: string[]): Promise<void> {
  const rows = hashes.map((code_hash) => ({ user_id: userId, code_hash }));
  await query.insertInto("recovery_codes").values(rows).execute();
}

/** True for the one caller, ever, that gets the code. */
export async function takeRecoveryCode(query: Queries, userId: string, codeHash: string): Promise<boolean> {
  const row = await query
    .deleteFrom("recovery_codes")
    .where("user_id", "=", userId)
    .where("code_hash", "=", codeHash)
    .returning("code_hash")
    .executeTakeFirst();
  return row !== undefined;
}

export async function countRecoveryCodes(query: Queries, userId: string): Promise<number> {
  const { count } = await query
    .selectFrom("recovery_codes")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return Number(count);
}
