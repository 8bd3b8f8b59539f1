import type { Kysely } from "kysely";

/** Support conversations: whose they are, who answers, and where they stand. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("conversations").addColumn("closed_at", "bigint").execute();
  await db.schema
    .createTable("support_conversations")
    .addColumn("conversation_id", "text", (column) => column.primaryKey().references("conversations.id"))
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("customer_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("agent_id", "text", (column) => column.references("users.id"))
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("resolved_at", "bigint")
    .addColumn("closed_at", "bigint")
    .execute();
  await db.schema
    .createIndex("support_of_organization")
    .on("support_conversations")
    .columns(["organization_id", "created_at"])
    .execute();
  await db.schema
    .createIndex("support_of_customer")
    .on("support_conversations")
    .columns(["customer_id", "created_at"])
    .execute();
}
