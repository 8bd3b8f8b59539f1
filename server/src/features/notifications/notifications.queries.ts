import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { NotificationSettingTable, NotificationTable } from "../../platform/db/schema-notifications.ts";
import { across } from "../../platform/db/tenant-fence.ts";

/** With the text that it shows. */
export type NotificationRow = Selectable<NotificationTable>;

/** PostgreSQL and SQLite take some 32,000 parameters a statement. */
const rowsAtOnce = 1_000;

export async function insertNotifications(query: Queries, rows: NotificationRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    await query
      .insertInto("notifications")
      .values(rows.slice(from, from + rowsAtOnce))
      .execute();
}

/**
 * A user's notifications, newest first. One about a message says what the message says now, and is read once the
 * message is; it says nothing to whoever is not in the conversation any more.
 */
export async function listNotifications(
  query: Queries,
  {
    userId,
    isUnread,
    before,
    limit,
  }: { userId: string; isUnread: boolean; before: string | null; limit: number },
): Promise<NotificationRow[]> {
  let select = shown(query, userId).orderBy("n.id", "desc").limit(limit);
  if (before !== null) select = select.where("n.id", "<", before);
  if (isUnread) select = unread(select);
  return (await select.execute()).map(present);
}

export async function findNotification(
  query: Queries,
  userId: string,
  id: string,
): Promise<NotificationRow | undefined> {
  const row = await shown(query, userId).where("n.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : present(row);
}

export async function countUnread(query: Queries, userId: string): Promise<number> {
  const { count } = await unread(shown(query, userId))
    .clearSelect()
    .select(({ fn }) => fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function shown(query: Queries, userId: string) {
  return query
    .selectFrom("notifications as n")
    .leftJoin("participants as p", (join) =>
      join.onRef("p.conversation_id", "=", "n.conversation_id").onRef("p.user_id", "=", "n.user_id"),
    )
    .leftJoin("participant_marks as k", (join) =>
      join.onRef("k.conversation_id", "=", "n.conversation_id").onRef("k.user_id", "=", "n.user_id"),
    )
    .leftJoin("messages as m", (join) =>
      join.onRef("m.conversation_id", "=", "n.conversation_id").onRef("m.seq", "=", "n.seq"),
    )
    .selectAll("n")
    .select([
      "p.removed_at",
      "k.last_read_seq",
      "k.last_read_at",
      "m.content",
      "m.deleted_at",
      "m.is_encrypted",
    ])
    .where("n.user_id", "=", userId);
}

type Shown = ReturnType<typeof shown>;
type ShownRow = Awaited<ReturnType<Shown["execute"]>>[number];

function unread(select: Shown): Shown {
  return select
    .where("n.read_at", "is", null)
    .where(({ eb, or }) =>
      or([
        eb("n.seq", "is", null),
        eb("k.last_read_seq", "is", null),
        eb("k.last_read_seq", "<", eb.ref("n.seq")),
      ]),
    );
}

const previewLength = 200;

function present({
  removed_at,
  last_read_seq,
  last_read_at,
  content,
  deleted_at,
  is_encrypted,
  ...row
}: ShownRow) {
  if (row.seq === null) return row;
  const isRead = last_read_seq !== null && last_read_seq >= row.seq;
  const isOpen = removed_at === null && content !== null && deleted_at === null;
  const body = isOpen ? row.body + preview(content, is_encrypted === 1) : "";
  return { ...row, body, read_at: row.read_at ?? (isRead ? (last_read_at ?? row.created_at) : null) };
}

/** The beginning of a message, on one line. */
export function preview(content: string, isEncrypted: boolean): string {
  if (isEncrypted) return "an encrypted message";
  const line = content.replaceAll(/\s+/g, " ").trim();
  const characters = [...line.slice(0, 2 * previewLength)];
  return characters.length > previewLength ? `${characters.slice(0, previewLength - 1).join("")}…` : line;
}

/** Reading again keeps the first time. */
export async function markRead(query: Queries, userId: string, id: string, at: number): Promise<void> {
  await query
    .updateTable("notifications")
    .set({ read_at: at })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("read_at", "is", null)
    .execute();
}

export async function deleteNotifications(query: Queries, userId: string): Promise<number> {
  const result = await query.deleteFrom("notifications").where("user_id", "=", userId).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** All that somebody whose account ends was told, and how they wanted to hear of it. */
export async function eraseNotificationsOf(query: Queries, userId: string): Promise<void> {
  await deleteNotifications(query, userId);
  await query.deleteFrom("notification_settings").where("user_id", "=", userId).execute();
}

/** Those with ids before `firstKept`, so many at most. @returns how many went. */
export async function deleteOldest(query: Queries, firstKept: string, most: number): Promise<number> {
  const rows = await across(query, "upkeep")
    .selectFrom("notifications")
    .select(["user_id", "id"])
    .where("id", "<", firstKept)
    .orderBy("id")
    .limit(most)
    .execute();
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await across(query, "upkeep").deleteFrom("notifications").where("id", "in", ids).execute();
  return rows.length;
}

export type SettingRow = Selectable<NotificationSettingTable>;

export function listSettings(query: Queries, userIds: string[]): Promise<SettingRow[]> {
  if (userIds.length === 0) return Promise.resolve([]);
  return query.selectFrom("notification_settings").selectAll().where("user_id", "in", userIds).execute();
}

/** @param changed what was named: two who change different channels at once both get what they asked for. */
export async function upsertSetting(
  query: Queries,
  whole: SettingRow,
  changed: Partial<Pick<SettingRow, "in_app" | "email" | "web_push">>,
): Promise<void> {
  const insert = query.insertInto("notification_settings").values(whole);
  await insert
    .onConflict((conflict) => {
      const key = conflict.columns(["user_id", "kind"]);
      return Object.keys(changed).length === 0 ? key.doNothing() : key.doUpdateSet(changed);
    })
    .execute();
}

/** How each of the users has set a conversation, and how far they have read it; who is not in it is missing. */
export function listStandings(query: Queries, conversationId: string, userIds: string[]) {
  return query
    .selectFrom("participants as p")
    .innerJoin("participant_marks as k", (join) =>
      join.onRef("k.conversation_id", "=", "p.conversation_id").onRef("k.user_id", "=", "p.user_id"),
    )
    .select(["p.user_id", "p.muted", "p.muted_until", "k.last_read_seq"])
    .where("p.conversation_id", "=", conversationId)
    .where("p.user_id", "in", userIds)
    .where("p.removed_at", "is", null)
    .execute();
}

/** Null: it has none. */
export async function findTitle(query: Queries, organizationId: string, id: string): Promise<string | null> {
  const row = await query
    .selectFrom("conversations")
    .select("title")
    .where("organization_id", "=", organizationId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.title ?? null;
}

/** Addresses that their owners have confirmed: nobody can have mails sent to somebody else. */
export function listConfirmedEmails(query: Queries, userIds: string[]) {
  if (userIds.length === 0) return Promise.resolve([]);
  return across(query, "upkeep")
    .selectFrom("users")
    .select(["id", "email"])
    .where("id", "in", userIds)
    .where("email_verified_at", "is not", null)
    .execute();
}

/** The account that an invitation by mail is for, if there is one. */
export function findUserByEmail(query: Queries, emailKey: string) {
  return across(query, "account")
    .selectFrom("users")
    .select(["id", "organization_id"])
    .where("email_key", "=", emailKey)
    .executeTakeFirst();
}
