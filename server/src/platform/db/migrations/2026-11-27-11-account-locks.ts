import type { Kysely } from "kysely";

/** Wrong passwords and codes lately, and the locks that followed: a restart forgets neither. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("account_locks")
    .addColumn("account_key", "text", (column) => column.notNull())
    .addColumn("scope", "text", (column) => column.notNull())
    .addColumn("failed_at", "text", (column) => column.notNull())
    .addColumn("locked_until", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("account_locks_key", ["account_key", "scope"])
    .execute();
  await db.schema.createIndex("account_locks_by_age").on("account_locks").column("updated_at").execute();
}
