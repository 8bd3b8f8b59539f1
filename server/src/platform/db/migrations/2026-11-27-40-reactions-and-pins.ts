import { type Kysely, SqliteAdapter, sql } from "kysely";

/** Reactions, pins and the way from a message to its replies. None of it is written when a message is sent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("reactions")
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("emoji", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("emoji_version", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("reactions_key", ["conversation_id", "seq", "emoji", "user_id"])
    .modifyEnd(db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``)
    .execute();
  await db.schema.alterTable("messages").addColumn("pinned_at", "bigint").execute();
  await db.schema.alterTable("messages").addColumn("pinned_by", "text").execute();
  await db.schema
    .createIndex("messages_pinned")
    .on("messages")
    .columns(["conversation_id", "pinned_at"])
    .where(sql.ref("pinned_at"), "is not", null)
    .execute();
  await db.schema
    .createIndex("messages_of_thread")
    .on("messages")
    .columns(["conversation_id", "thread_root_id", "seq"])
    .where(sql.ref("thread_root_id"), "is not", null)
    .execute();
}
