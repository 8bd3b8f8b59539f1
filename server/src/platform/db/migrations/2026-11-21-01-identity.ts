import { type Kysely, sql } from "kysely";
import { newId } from "../../ids.ts";

/** Organizations, people, sessions, tokens and the server's own keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("server_meta")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("server_keys")
    .addColumn("kid", "text", (column) => column.primaryKey())
    .addColumn("purpose", "text", (column) => column.notNull().unique())
    .addColumn("material", "text", (column) => column.notNull())
    .addColumn("sealed", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("organizations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("slug", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await createUsers(db);
  await createSessions(db);
  await sql`insert into organizations (id, slug, name, created_at)
    values (${newId()}, 'default', 'Default organization', ${Date.now()})`.execute(db);
  await sql`insert into server_meta (key, value) values ('epoch', ${newId()})`.execute(db);
}

async function createUsers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("users")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("username", "text", (column) => column.notNull())
    .addColumn("username_key", "text", (column) => column.notNull().unique())
    .addColumn("email", "text")
    .addColumn("email_key", "text", (column) => column.unique())
    .addColumn("password_hash", "text")
    .addColumn("display_name", "text", (column) => column.notNull())
    .addColumn("display_name_key", "text")
    .addColumn("avatar_url", "text")
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("is_placeholder", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("last_seen_at", "bigint")
    .execute();
  await db.schema
    .createIndex("users_of_organization")
    .on("users")
    .columns(["organization_id", "username_key"])
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sessions")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_used_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("family_expires_at", "bigint", (column) => column.notNull())
    .addColumn("ip", "text")
    .addColumn("user_agent", "text")
    .addColumn("ended_at", "bigint")
    .execute();
  await db.schema.createIndex("sessions_of_user").on("sessions").columns(["user_id", "created_at"]).execute();
  await db.schema
    .createTable("refresh_tokens")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("session_id", "text", (column) =>
      column.notNull().references("sessions.id").onDelete("cascade"),
    )
    .addColumn("issued_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("used_at", "bigint")
    .execute();
  await db.schema
    .createIndex("refresh_tokens_of_session")
    .on("refresh_tokens")
    .column("session_id")
    .execute();
  await db.schema
    .createTable("ws_tickets")
    .addColumn("ticket_hash", "text", (column) => column.primaryKey())
    .addColumn("session_id", "text", (column) =>
      column.notNull().references("sessions.id").onDelete("cascade"),
    )
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
}
