import { type Kysely, SqliteAdapter, sql } from "kysely";

/** Conversations, participants and the message log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createConversations(db);
  await createParticipants(db);
  await createMessages(db);
  await db.schema
    .createTable("import_rows")
    .addColumn("conversation_id", "text", (column) => column.notNull().references("conversations.id"))
    .addColumn("line", "bigint", (column) => column.notNull())
    .addColumn("line_hash", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_rows_key", ["conversation_id", "line", "line_hash"])
    .execute();
}

/** SQLite stores such a table in the order of its key: a page of history is one walk, and one index fewer is written. */
function clustered(db: Kysely<unknown>) {
  return db.getExecutor().adapter instanceof SqliteAdapter ? sql`without rowid` : sql``;
}

async function createConversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("conversations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("title", "text")
    .addColumn("title_key", "text")
    .addColumn("description", "text")
    .addColumn("avatar_url", "text")
    .addColumn("created_by", "text", (column) => column.notNull().references("users.id"))
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("is_e2ee_enabled", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("visibility", "text")
    .addColumn("permissions", "text")
    .addColumn("direct_key", "text", (column) => column.unique())
    .addColumn("changed_version", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("conversations_public")
    .on("conversations")
    .columns(["organization_id", "id"])
    .where(sql.ref("visibility"), "=", sql.lit("public"))
    .execute();
  await db.schema
    .createTable("conversation_heads")
    .addColumn("conversation_id", "text", (column) => column.primaryKey())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("ordinal", "bigint", (column) => column.notNull())
    .addColumn("last_message_at", "bigint")
    .modifyEnd(clustered(db))
    .execute();
}

async function createParticipants(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("participants")
    .addColumn("conversation_id", "text", (column) => column.notNull().references("conversations.id"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("joined_at", "bigint", (column) => column.notNull())
    .addColumn("joined_version", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("removed_at", "bigint")
    .addColumn("archived", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("muted", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("muted_until", "bigint")
    .addPrimaryKeyConstraint("participants_key", ["conversation_id", "user_id"])
    .modifyEnd(clustered(db))
    .execute();
  await db.schema
    .createIndex("participants_of_user")
    .on("participants")
    .columns(["user_id", "removed_at"])
    .execute();
  await db.schema
    .createIndex("participants_archived")
    .on("participants")
    .column("conversation_id")
    .where(sql.ref("archived"), "=", sql.lit(1))
    .execute();
  await db.schema
    .createTable("participant_marks")
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("last_read_seq", "bigint", (column) => column.notNull())
    .addColumn("read_ordinal", "bigint", (column) => column.notNull())
    .addColumn("last_read_at", "bigint")
    .addColumn("last_delivered_seq", "bigint", (column) => column.notNull())
    .addColumn("last_delivered_at", "bigint")
    .addPrimaryKeyConstraint("participant_marks_key", ["conversation_id", "user_id"])
    .modifyEnd(clustered(db))
    .execute();
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("messages")
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("sender_id", "text", (column) => column.notNull())
    .addColumn("client_message_id", "text")
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("created_version", "bigint", (column) => column.notNull())
    .addColumn("ordinal", "bigint", (column) => column.notNull())
    .addColumn("message_type", "text", (column) => column.notNull())
    .addColumn("content", "text", (column) => column.notNull())
    .addColumn("is_encrypted", "integer", (column) => column.notNull())
    .addColumn("metadata", "text")
    .addColumn("reply_to", "text")
    .addColumn("thread_root_id", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("edited_at", "bigint")
    .addColumn("deleted_at", "bigint")
    .addColumn("revision", "integer", (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint("messages_key", ["conversation_id", "seq"])
    .modifyEnd(clustered(db))
    .execute();
  await db.schema.createIndex("messages_id").unique().on("messages").column("message_id").execute();
  await db.schema
    .createTable("message_keys")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .modifyEnd(clustered(db))
    .execute();
  await db.schema
    .createIndex("messages_changed")
    .on("messages")
    .columns(["conversation_id", "version"])
    .where(sql.ref("revision"), ">", sql.lit(0))
    .execute();
  await db.schema
    .createTable("message_edits")
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("former_content", "text", (column) => column.notNull())
    .addColumn("edited_by", "text", (column) => column.notNull())
    .addColumn("edited_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("message_edits_key", ["message_id", "version"])
    .execute();
}
