import { type Selectable, sql, type Updateable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { SupportConversationTable } from "../../platform/db/schema.ts";

export type SupportRow = Selectable<SupportConversationTable>;

/** A support conversation as one of its people, or an agent who is none yet, sees it. */
export interface SupportListRow extends SupportRow {
  title: string | null;
  seq: number;
  version: number;
  ordinal: number;
  last_message_at: number | null;
  read_ordinal: number | null;
}

export async function insertSupport(query: Queries, row: SupportRow): Promise<void> {
  await query.insertInto("support_conversations").values(row).execute();
}

/** Under the conversation's lock, so that what it says stays true until the transaction ends. */
export function findSupport(query: Queries, conversationId: string): Promise<SupportRow | undefined> {
  return query
    .selectFrom("support_conversations")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .executeTakeFirst();
}

export function updateSupport(
  query: Queries,
  conversationId: string,
  changes: Updateable<SupportConversationTable>,
): Promise<SupportRow> {
  return query
    .updateTable("support_conversations")
    .set(changes)
    .where("conversation_id", "=", conversationId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Where the user takes part as an agent, or is the one whom it was given to; in one order, as locks are taken. */
export async function listAnsweredBy(
  query: Queries,
  organizationId: string,
  userId: string,
): Promise<string[]> {
  const given = query
    .selectFrom("support_conversations")
    .select("conversation_id")
    .where("organization_id", "=", organizationId)
    .where("agent_id", "=", userId);
  const entered = query
    .selectFrom("participants")
    .select("conversation_id")
    .where("organization_id", "=", organizationId)
    .where("user_id", "=", userId)
    .where("role", "=", "agent")
    .where("removed_at", "is", null);
  const rows = await given.union(entered).orderBy("conversation_id").execute();
  return rows.map((row) => row.conversation_id);
}

function selectListed(query: Queries, organizationId: string, userId: string) {
  return query
    .selectFrom("support_conversations as s")
    .innerJoin("conversations as c", "c.id", "s.conversation_id")
    .innerJoin("conversation_heads as h", "h.conversation_id", "s.conversation_id")
    .leftJoin("participants as own", (join) =>
      join
        .onRef("own.conversation_id", "=", "s.conversation_id")
        .on("own.user_id", "=", userId)
        .on("own.removed_at", "is", null),
    )
    .leftJoin("participant_marks as mark", (join) =>
      join
        .onRef("mark.conversation_id", "=", "own.conversation_id")
        .onRef("mark.user_id", "=", "own.user_id"),
    )
    .where("s.organization_id", "=", organizationId)
    .selectAll("s")
    .select(["c.title", "h.seq", "h.version", "h.ordinal", "h.last_message_at", "mark.read_ordinal"]);
}

export function findListed(
  query: Queries,
  organizationId: string,
  userId: string,
  conversationId: string,
): Promise<SupportListRow | undefined> {
  return selectListed(query, organizationId, userId)
    .where("s.conversation_id", "=", conversationId)
    .executeTakeFirst();
}

export interface SupportFilter {
  status?: SupportRow["status"] | undefined;
  /** Null: nobody. */
  agentId?: string | null | undefined;
  customerId?: string | undefined;
  oldestFirst: boolean;
  after?: { createdAt: number; id: string } | undefined;
  limit: number;
}

/** By when they were opened. */
export function listSupport(
  query: Queries,
  organizationId: string,
  userId: string,
  filter: SupportFilter,
): Promise<SupportListRow[]> {
  const direction = filter.oldestFirst ? "asc" : "desc";
  let select = selectListed(query, organizationId, userId)
    .orderBy("s.created_at", direction)
    .orderBy("s.conversation_id", direction)
    .limit(filter.limit);
  if (filter.status !== undefined) select = select.where("s.status", "=", filter.status);
  if (filter.customerId !== undefined) select = select.where("s.customer_id", "=", filter.customerId);
  if (filter.agentId === null) select = select.where("s.agent_id", "is", null);
  else if (filter.agentId !== undefined) select = select.where("s.agent_id", "=", filter.agentId);
  if (filter.after !== undefined) {
    const { createdAt, id } = filter.after;
    const beyond = sql.raw(filter.oldestFirst ? ">" : "<");
    select = select.where(
      sql<boolean>`(s.created_at ${beyond} ${createdAt} or (s.created_at = ${createdAt} and s.conversation_id ${beyond} ${id}))`,
    );
  }
  return select.execute();
}
