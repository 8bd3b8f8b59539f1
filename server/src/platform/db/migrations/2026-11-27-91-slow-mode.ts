import { type Kysely, SqliteAdapter, sql } from "kysely";

/** How long members of a room wait between two messages, and when each wrote last where they do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("conversations")
    .addColumn("slow_mode_seconds", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable("slow_mode_sends")
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("sent_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("slow_mode_sends_key", ["conversation_id", "user_id"])
    .modifyEnd(db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``)
    .execute();
}
