import type { Kysely } from "kysely";

/** Accounts that their owners deleted: their rows stay, so that what they wrote has an author. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("users").addColumn("deleted_at", "bigint").execute();
}
