import { now } from "../../platform/clock.ts";
import type { Database, Queries, Tx } from "../../platform/db/database.ts";
import { conflict, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import {
  type ConversationDirectory,
  findWorkspaceSession,
  forgetConversation,
  type Owner,
  replaceTags,
} from "../workspace/index.ts";
import {
  type AiConversationFilter,
  type AiConversationRow,
  advanceAiConversation,
  countAiConversations,
  deleteAiConversation,
  deleteAiConversationsOf,
  findAiConversation,
  hasAiConversation,
  insertAiConversation,
  listAiConversations,
  listConversationsSharingTags,
  type ShownConversationRow,
  updateAiConversation,
} from "./ai-conversations.queries.ts";
import type { ConversationChanges, NewAiConversation } from "./ai-conversations.schema.ts";
import { aiConversationDeleted } from "./assistant.events.ts";

/** Conversations of one person with a model. To anybody else they do not exist. */
export class AiConversations implements ConversationDirectory {
  readonly #database: Database;
  readonly #events: Events;

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  has(query: Queries, owner: Owner, conversationId: string): Promise<boolean> {
    return hasAiConversation(query, owner, conversationId);
  }

  /** @throws AppError NOT_FOUND for a workspace session that is not the caller's, CONFLICT for too many. */
  async create(actor: Actor, input: NewAiConversation): Promise<AiConversationRow> {
    const at = now();
    const row: AiConversationRow = {
      id: newId(),
      organization_id: actor.organizationId,
      user_id: actor.userId,
      workspace_session_id: input.workspace_session_id ?? null,
      title: input.title,
      description: input.description ?? null,
      ai_provider: input.ai_provider ?? null,
      status: "Active",
      message_count: 0,
      token_count: 0,
      tags: JSON.stringify(input.tags ?? []),
      summary: null,
      seq: 0,
      version: 1,
      created_at: at,
      updated_at: at,
    };
    await this.#database.transaction(async ({ query }) => {
      await requireWorkspaceSession(query, actor, row.workspace_session_id);
      if ((await countAiConversations(query, actor)) >= limits.aiConversations)
        throw conflict("conversation", `You have ${limits.aiConversations} conversations. Delete one first.`);
      await insertAiConversation(query, row);
      await replaceTags(query, actor, "conversation", row.id, input.tags ?? []);
    });
    return row;
  }

  /** @throws AppError NOT_FOUND. */
  async get(actor: Actor, id: string): Promise<{ conversation: ShownConversationRow; relatedIds: string[] }> {
    const { query } = this.#database;
    const conversation = await findAiConversation(query, actor, id);
    if (conversation === undefined) throw notFound("conversation");
    const tags = JSON.parse(conversation.tags) as string[];
    const relatedIds = await listConversationsSharingTags(query, actor, tags, id, limits.related);
    return { conversation, relatedIds };
  }

  /** @throws AppError NOT_FOUND for a workspace session that is not the caller's. */
  list(
    actor: Actor,
    filter: AiConversationFilter,
  ): Promise<{ conversations: ShownConversationRow[]; total: number }> {
    return this.#database.snapshot(async (query) => {
      await requireWorkspaceSession(query, actor, filter.workspaceSessionId ?? null);
      const conversations = await listAiConversations(query, actor, filter);
      return { conversations, total: await countAiConversations(query, actor, filter) };
    });
  }

  /** Given fields replace the old ones. @throws AppError NOT_FOUND. */
  async update(actor: Actor, id: string, changes: ConversationChanges): Promise<void> {
    const { tags, ...plain } = changes;
    await this.#database.transaction(async ({ query }) => {
      const advance = { messages: 0, tokens: 0, at: now() };
      if ((await advanceAiConversation(query, actor, id, advance)) === undefined)
        throw notFound("conversation");
      const columns = { ...plain, ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }) };
      if (Object.values(columns).some((value) => value !== undefined))
        await updateAiConversation(query, actor, id, columns);
      if (tags !== undefined) await replaceTags(query, actor, "conversation", id, tags);
    });
  }

  /** All of somebody whose account ends, in the caller's transaction; answers in the making are given up. */
  async eraseOf(tx: Tx, userId: string): Promise<void> {
    for (const conversationId of await deleteAiConversationsOf(tx.query, userId))
      this.#events.emit(tx, aiConversationDeleted, { userId, conversationId });
  }

  /** With its messages; an answer in the making is given up. @throws AppError NOT_FOUND. */
  async delete(actor: Actor, id: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      if (!(await deleteAiConversation(tx.query, actor, id))) throw notFound("conversation");
      await replaceTags(tx.query, actor, "conversation", id, []);
      await forgetConversation(tx.query, actor, id);
      this.#events.emit(tx, aiConversationDeleted, { userId: actor.userId, conversationId: id });
    });
  }
}

async function requireWorkspaceSession(query: Queries, actor: Actor, id: string | null): Promise<void> {
  if (id !== null && (await findWorkspaceSession(query, actor, id)) === undefined) throw notFound("session");
}
