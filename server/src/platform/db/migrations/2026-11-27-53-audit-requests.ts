import type { Kysely } from "kysely";

/** The trail of requests: who asked what of the API, and how it was answered. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit_requests")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text")
    .addColumn("user_id", "text")
    .addColumn("event_type", "text", (column) => column.notNull())
    .addColumn("endpoint", "text", (column) => column.notNull())
    .addColumn("method", "text", (column) => column.notNull())
    .addColumn("status_code", "integer", (column) => column.notNull())
    .addColumn("ip", "text")
    .addColumn("user_agent", "text")
    .addColumn("fields", "text", (column) => column.notNull())
    .addColumn("response_time_ms", "integer", (column) => column.notNull())
    .addColumn("request_id", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("audit_requests_by_time")
    .on("audit_requests")
    .columns(["created_at", "id"])
    .execute();
}
