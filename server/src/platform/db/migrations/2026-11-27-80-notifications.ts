import { type Kysely, SqliteAdapter, sql } from "kysely";

/**
 * What people are told of. One about a message holds no text: that is the message's, as it is now. Ids grow with time,
 * so that the key lists a user's own, newest first, and a second index finds those that are too old.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const clustered = db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``;
  await db.schema
    .createTable("notifications")
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("conversation_id", "text")
    .addColumn("seq", "bigint")
    .addColumn("data", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("read_at", "bigint")
    .addPrimaryKeyConstraint("notifications_key", ["user_id", "id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema.createIndex("notifications_by_age").on("notifications").columns(["id"]).execute();
  await db.schema
    .createTable("notification_settings")
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("in_app", "integer", (column) => column.notNull())
    .addColumn("email", "integer", (column) => column.notNull())
    .addColumn("web_push", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("notification_settings_key", ["user_id", "kind"])
    .modifyEnd(clustered)
    .execute();
}
