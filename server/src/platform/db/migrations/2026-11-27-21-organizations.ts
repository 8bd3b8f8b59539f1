import type { Kysely } from "kysely";

/** What an organization sets, and invitations into it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("organizations").addColumn("time_zone", "text").execute();
  await db.schema.alterTable("organizations").addColumn("plan", "text").execute();
  await db.schema.alterTable("organizations").addColumn("updated_at", "bigint").execute();
  await db.schema
    .createTable("invitations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("email", "text")
    .addColumn("email_key", "text")
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("accepted_at", "bigint")
    .addColumn("accepted_by", "text")
    .execute();
  await db.schema
    .createIndex("invitations_of_organization")
    .on("invitations")
    .columns(["organization_id", "created_at"])
    .execute();
}
