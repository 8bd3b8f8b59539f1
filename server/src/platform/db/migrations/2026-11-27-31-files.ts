import { type Kysely, SqliteAdapter, sql } from "kysely";

/** Files that people upload, and the messages they are shared with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("files")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("owner_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("name_key", "text", (column) => column.notNull())
    .addColumn("content_type", "text", (column) => column.notNull())
    .addColumn("size", "bigint", (column) => column.notNull())
    .addColumn("part_size", "bigint")
    .addColumn("is_encrypted", "integer", (column) => column.notNull())
    .addColumn("wanted_sha256", "text")
    .addColumn("sha256", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("completed_at", "bigint")
    .addColumn("deleted_at", "bigint")
    .execute();
  await db.schema.createIndex("files_of_owner").on("files").columns(["owner_id", "created_at"]).execute();
  const clustered = db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``;
  await db.schema
    .createTable("file_shares")
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("file_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("file_shares_key", ["conversation_id", "seq", "file_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema.createIndex("file_shares_of_file").on("file_shares").column("file_id").execute();
}
