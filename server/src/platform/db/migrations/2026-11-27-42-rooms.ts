import { type Kysely, sql } from "kysely";

/** Rooms that end, and how many are in a conversation without counting them each time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("conversations").addColumn("deleted_at", "bigint").execute();
  await db.schema
    .alterTable("conversations")
    .addColumn("participant_count", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update conversations set participant_count = (
    select count(*) from participants where conversation_id = conversations.id and removed_at is null
  )`.execute(db);
}
