import type { Kysely } from "kysely";

/** What whoever runs the server decided about an account; without a row it is a plain one in good standing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("user_standings")
    .addColumn("user_id", "text", (column) => column.primaryKey().references("users.id"))
    .addColumn("is_active", "integer", (column) => column.notNull())
    .addColumn("is_agent", "integer", (column) => column.notNull())
    .addColumn("banned_at", "bigint")
    .addColumn("banned_by", "text")
    .addColumn("ban_reason", "text")
    .addColumn("banned_until", "bigint")
    .execute();
}
