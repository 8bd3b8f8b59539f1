import { type Kysely, sql } from "kysely";

/** Sensitive operations, each row carrying the hash of the one before, and where the chain ends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit_changes")
    .addColumn("position", "bigint", (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("actor_id", "text")
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("target_type", "text", (column) => column.notNull())
    .addColumn("target_id", "text", (column) => column.notNull())
    .addColumn("request_id", "text")
    .addColumn("ip", "text")
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("details", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("prev_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("audit_changes_of_actor")
    .on("audit_changes")
    .columns(["actor_id", "position"])
    .execute();
  await db.schema
    .createTable("audit_head")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("position", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await sql`insert into audit_head (id, position, hash) values (1, 0, '')`.execute(db);
}
