import { type Insertable, type Selectable, sql, type Updateable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { prepared } from "../../platform/db/prepared.ts";
import type { ConversationTable, Flag } from "../../platform/db/schema.ts";
import { across } from "../../platform/db/tenant-fence.ts";

export type ConversationRow = Selectable<ConversationTable>;

/** One that has ended is none. Only for memberships, which compare the organization themselves; everything else names it. */
export function findConversationById(query: Queries, id: string): Promise<ConversationRow | undefined> {
  return across(query, "check")
    .selectFrom("conversations")
    .selectAll()
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
}

/** By what makes it unique. */
export function findByKey(
  query: Queries,
  organizationId: string,
  key: string,
): Promise<{ id: string } | undefined> {
  return query
    .selectFrom("conversations")
    .select("id")
    .where("direct_key", "=", key)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
}

/** False if a conversation with the same key exists already. */
export async function insertConversation(
  query: Queries,
  conversation: Insertable<ConversationTable>,
): Promise<boolean> {
  const inserted = await query
    .insertInto("conversations")
    .values(conversation)
    .onConflict((conflict) => conflict.column("direct_key").doNothing())
    .returning("id")
    .execute();
  return inserted.length > 0;
}

export async function updateConversation(
  query: Queries,
  organizationId: string,
  id: string,
  changes: Updateable<ConversationTable>,
): Promise<ConversationRow> {
  return query
    .updateTable("conversations")
    .set(changes)
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A member may have missed what its `muted` says: it ends by itself at `muted_until`. */
export function isMuted(row: { muted: Flag; muted_until: number | null }, at: number): boolean {
  return row.muted === 1 && (row.muted_until === null || row.muted_until > at);
}

/**
 * A new message brings the conversation back for whoever archived it, unless they also muted it.
 * @returns whose lists changed.
 */
export function unarchive(query: Queries, conversationIds: string[], at: number) {
  return query
    .updateTable("participants")
    .set({ archived: 0 })
    .where("archived", "=", 1)
    .where("conversation_id", "in", conversationIds)
    .where(({ eb, or }) => or([eb("muted", "=", 0), eb("muted_until", "<=", at)]))
    .returning(["conversation_id", "user_id"])
    .execute();
}

/** Conversations that somebody has archived. */
export async function listArchivedIds(query: Queries): Promise<string[]> {
  const rows = await across(query, "upkeep")
    .selectFrom("participants")
    .select("conversation_id")
    .distinct()
    .where("archived", "=", 1)
    .execute();
  return rows.map((row) => row.conversation_id);
}

export interface ConversationListRow extends ConversationRow {
  seq: number;
  version: number;
  ordinal: number;
  last_message_at: number | null;
  last_read_seq: number;
  read_ordinal: number;
  archived: Flag;
  muted: Flag;
  muted_until: number | null;
  last_message_id: string | null;
  last_sender_id: string | null;
  last_sender_name: string | null;
  last_type: string | null;
  last_content: string | null;
  last_is_encrypted: Flag | null;
  last_created_at: number | null;
  last_edited_at: number | null;
  last_deleted_at: number | null;
}

const headAndLatest = [
  "h.seq",
  "h.version",
  "h.ordinal",
  "h.last_message_at",
  "m.message_id as last_message_id",
  "m.sender_id as last_sender_id",
  "author.display_name as last_sender_name",
  "m.message_type as last_type",
  "m.content as last_content",
  "m.is_encrypted as last_is_encrypted",
  "m.created_at as last_created_at",
  "m.edited_at as last_edited_at",
  "m.deleted_at as last_deleted_at",
] as const;

/** What a list shows of conversations, with the latest message: the one whose seq is the head's. */
function selectListed(select: ReturnType<typeof selectFiltered>) {
  return select
    .leftJoin("messages as m", (join) =>
      join.onRef("m.conversation_id", "=", "c.id").onRef("m.seq", "=", "h.seq"),
    )
    .leftJoin("users as author", "author.id", "m.sender_id")
    .selectAll("c")
    .select(headAndLatest)
    .select(["own.archived", "own.muted", "own.muted_until", "mark.last_read_seq", "mark.read_ordinal"]);
}

export interface ConversationFilter {
  types?: readonly ConversationTable["type"][] | undefined;
  /** Undefined: both. */
  archived?: boolean | undefined;
  unread?: boolean | undefined;
  sort: "last_message_at" | "created_at" | "updated_at" | "title";
  limit: number;
  offset: number;
}

type FilterOf = Pick<ConversationFilter, "types" | "archived" | "unread">;

interface OwnFilter {
  organizationId: string;
  userId: string;
  archived: Flag | undefined;
  types: readonly ConversationTable["type"][] | undefined;
}

function ownFilter(organizationId: string, userId: string, { archived, types }: FilterOf): OwnFilter {
  return { organizationId, userId, archived: archived === undefined ? undefined : archived ? 1 : 0, types };
}

/** The caller's conversations that a filter lets through, without the columns that a list shows. */
function selectFiltered(
  query: Queries,
  { organizationId, userId, archived, types }: OwnFilter,
  unread?: boolean | undefined,
) {
  let select = query
    .selectFrom("participants as own")
    .innerJoin("conversations as c", "c.id", "own.conversation_id")
    .innerJoin("conversation_heads as h", "h.conversation_id", "c.id")
    .innerJoin("participant_marks as mark", (join) =>
      join.onRef("mark.conversation_id", "=", "c.id").onRef("mark.user_id", "=", "own.user_id"),
    )
    .where("own.user_id", "=", userId)
    .where("own.organization_id", "=", organizationId)
    .where("own.removed_at", "is", null)
    .where("c.organization_id", "=", organizationId);
  if (archived !== undefined) select = select.where("own.archived", "=", archived);
  if (types !== undefined) select = select.where("c.type", "in", types);
  if (unread === true) select = select.whereRef("h.ordinal", ">", "mark.read_ordinal");
  if (unread === false) select = select.whereRef("h.ordinal", "<=", "mark.read_ordinal");
  return select;
}

const ownConversations = prepared<
  OwnFilter & Pick<ConversationFilter, "limit" | "offset">,
  ConversationListRow,
  Pick<ConversationFilter, "sort" | "unread">
>((query, given, { sort, unread }) => {
  const order = {
    last_message_at: sql`coalesce(h.last_message_at, c.created_at) desc`,
    created_at: sql`c.created_at desc`,
    updated_at: sql`c.updated_at desc`,
    title: sql`coalesce(c.title_key, '')`,
  }[sort];
  return selectListed(selectFiltered(query, given, unread))
    .orderBy(order)
    .orderBy("c.id", "desc")
    .limit(given.limit)
    .offset(given.offset)
    .$castTo<ConversationListRow>();
});

export function listOwnConversations(
  query: Queries,
  organizationId: string,
  userId: string,
  filter: ConversationFilter,
): Promise<ConversationListRow[]> {
  const { limit, offset, sort, unread } = filter;
  const given = { ...ownFilter(organizationId, userId, filter), limit, offset };
  return ownConversations(query, given, { sort, unread });
}

/** How much the filter lets through: conversations, their messages, and those that the user has not read. */
export async function countOwnConversations(
  query: Queries,
  organizationId: string,
  userId: string,
  filter: FilterOf,
): Promise<{ conversations: number; messages: number; unread: number }> {
  const row = await selectFiltered(query, ownFilter(organizationId, userId, filter), filter.unread)
    .select((eb) => [
      eb.fn.countAll<number>().as("conversations"),
      eb.fn.sum<number>("h.seq").as("messages"),
      sql<number>`sum(h.ordinal - mark.read_ordinal)`.as("unread"),
    ])
    .executeTakeFirstOrThrow();
  return {
    conversations: Number(row.conversations),
    messages: Number(row.messages),
    unread: Number(row.unread),
  };
}

const ownConversation = prepared<OwnFilter & { conversationId: string }, ConversationListRow>(
  (query, given) =>
    selectListed(selectFiltered(query, given))
      .where("own.conversation_id", "=", given.conversationId)
      .$castTo<ConversationListRow>(),
);

export async function findOwnConversation(
  query: Queries,
  organizationId: string,
  userId: string,
  conversationId: string,
): Promise<ConversationListRow | undefined> {
  const given = { ...ownFilter(organizationId, userId, {}), conversationId };
  return (await ownConversation(query, given))[0];
}

/** As somebody sees it who does not take part: nothing read, nothing set. */
export async function findSeenConversation(
  query: Queries,
  organizationId: string,
  conversationId: string,
): Promise<ConversationListRow | undefined> {
  const row = await query
    .selectFrom("conversations as c")
    .innerJoin("conversation_heads as h", "h.conversation_id", "c.id")
    .leftJoin("messages as m", (join) =>
      join.onRef("m.conversation_id", "=", "c.id").onRef("m.seq", "=", "h.seq"),
    )
    .leftJoin("users as author", "author.id", "m.sender_id")
    .where("c.id", "=", conversationId)
    .where("c.organization_id", "=", organizationId)
    .selectAll("c")
    .select(headAndLatest)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { ...row, last_read_seq: 0, read_ordinal: 0, archived: 0, muted: 0, muted_until: null };
}

/** All of the user's conversations, archived ones too: what their sockets hear and resume answers. */
export function listOwnConversationIds(
  query: Queries,
  organizationId: string,
  userId: string,
): Promise<{ conversation_id: string }[]> {
  return query
    .selectFrom("participants")
    .select("conversation_id")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .where("removed_at", "is", null)
    .execute();
}

/** Of all conversations that the user is or ever was in, so many after this one. */
export async function listEverConversationIds(
  query: Queries,
  organizationId: string,
  userId: string,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  let select = query
    .selectFrom("participants")
    .select("conversation_id")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .orderBy("conversation_id")
    .limit(limit);
  if (after !== undefined) select = select.where("conversation_id", ">", after);
  return (await select.execute()).map((row) => row.conversation_id);
}

/** As `listOwnConversationIds`, without those between two; in the order in which conversations are locked. */
export async function listOwnGroupIds(
  query: Queries,
  organizationId: string,
  userId: string,
): Promise<string[]> {
  const rows = await query
    .selectFrom("participants as p")
    .innerJoin("conversations as c", "c.id", "p.conversation_id")
    .select("c.id")
    .where("p.user_id", "=", userId)
    .where("p.organization_id", "=", organizationId)
    .where("p.removed_at", "is", null)
    .where("c.type", "not in", ["direct", "purchase"])
    .orderBy("c.id")
    .execute();
  return rows.map((row) => row.id);
}

/** Everything that resume's numbers need of the user's conversations. */
export function listOwnStates(query: Queries, organizationId: string, userId: string, ids: string[] | null) {
  let select = query
    .selectFrom("participants as own")
    .innerJoin("conversation_heads as h", "h.conversation_id", "own.conversation_id")
    .innerJoin("conversations as c", "c.id", "own.conversation_id")
    .innerJoin("participant_marks as mark", (join) =>
      join
        .onRef("mark.conversation_id", "=", "own.conversation_id")
        .onRef("mark.user_id", "=", "own.user_id"),
    )
    .where("own.user_id", "=", userId)
    .where("own.organization_id", "=", organizationId)
    .where("own.removed_at", "is", null)
    .select([
      "own.conversation_id",
      "c.participant_count",
      "own.archived",
      "own.muted",
      "own.muted_until",
      "h.seq",
      "h.version",
      "h.ordinal",
      "mark.last_read_seq",
      "mark.read_ordinal",
    ]);
  if (ids !== null) select = select.where("own.conversation_id", "in", ids);
  return select.execute();
}

export function findConversationChangedSince(
  query: Queries,
  organizationId: string,
  id: string,
  version: number,
): Promise<ConversationRow | undefined> {
  return query
    .selectFrom("conversations")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .where("changed_version", ">", version)
    .executeTakeFirst();
}

export async function listClosedIds(query: Queries, ids: string[]): Promise<string[]> {
  const rows = await across(query, "check")
    .selectFrom("conversations")
    .select("id")
    .where("id", "in", ids)
    .where("closed_at", "is not", null)
    .execute();
  return rows.map((row) => row.id);
}
