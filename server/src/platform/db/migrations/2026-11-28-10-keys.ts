import { type Kysely, SqliteAdapter, sql } from "kysely";

/**
 * Public keys for end-to-end encryption: each version that a user has had of their signed prekey, and one-time keys,
 * of which those that were handed out stay as fingerprints, so that none is taken twice.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const clustered = db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``;
  await db.schema
    .createTable("key_sets")
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("identity_key", "text", (column) => column.notNull())
    .addColumn("signed_pre_key", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .addColumn("expiry_told_at", "bigint")
    .addColumn("low_told_at", "bigint")
    .addPrimaryKeyConstraint("key_sets_key", ["user_id", "version"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createIndex("key_sets_by_expiry")
    .on("key_sets")
    .columns(["expires_at"])
    .where(sql.ref("revoked_at"), "is", null)
    .where(sql.ref("expiry_told_at"), "is", null)
    .execute();
  await db.schema
    .createTable("one_time_keys")
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("public_key", "text")
    .addColumn("epoch", "text", (column) => column.notNull())
    .addColumn("uploaded_at", "bigint", (column) => column.notNull())
    .addColumn("place", "integer", (column) => column.notNull())
    .addColumn("taken_at", "bigint")
    .addPrimaryKeyConstraint("one_time_keys_key", ["user_id", "fingerprint"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createIndex("one_time_keys_unused")
    .on("one_time_keys")
    .columns(["user_id", "uploaded_at", "place"])
    .where(sql.ref("taken_at"), "is", null)
    .execute();
}
