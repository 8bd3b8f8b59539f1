import type { Kysely } from "kysely";

/** Workspace sessions with their tags, and settings by category: each belongs to one person of one organization. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("workspace_sessions")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("workspace_path", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("editor_state", "text", (column) => column.notNull())
    .addColumn("terminal_state", "text", (column) => column.notNull())
    .addColumn("breakpoints", "text", (column) => column.notNull())
    .addColumn("conversation_id", "text")
    .addColumn("context_files", "text", (column) => column.notNull())
    .addColumn("memory", "text", (column) => column.notNull())
    .addColumn("parent_session_id", "text")
    .addColumn("tags", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addColumn("last_accessed_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("workspace_sessions_of_user")
    .on("workspace_sessions")
    .columns(["user_id", "organization_id", "updated_at", "id"])
    .execute();
  await db.schema
    .createIndex("workspace_sessions_children")
    .on("workspace_sessions")
    .column("parent_session_id")
    .execute();
  await db.schema
    .createIndex("workspace_sessions_of_conversation")
    .on("workspace_sessions")
    .column("conversation_id")
    .execute();
  await db.schema
    .createTable("workspace_tags")
    .addColumn("object_id", "text", (column) => column.notNull())
    .addColumn("tag", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("organization_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addPrimaryKeyConstraint("workspace_tags_key", ["object_id", "tag"])
    .execute();
  await db.schema
    .createIndex("workspace_tags_of_user")
    .on("workspace_tags")
    .columns(["user_id", "organization_id", "kind", "tag"])
    .execute();
  await db.schema
    .createTable("workspace_settings")
    .addColumn("organization_id", "text", (column) => column.notNull().references("organizations.id"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
    .addColumn("category", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("workspace_settings_key", ["user_id", "organization_id", "category", "key"])
    .execute();
}
