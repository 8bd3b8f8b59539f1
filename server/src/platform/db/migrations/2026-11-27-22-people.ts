import type { Kysely } from "kysely";

/** Who blocked whom, who is whose friend, and what each person sets for themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("blocks")
    .addColumn("blocker_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("blocked_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("blocks_key", ["blocker_id", "blocked_id"])
    .execute();
  await db.schema
    .createTable("friendships")
    .addColumn("lower_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("higher_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("requested_by", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("accepted_at", "bigint")
    .addPrimaryKeyConstraint("friendships_key", ["lower_id", "higher_id"])
    .execute();
  await db.schema.createIndex("friendships_of_higher").on("friendships").column("higher_id").execute();
  await db.schema
    .createTable("user_settings")
    .addColumn("user_id", "text", (column) => column.primaryKey().references("users.id"))
    .addColumn("settings", "text", (column) => column.notNull())
    .addColumn("presence_hidden", "integer", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
}
