import { type Kysely, SqliteAdapter, sql } from "kysely";

/** Who follows which thread, and how far they have read it. The key lists a user's own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("thread_followers")
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("root_id", "text", (column) => column.notNull())
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("is_following", "integer", (column) => column.notNull())
    .addColumn("last_read_seq", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("thread_followers_key", ["user_id", "root_id"])
    .modifyEnd(db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``)
    .execute();
}
