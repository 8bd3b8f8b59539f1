import { now } from "../../platform/clock.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import { conflict, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type Owner, replaceTags } from "./tags.queries.ts";
import {
  countWorkspaceSessions,
  deleteWorkspaceSession,
  findWorkspaceSession,
  findWorkspaceSessionForUpdate,
  insertWorkspaceSession,
  listSessionsSharingTags,
  listWorkspaceSessions,
  type RelatedSessionRow,
  type SessionPlace,
  updateWorkspaceSession,
  type WorkspaceSessionRow,
} from "./workspace-sessions.queries.ts";
import {
  type NewSession,
  type SessionChanges,
  type SessionField,
  sessionFields,
} from "./workspace-sessions.schema.ts";

/** Knows the AI conversations that a session may point to. The assistant feature does. */
export interface ConversationDirectory {
  has(query: Queries, owner: Owner, conversationId: string): Promise<boolean>;
}

type Overrides = { name?: string | undefined; workspacePath?: string | undefined };

/** What an editor keeps of a piece of work. A session is its owner's alone: to anybody else it does not exist. */
export class WorkspaceSessions {
  readonly #database: Database;
  #conversations: ConversationDirectory = { has: () => Promise.resolve(false) };

  constructor(database: Database) {
    this.#database = database;
  }

  lookUpConversationsIn(directory: ConversationDirectory): void {
    this.#conversations = directory;
  }

  /** @throws AppError NOT_FOUND for a conversation that is not the caller's, CONFLICT for too many sessions. */
  async create(actor: Actor, input: NewSession): Promise<WorkspaceSessionRow> {
    await this.#requireConversation(this.#database.query, actor, input.conversation_id);
    const at = now();
    const row: WorkspaceSessionRow = {
      id: newId(),
      organization_id: actor.organizationId,
      user_id: actor.userId,
      workspace_path: input.workspace_path,
      name: input.name,
      editor_state: JSON.stringify(input.editor_state ?? {}),
      terminal_state: JSON.stringify(input.terminal_state ?? {}),
      breakpoints: JSON.stringify(input.breakpoints ?? []),
      conversation_id: input.conversation_id ?? null,
      context_files: JSON.stringify(input.context_files ?? []),
      memory: JSON.stringify(input.memory ?? {}),
      parent_session_id: null,
      tags: JSON.stringify(input.tags ?? []),
      created_at: at,
      updated_at: at,
      last_accessed_at: at,
    };
    await this.#insert(actor, async () => row);
    return row;
  }

  async #insert(
    actor: Actor,
    make: (query: Database["query"]) => Promise<WorkspaceSessionRow>,
  ): Promise<WorkspaceSessionRow> {
    return this.#database.transaction(async ({ query }) => {
      if ((await countWorkspaceSessions(query, actor)) >= limits.workspaceSessions)
        throw conflict("session", `You have ${limits.workspaceSessions} sessions. Delete one first.`);
      const row = await make(query);
      await insertWorkspaceSession(query, row);
      await replaceTags(query, actor, "session", row.id, JSON.parse(row.tags));
      return row;
    });
  }

  list(actor: Actor, after: SessionPlace | undefined, limit: number) {
    return listWorkspaceSessions(this.#database.query, actor, after, limit);
  }

  /** Opens a session: it counts as accessed. @throws AppError NOT_FOUND. */
  async open(actor: Actor, id: string): Promise<{ session: WorkspaceSessionRow; relatedIds: string[] }> {
    const { query } = this.#database;
    const found = await findWorkspaceSession(query, actor, id);
    if (found === undefined) throw notFound("session");
    const session = { ...found, last_accessed_at: now() };
    await updateWorkspaceSession(query, actor, id, { last_accessed_at: session.last_accessed_at });
    const related = await listSessionsSharingTags(query, actor, JSON.parse(session.tags), id, limits.related);
    return { session, relatedIds: related.map((row) => row.id) };
  }

  /**
   * Given fields replace the old ones, the rest stays.
   * @returns the session and which fields were given, in the order of `sessionFields`.
   * @throws AppError NOT_FOUND for the session, or a conversation that is not the caller's.
   */
  async update(
    actor: Actor,
    id: string,
    changes: SessionChanges,
  ): Promise<{ session: WorkspaceSessionRow; fields: SessionField[] }> {
    const fields = sessionFields.filter((field) => changes[field] !== undefined);
    return this.#database.transaction(async ({ query }) => {
      const before = await findWorkspaceSessionForUpdate(query, this.#database.engine, actor, id);
      if (before === undefined) throw notFound("session");
      if (fields.length === 0) return { session: before, fields };
      await this.#requireConversation(query, actor, changes.conversation_id);
      const at = now();
      const columns = { ...columnsOf(changes, fields), updated_at: at, last_accessed_at: at };
      await updateWorkspaceSession(query, actor, id, columns);
      if (changes.tags !== undefined) await replaceTags(query, actor, "session", id, changes.tags);
      return { session: { ...before, ...columns }, fields };
    });
  }

  /** A copy with a life of its own. @throws AppError NOT_FOUND, CONFLICT for too many sessions. */
  async fork(actor: Actor, id: string, { name, workspacePath }: Overrides): Promise<WorkspaceSessionRow> {
    return this.#insert(actor, async (query) => {
      const parent = await findWorkspaceSession(query, actor, id);
      if (parent === undefined) throw notFound("session");
      const at = now();
      return {
        ...parent,
        id: newId(),
        parent_session_id: parent.id,
        conversation_id: null,
        name: name ?? parent.name,
        workspace_path: workspacePath ?? parent.workspace_path,
        created_at: at,
        updated_at: at,
        last_accessed_at: at,
      };
    });
  }

  /** The caller's sessions with any of the tags, best first. */
  related(actor: Actor, tags: readonly string[], limit: number): Promise<RelatedSessionRow[]> {
    return listSessionsSharingTags(this.#database.query, actor, tags, null, limit);
  }

  /** @throws AppError NOT_FOUND. */
  async delete(actor: Actor, id: string): Promise<void> {
    await this.#database.transaction(async ({ query }) => {
      if (!(await deleteWorkspaceSession(query, actor, id))) throw notFound("session");
      await replaceTags(query, actor, "session", id, []);
    });
  }

  async #requireConversation(
    query: Queries,
    actor: Actor,
    conversationId: string | null | undefined,
  ): Promise<void> {
    if (typeof conversationId !== "string") return;
    if (!(await this.#conversations.has(query, actor, conversationId))) throw notFound("conversation");
  }
}

/** The given fields as the table stores them. */
function columnsOf(changes: SessionChanges, fields: readonly SessionField[]): Partial<WorkspaceSessionRow> {
  return Object.fromEntries(
    fields.map((field) => {
      const value = changes[field];
      const isPlain = field === "name" || field === "conversation_id";
      return [field, isPlain ? value : JSON.stringify(value)];
    }),
  );
}
