import { type Kysely, sql } from "kysely";

/** Keeping order in rooms: who may not come in, and what people complained about. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("room_bans")
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("banned_by", "text", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("until", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("room_bans_key", ["conversation_id", "user_id"])
    .execute();
  await db.schema
    .createTable("message_reports")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("sender_id", "text", (column) => column.notNull())
    .addColumn("content", "text", (column) => column.notNull())
    .addColumn("reporter_id", "text", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("resolved_at", "bigint")
    .addColumn("resolved_by", "text")
    .addUniqueConstraint("message_reports_once", ["message_id", "reporter_id"])
    .execute();
  await db.schema
    .createIndex("message_reports_open")
    .on("message_reports")
    .columns(["conversation_id", "id"])
    .where(sql.ref("resolved_at"), "is", null)
    .execute();
}
