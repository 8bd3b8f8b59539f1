import type { Selectable, Updateable } from "kysely";
import type { BulkTable } from "../../platform/db/bulk.ts";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage, searchedRows } from "../../platform/db/list-page.ts";
import { prepared } from "../../platform/db/prepared.ts";
import type { MessageEditTable, MessageTable } from "../../platform/db/schema.ts";

export type MessageRow = Selectable<MessageTable>;

const columns = [
  "conversation_id",
  "seq",
  "message_id",
  "organization_id",
  "sender_id",
  "client_message_id",
  "version",
  "created_version",
  "ordinal",
  "message_type",
  "content",
  "is_encrypted",
  "metadata",
  "reply_to",
  "thread_root_id",
  "created_at",
  "edited_at",
  "deleted_at",
  "revision",
] as const satisfies (keyof MessageTable)[];

/** A cell for each of the columns, of its type: one that is missing or of another type does not compile. */
type Cells<Columns extends readonly (keyof MessageRow)[]> = {
  -readonly [Place in keyof Columns]: MessageRow[Columns[Place]];
};

export const messageTable: BulkTable = {
  name: "messages",
  columns,
  key: ["conversation_id", "seq"],
  replace: false,
};

/** Which sends were stored before: a hash of what makes a send idempotent, and the seq it got. */
export const messageKeyTable: BulkTable = {
  name: "message_keys",
  columns: ["key", "seq"],
  key: ["key"],
  replace: true,
  isScattered: true,
};

/** The row's cells in the order of `messageTable`. */
export function messageCells(row: MessageRow): Cells<typeof columns> {
  return [
    row.conversation_id,
    row.seq,
    row.message_id,
    row.organization_id,
    row.sender_id,
    row.client_message_id,
    row.version,
    row.created_version,
    row.ordinal,
    row.message_type,
    row.content,
    row.is_encrypted,
    row.metadata,
    row.reply_to,
    row.thread_root_id,
    row.created_at,
    row.edited_at,
    row.deleted_at,
    row.revision,
  ];
}

export async function insertMessage(query: Queries, row: MessageRow): Promise<void> {
  await query.insertInto("messages").values(row).execute();
}

const messageById = prepared<{ organizationId: string; messageId: string }, MessageRow>(
  (query, { organizationId, messageId }) =>
    query
      .selectFrom("messages")
      .selectAll()
      .where("message_id", "=", messageId)
      .where("organization_id", "=", organizationId),
);

export async function findMessage(
  query: Queries,
  organizationId: string,
  messageId: string,
): Promise<MessageRow | undefined> {
  return (await messageById(query, { organizationId, messageId }))[0];
}

export async function listMessagesById(
  query: Queries,
  organizationId: string,
  ids: string[],
): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return query
    .selectFrom("messages")
    .selectAll()
    .where("message_id", "in", ids)
    .where("organization_id", "=", organizationId)
    .execute();
}

/** Messages at these places of one conversation. */
export function listMessagesAt(
  query: Queries,
  conversationId: string,
  seqs: number[],
): Promise<MessageRow[]> {
  return query
    .selectFrom("messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("seq", "in", seqs)
    .execute();
}

export interface MessageFilter {
  /** Only messages with a smaller seq. */
  before: number | null;
  beforeDate?: number | undefined;
  afterDate?: number | undefined;
  senderId?: string | undefined;
  limit: number;
}

/** What a list shows: a page of fifty is a thousand cells as it is. */
const listedColumns = [
  "seq",
  "message_id",
  "sender_id",
  "client_message_id",
  "version",
  "message_type",
  "content",
  "is_encrypted",
  "metadata",
  "reply_to",
  "thread_root_id",
  "created_at",
  "edited_at",
  "deleted_at",
  "revision",
  "pinned_at",
  "pinned_by",
] as const satisfies (keyof MessageTable)[];

/** A message as it is shown; the conversation is known to whoever lists. */
export type ListedMessage = Pick<MessageRow, (typeof listedColumns)[number]>;

type GivenFilter = Omit<MessageFilter, "before"> & { conversationId: string; before: number };

const page = prepared<GivenFilter, ListedMessage>(
  (query, { conversationId, before, beforeDate, afterDate, senderId, limit }) => {
    let select = query
      .selectFrom("messages")
      .select(listedColumns)
      .where("conversation_id", "=", conversationId)
      .where("seq", "<", before);
    if (beforeDate !== undefined) select = select.where("created_at", "<", beforeDate);
    if (afterDate !== undefined) select = select.where("created_at", ">", afterDate);
    if (senderId !== undefined) select = select.where("sender_id", "=", senderId);
    return select.orderBy("seq", "desc").limit(limit);
  },
);

/** Newest first. */
export function listMessages(
  query: Queries,
  conversationId: string,
  filter: MessageFilter,
): Promise<ListedMessage[]> {
  return page(query, { ...filter, conversationId, before: filter.before ?? Number.MAX_SAFE_INTEGER });
}

/**
 * Messages written or changed after `version`, by seq. At most one message is written a version, so new ones are among
 * the last as many as versions were missed; older ones that changed are found through the index of changed rows.
 */
export async function listMessagesChangedSince(
  query: Queries,
  conversationId: string,
  version: number,
  head: { seq: number; version: number },
): Promise<MessageRow[]> {
  const missed = head.version - version;
  const least = Math.max(0, head.seq - missed);
  const fresh = await query
    .selectFrom("messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("seq", ">", least)
    .where("version", ">", version)
    .orderBy("seq")
    .execute();
  if (least === 0 || fresh.length === missed) return fresh;
  const changed = await query
    .selectFrom("messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("revision", ">", 0)
    .where("version", ">", version)
    .where("seq", "<=", least)
    .orderBy("seq")
    .execute();
  return [...changed, ...fresh];
}

export function updateMessage(
  query: Queries,
  row: MessageRow,
  changes: Updateable<MessageTable>,
): Promise<MessageRow> {
  return query
    .updateTable("messages")
    .set((eb) => ({ ...changes, revision: eb("revision", "+", 1) }))
    .where("conversation_id", "=", row.conversation_id)
    .where("seq", "=", row.seq)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function insertMessageEdit(query: Queries, edit: MessageEditTable): Promise<void> {
  await query.insertInto("message_edits").values(edit).execute();
}

/** Former texts of a message, the oldest first. */
export function listMessageEdits(query: Queries, organizationId: string, messageId: string) {
  return query
    .selectFrom("message_edits")
    .selectAll()
    .where("message_id", "=", messageId)
    .where("organization_id", "=", organizationId)
    .orderBy("version")
    .execute();
}

export async function countPins(query: Queries, conversationId: string): Promise<number> {
  const row = await query
    .selectFrom("messages")
    .select((count) => count.fn.countAll<number>().as("n"))
    .where("conversation_id", "=", conversationId)
    .where("pinned_at", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** What `q` looks into: what only its readers can read holds no words. */
export function wordsOf(row: Pick<MessageRow, "content" | "is_encrypted">): string[] {
  return row.is_encrypted === 1 ? [] : [row.content];
}

export function listPins(
  query: Queries,
  conversationId: string,
  page: ListPage<MessageRow>,
): Promise<MessageRow[]> {
  const select = query
    .selectFrom("messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("pinned_at", "is not", null);
  return searchedRows(page, wordsOf, (slice) => cutPage(select, slice).execute());
}

export async function hasThreads(query: Queries, conversationId: string): Promise<boolean> {
  const row = await query
    .selectFrom("messages")
    .select("seq")
    .where("conversation_id", "=", conversationId)
    .where("thread_root_id", "is not", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export function listReplies(
  query: Queries,
  conversationId: string,
  rootId: string,
  page: ListPage<MessageRow>,
): Promise<MessageRow[]> {
  const select = query
    .selectFrom("messages")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("thread_root_id", "=", rootId);
  return searchedRows(page, wordsOf, (slice) => cutPage(select, slice).execute());
}

/** Deleted replies keep their place, in the count too. */
export interface ThreadCount {
  replies: number;
  lastReplyAt: number;
}

export async function listThreadCounts(
  query: Queries,
  conversationId: string,
  rootIds: string[],
): Promise<Map<string, ThreadCount>> {
  const rows = await query
    .selectFrom("messages")
    .select(["thread_root_id", (eb) => eb.fn.countAll<number>().as("replies")])
    .select((eb) => eb.fn.max("created_at").as("last_reply_at"))
    .where("conversation_id", "=", conversationId)
    .where("thread_root_id", "in", rootIds)
    .groupBy("thread_root_id")
    .execute();
  return new Map(
    rows.map((row) => [
      row.thread_root_id ?? "",
      { replies: Number(row.replies), lastReplyAt: Number(row.last_reply_at) },
    ]),
  );
}
