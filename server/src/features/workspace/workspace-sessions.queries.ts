import type { Selectable, Updateable } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { WorkspaceSessionTable } from "../../platform/db/schema-workspace.ts";
import type { Owner } from "./tags.queries.ts";

export type WorkspaceSessionRow = Selectable<WorkspaceSessionTable>;

export interface RelatedSessionRow {
  id: string;
  workspace_path: string;
  name: string;
  tags: string;
  last_accessed_at: number;
  /** How many of the tags asked for it has. */
  shared: number | string | bigint;
}

/** A place in the list: sessions after it were changed earlier. */
export interface SessionPlace {
  updatedAt: number;
  id: string;
}

export async function insertWorkspaceSession(query: Queries, row: WorkspaceSessionRow): Promise<void> {
  await query.insertInto("workspace_sessions").values(row).execute();
}

function ofOwner(query: Queries, { userId, organizationId }: Owner) {
  return query
    .selectFrom("workspace_sessions")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId);
}

export async function countWorkspaceSessions(query: Queries, owner: Owner): Promise<number> {
  const { count } = await ofOwner(query, owner)
    .select(({ fn }) => fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export function findWorkspaceSession(
  query: Queries,
  owner: Owner,
  id: string,
): Promise<WorkspaceSessionRow | undefined> {
  return ofOwner(query, owner).selectAll().where("id", "=", id).executeTakeFirst();
}

/** Locks the row until the transaction ends, where others could change it meanwhile. */
export function findWorkspaceSessionForUpdate(
  query: Queries,
  engine: Database["engine"],
  owner: Owner,
  id: string,
): Promise<WorkspaceSessionRow | undefined> {
  return ofOwner(query, owner)
    .selectAll()
    .where("id", "=", id)
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirst();
}

/** Last changed first, without their contents. */
export function listWorkspaceSessions(
  query: Queries,
  owner: Owner,
  after: SessionPlace | undefined,
  limit: number,
) {
  let select = ofOwner(query, owner)
    .select([
      "id",
      "organization_id",
      "user_id",
      "workspace_path",
      "name",
      "parent_session_id",
      "tags",
      "created_at",
      "updated_at",
      "last_accessed_at",
    ])
    .orderBy("updated_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  if (after !== undefined) {
    select = select.where(({ eb, and, or }) =>
      or([
        eb("updated_at", "<", after.updatedAt),
        and([eb("updated_at", "=", after.updatedAt), eb("id", "<", after.id)]),
      ]),
    );
  }
  return select.execute();
}

/** Sessions with any of the tags: those with most first, then the last opened. */
export function listSessionsSharingTags(
  query: Queries,
  owner: Owner,
  tags: readonly string[],
  but: string | null,
  limit: number,
): Promise<RelatedSessionRow[]> {
  if (tags.length === 0) return Promise.resolve([]);
  let select = query
    .selectFrom("workspace_tags as tag")
    .innerJoin("workspace_sessions as session", "session.id", "tag.object_id")
    .select([
      "session.id",
      "session.workspace_path",
      "session.name",
      "session.tags",
      "session.last_accessed_at",
      ({ fn }) => fn.countAll().as("shared"),
    ])
    .where("tag.user_id", "=", owner.userId)
    .where("tag.organization_id", "=", owner.organizationId)
    .where("tag.kind", "=", "session")
    .where("tag.tag", "in", tags)
    .groupBy("session.id")
    .orderBy("shared", "desc")
    .orderBy("session.last_accessed_at", "desc")
    .orderBy("session.id", "desc")
    .limit(limit);
  if (but !== null) select = select.where("session.id", "!=", but);
  return select.execute();
}

export async function updateWorkspaceSession(
  query: Queries,
  owner: Owner,
  id: string,
  changes: Updateable<WorkspaceSessionTable>,
): Promise<void> {
  await query
    .updateTable("workspace_sessions")
    .set(changes)
    .where("id", "=", id)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .execute();
}

/** Its forks stay, as sessions without a parent. @returns whether there was one. */
export async function deleteWorkspaceSession(query: Queries, owner: Owner, id: string): Promise<boolean> {
  const { numDeletedRows } = await query
    .deleteFrom("workspace_sessions")
    .where("id", "=", id)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return false;
  await query
    .updateTable("workspace_sessions")
    .set({ parent_session_id: null })
    .where("parent_session_id", "=", id)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .execute();
  return true;
}

/** Sessions that pointed to the conversation point to none. */
export async function forgetConversation(
  query: Queries,
  owner: Owner,
  conversationId: string,
): Promise<void> {
  await query
    .updateTable("workspace_sessions")
    .set({ conversation_id: null })
    .where("conversation_id", "=", conversationId)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .execute();
}

/** Everything that somebody whose account ends kept here: it was theirs alone. */
export async function eraseWorkspaceOf(query: Queries, userId: string): Promise<void> {
  await query.deleteFrom("workspace_tags").where("user_id", "=", userId).execute();
  await query.deleteFrom("workspace_settings").where("user_id", "=", userId).execute();
  await query.deleteFrom("workspace_sessions").where("user_id", "=", userId).execute();
}
