import { type Kysely, sql } from "kysely";

/** What somebody is in their organization, their names in two parts, and when they last signed in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("users")
    .addColumn("organization_role", "text", (column) => column.notNull().defaultTo("Developer"))
    .execute();
  await db.schema.alterTable("users").addColumn("first_name", "text").execute();
  await db.schema.alterTable("users").addColumn("last_name", "text").execute();
  await db.schema.alterTable("users").addColumn("last_login_at", "bigint").execute();
  await sql`update users set organization_role = 'Admin' where role = 'admin'`.execute(db);
  await sql`update users set last_login_at =
    (select max(created_at) from sessions where sessions.user_id = users.id)`.execute(db);
}
