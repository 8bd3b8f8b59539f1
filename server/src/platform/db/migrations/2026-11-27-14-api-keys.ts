import type { Kysely } from "kysely";

/** Keys of programs. Each has a service user, and a session that lasts until the key is revoked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("api_keys")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("created_by", "text", (column) => column.notNull().references("users.id"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("api_keys_of_user").on("api_keys").columns(["created_by", "id"]).execute();
  await db.schema.alterTable("sessions").addColumn("api_key_hash", "text").execute();
  await db.schema.alterTable("sessions").addColumn("scopes", "text").execute();
  await db.schema
    .alterTable("users")
    .addColumn("is_bot", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}
