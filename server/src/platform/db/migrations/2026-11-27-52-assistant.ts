import type { Kysely } from "kysely";

/** AI conversations: a log of their own kind, each with one owner; what of an answer has come; who writes it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createConversations(db);
  await createMessages(db);
  await db.schema
    .createTable("ai_message_parts")
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("part", "integer", (column) => column.notNull())
    .addColumn("content", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("ai_message_parts_key", ["message_id", "part"])
    .execute();
  await db.schema
    .createTable("ai_answers")
    .addColumn("conversation_id", "text", (column) =>
      column.primaryKey().references("ai_conversations.id").onDelete("cascade"),
    )
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("alive_at", "bigint", (column) => column.notNull())
    .execute();
}

async function createConversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("ai_conversations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("workspace_session_id", "text", (column) =>
      column.references("workspace_sessions.id").onDelete("set null"),
    )
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("description", "text")
    .addColumn("ai_provider", "text")
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("message_count", "bigint", (column) => column.notNull())
    .addColumn("token_count", "bigint", (column) => column.notNull())
    .addColumn("tags", "text", (column) => column.notNull())
    .addColumn("summary", "text")
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("ai_conversations_of_user")
    .on("ai_conversations")
    .columns(["user_id", "organization_id", "updated_at", "id"])
    .execute();
  await db.schema
    .createIndex("ai_conversations_of_workspace_session")
    .on("ai_conversations")
    .column("workspace_session_id")
    .execute();
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("ai_messages")
    .addColumn("conversation_id", "text", (column) =>
      column.notNull().references("ai_conversations.id").onDelete("cascade"),
    )
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull().unique())
    .addColumn("client_message_id", "text")
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("content", "text", (column) => column.notNull())
    .addColumn("model", "text")
    .addColumn("token_count", "bigint", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("usage", "text")
    .addColumn("left_out", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("context_window", "bigint")
    .addColumn("fault", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("finished_at", "bigint")
    .addPrimaryKeyConstraint("ai_messages_key", ["conversation_id", "seq"])
    .execute();
  await db.schema
    .createIndex("ai_messages_changed")
    .on("ai_messages")
    .columns(["conversation_id", "version"])
    .execute();
  await db.schema
    .createIndex("ai_messages_sent")
    .unique()
    .on("ai_messages")
    .columns(["conversation_id", "client_message_id"])
    .execute();
}
