import type { Kysely } from "kysely";

/** What the chat surface keeps of a conversation beside the core: its own data, and the purchase it is about. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("conversations").addColumn("metadata", "text").execute();
  await db.schema.alterTable("conversations").addColumn("purchase_request_id", "text").execute();
}
