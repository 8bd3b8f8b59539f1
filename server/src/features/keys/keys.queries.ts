import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import type { KeySetTable, OneTimeKeyTable } from "../../platform/db/schema-keys.ts";
import { across } from "../../platform/db/tenant-fence.ts";

export type KeySetRow = Selectable<KeySetTable>;

export function findKeySet(query: Queries, userId: string): Promise<KeySetRow | undefined> {
  return query
    .selectFrom("key_sets")
    .selectAll()
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
}

export function listKeySets(query: Queries, userId: string, page: ListPage<KeySetRow>): Promise<KeySetRow[]> {
  return cutPage(query.selectFrom("key_sets").selectAll().where("user_id", "=", userId), page).execute();
}

export async function insertKeySet(query: Queries, set: KeySetTable): Promise<void> {
  await query.insertInto("key_sets").values(set).execute();
}

export async function revokeKeySet(query: Queries, userId: string, at: number): Promise<void> {
  await query
    .updateTable("key_sets")
    .set({ revoked_at: at })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .execute();
}

/** @param at null: enough keys are there again. @returns false if it was so before. */
export async function setLowTold(query: Queries, userId: string, at: number | null): Promise<boolean> {
  const result = await query
    .updateTable("key_sets")
    .set({ low_told_at: at })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .where("low_told_at", at === null ? "is not" : "is", null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Versions that count, end within the range, and whose owners were not told of it. */
export function listExpiring(query: Queries, after: number, until: number) {
  return across(query, "upkeep")
    .selectFrom("key_sets")
    .select(["user_id", "version"])
    .where("revoked_at", "is", null)
    .where("expiry_told_at", "is", null)
    .where("expires_at", ">", after)
    .where("expires_at", "<=", until)
    .execute();
}

/** @returns undefined if the version counts no more, or its owner was told. */
export function markExpiryTold(
  query: Queries,
  userId: string,
  version: number,
  at: number,
): Promise<KeySetRow | undefined> {
  return query
    .updateTable("key_sets")
    .set({ expiry_told_at: at })
    .where("user_id", "=", userId)
    .where("version", "=", version)
    .where("revoked_at", "is", null)
    .where("expiry_told_at", "is", null)
    .returningAll()
    .executeTakeFirst();
}

/** Adds those that the user has not uploaded before. */
export async function insertOneTimeKeys(query: Queries, keys: OneTimeKeyTable[]): Promise<void> {
  await query
    .insertInto("one_time_keys")
    .values(keys)
    .onConflict((conflict) => conflict.columns(["user_id", "fingerprint"]).doNothing())
    .execute();
}

/** Keys that wait to be handed out: those of this epoch, see `OneTimeKeyTable.epoch`. */
function waiting(query: Queries, userId: string, epoch: string) {
  return query
    .selectFrom("one_time_keys")
    .where("user_id", "=", userId)
    .where("taken_at", "is", null)
    .where("epoch", "=", epoch);
}

export async function countOneTimeKeys(query: Queries, userId: string, epoch: string): Promise<number> {
  const { count } = await waiting(query, userId, epoch)
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** In the order of their uploads. */
export async function listOneTimeKeys(query: Queries, userId: string, epoch: string): Promise<string[]> {
  const rows = await waiting(query, userId, epoch)
    .select("public_key")
    .orderBy("uploaded_at")
    .orderBy("place")
    .execute();
  return rows.flatMap(({ public_key }) => public_key ?? []);
}

/** The oldest one, which is from now on nobody else's. The caller has locked its owner. */
export async function takeOneTimeKey(
  query: Queries,
  userId: string,
  epoch: string,
  at: number,
): Promise<string | null> {
  const key = await waiting(query, userId, epoch)
    .select(["fingerprint", "public_key"])
    .orderBy("uploaded_at")
    .orderBy("place")
    .limit(1)
    .executeTakeFirst();
  if (key === undefined) return null;
  await query
    .updateTable("one_time_keys")
    .set({ taken_at: at, public_key: null })
    .where("user_id", "=", userId)
    .where("fingerprint", "=", key.fingerprint)
    .execute();
  return key.public_key;
}

/** Those of this epoch: of others nobody knows whether they were handed out, so they are not taken again either. */
export async function deleteWaitingKeys(query: Queries, userId: string, epoch: string): Promise<void> {
  await query
    .deleteFrom("one_time_keys")
    .where("user_id", "=", userId)
    .where("taken_at", "is", null)
    .where("epoch", "=", epoch)
    .execute();
}

/** With the account. */
export async function eraseKeysOf(query: Queries, userId: string): Promise<void> {
  await query.deleteFrom("key_sets").where("user_id", "=", userId).execute();
  await query.deleteFrom("one_time_keys").where("user_id", "=", userId).execute();
}
