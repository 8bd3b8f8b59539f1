import type { Selectable, Updateable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { AiConversationTable } from "../../platform/db/schema-workspace.ts";
import type { Owner } from "../workspace/index.ts";

export type AiConversationRow = Selectable<AiConversationTable>;

/** With the id of the answer that is being written, or null. */
export interface ShownConversationRow extends AiConversationRow {
  answer_id: string | null;
}

export interface AiConversationFilter {
  workspaceSessionId?: string | undefined;
  status?: AiConversationRow["status"] | undefined;
  limit: number;
  offset: number;
}

export async function insertAiConversation(query: Queries, row: AiConversationRow): Promise<void> {
  await query.insertInto("ai_conversations").values(row).execute();
}

function ofOwner(query: Queries, { userId, organizationId }: Owner) {
  return query
    .selectFrom("ai_conversations")
    .where("ai_conversations.user_id", "=", userId)
    .where("ai_conversations.organization_id", "=", organizationId);
}

export async function hasAiConversation(query: Queries, owner: Owner, id: string): Promise<boolean> {
  const row = await ofOwner(query, owner).select("id").where("id", "=", id).executeTakeFirst();
  return row !== undefined;
}

export async function countAiConversations(
  query: Queries,
  owner: Owner,
  { workspaceSessionId, status }: Omit<AiConversationFilter, "limit" | "offset"> = {},
): Promise<number> {
  let select = ofOwner(query, owner).select(({ fn }) => fn.countAll().as("count"));
  if (workspaceSessionId !== undefined)
    select = select.where("workspace_session_id", "=", workspaceSessionId);
  if (status !== undefined) select = select.where("status", "=", status);
  return Number((await select.executeTakeFirstOrThrow()).count);
}

export function findAiConversation(
  query: Queries,
  owner: Owner,
  id: string,
): Promise<ShownConversationRow | undefined> {
  return ofOwner(query, owner)
    .leftJoin("ai_answers", "ai_answers.conversation_id", "ai_conversations.id")
    .selectAll("ai_conversations")
    .select("ai_answers.message_id as answer_id")
    .where("ai_conversations.id", "=", id)
    .executeTakeFirst();
}

/** Last changed first. */
export function listAiConversations(
  query: Queries,
  owner: Owner,
  { workspaceSessionId, status, limit, offset }: AiConversationFilter,
): Promise<ShownConversationRow[]> {
  let select = ofOwner(query, owner)
    .leftJoin("ai_answers", "ai_answers.conversation_id", "ai_conversations.id")
    .selectAll("ai_conversations")
    .select("ai_answers.message_id as answer_id")
    .orderBy("ai_conversations.updated_at", "desc")
    .orderBy("ai_conversations.id", "desc")
    .limit(limit)
    .offset(offset);
  if (workspaceSessionId !== undefined)
    select = select.where("workspace_session_id", "=", workspaceSessionId);
  if (status !== undefined) select = select.where("status", "=", status);
  return select.execute();
}

/** Ids of conversations with any of the tags: those with most first, then the last changed. */
export async function listConversationsSharingTags(
  query: Queries,
  owner: Owner,
  tags: readonly string[],
  but: string,
  limit: number,
): Promise<string[]> {
  if (tags.length === 0) return [];
  const rows = await query
    .selectFrom("workspace_tags as tag")
    .innerJoin("ai_conversations as conversation", "conversation.id", "tag.object_id")
    .select(["conversation.id", ({ fn }) => fn.countAll().as("shared")])
    .where("tag.user_id", "=", owner.userId)
    .where("tag.organization_id", "=", owner.organizationId)
    .where("tag.kind", "=", "conversation")
    .where("tag.tag", "in", tags)
    .where("conversation.id", "!=", but)
    .groupBy("conversation.id")
    .orderBy("shared", "desc")
    .orderBy("conversation.updated_at", "desc")
    .orderBy("conversation.id", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** What a change does to a conversation's numbers. */
interface Advance {
  messages: number;
  tokens: number;
  at: number;
}

/**
 * Brings the conversation's numbers forward: one version, and one `seq` for a message. The row is locked until the
 * transaction ends, so whoever writes into its log comes here first.
 * @returns the conversation as it is now; undefined: it is not the owner's.
 */
export function advanceAiConversation(
  query: Queries,
  owner: Owner,
  id: string,
  { messages, tokens, at }: Advance,
): Promise<AiConversationRow | undefined> {
  return query
    .updateTable("ai_conversations")
    .set((eb) => ({
      seq: eb("seq", "+", messages),
      version: eb("version", "+", 1),
      message_count: eb("message_count", "+", messages),
      token_count: eb("token_count", "+", tokens),
      updated_at: at,
    }))
    .where("id", "=", id)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .returningAll()
    .executeTakeFirst();
}

export async function updateAiConversation(
  query: Queries,
  owner: Owner,
  id: string,
  changes: Updateable<AiConversationTable>,
): Promise<void> {
  await query
    .updateTable("ai_conversations")
    .set(changes)
    .where("id", "=", id)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .execute();
}

/** With its messages. @returns whether there was one. */
export async function deleteAiConversation(query: Queries, owner: Owner, id: string): Promise<boolean> {
  const { numDeletedRows } = await query
    .deleteFrom("ai_conversations")
    .where("id", "=", id)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Every conversation of somebody whose account ends, with its messages. @returns the ids of those with a claim. */
export async function deleteAiConversationsOf(query: Queries, userId: string): Promise<string[]> {
  const claims = await query
    .selectFrom("ai_answers")
    .select("conversation_id")
    .where("user_id", "=", userId)
    .execute();
  await query.deleteFrom("ai_conversations").where("user_id", "=", userId).execute();
  return claims.map((claim) => claim.conversation_id);
}
