import type { Selectable, Updateable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import { prepared } from "../../platform/db/prepared.ts";
import type { ParticipantMarkTable, ParticipantTable } from "../../platform/db/schema.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { isNamedLike } from "../identity/index.ts";
import { type Permissions, permissionsOf } from "./permissions.ts";

export type ParticipantRow = Selectable<ParticipantTable>;

/** A participant with what people see of the user. */
export interface ParticipantWithUser extends ParticipantRow {
  username: string;
  display_name: string;
  avatar_url: string | null;
  last_seen_at: number | null;
}

const rowsAtOnce = 1_000;

export function listRoles(
  query: Queries,
  conversationId: string,
): Promise<Pick<ParticipantRow, "user_id" | "role">[]> {
  return query
    .selectFrom("participants")
    .select(["user_id", "role"])
    .where("conversation_id", "=", conversationId)
    .where("removed_at", "is", null)
    .execute();
}

/** Of these pairs, those who take part now: `conversation user`, as `tx` sees it. */
export async function listActivePairs(
  query: Queries,
  conversationIds: string[],
  userIds: string[],
): Promise<Set<string>> {
  const rows = await query
    .selectFrom("participants")
    .select(["conversation_id", "user_id"])
    .where("conversation_id", "in", conversationIds)
    .where("user_id", "in", userIds)
    .where("removed_at", "is", null)
    .execute();
  return new Set(rows.map((row) => `${row.conversation_id} ${row.user_id}`));
}

/** What decides, beside who they are, whether somebody may write something. */
export interface Standing {
  role: ParticipantTable["role"];
  isE2ee: boolean;
  permissions: Permissions;
}

/** Of these people, those who take part now in these conversations, by `conversation user`, as `tx` sees it. */
export async function listStandings(
  query: Queries,
  conversationIds: string[],
  userIds: string[],
): Promise<Map<string, Standing>> {
  const rows = await query
    .selectFrom("participants as p")
    .innerJoin("conversations as c", "c.id", "p.conversation_id")
    .select(["p.conversation_id", "p.user_id", "p.role", "c.type", "c.permissions", "c.is_e2ee_enabled"])
    .where("p.conversation_id", "in", conversationIds)
    .where("p.user_id", "in", userIds)
    .where("p.removed_at", "is", null)
    .execute();
  return new Map(
    rows.map((row) => [
      `${row.conversation_id} ${row.user_id}`,
      { role: row.role, isE2ee: row.is_e2ee_enabled === 1, permissions: permissionsOf(row) },
    ]),
  );
}

/** Whether two people are in one conversation now. @param which `not direct`: one that others may be in too. */
export async function shareConversation(
  query: Queries,
  organizationId: string,
  [one, other]: readonly [string, string],
  which: "any" | "not direct",
): Promise<boolean> {
  let shared = query
    .selectFrom("participants as p")
    .innerJoin("participants as q", "q.conversation_id", "p.conversation_id")
    .innerJoin("conversations as c", "c.id", "p.conversation_id")
    .select("c.id")
    .where("p.organization_id", "=", organizationId)
    .where("q.organization_id", "=", organizationId)
    .where("c.organization_id", "=", organizationId)
    .where("p.user_id", "=", one)
    .where("q.user_id", "=", other)
    .where("p.removed_at", "is", null)
    .where("q.removed_at", "is", null)
    .limit(1);
  if (which === "not direct") shared = shared.where("c.type", "<>", "direct");
  return (await shared.executeTakeFirst()) !== undefined;
}

function selectParticipants(query: Queries, organizationId: string, conversationId: string) {
  return query
    .selectFrom("participants as p")
    .innerJoin("users as u", "u.id", "p.user_id")
    .where("p.conversation_id", "=", conversationId)
    .where("p.organization_id", "=", organizationId)
    .selectAll("p")
    .select(["u.username", "u.display_name", "u.avatar_url", "u.last_seen_at"]);
}

export function listParticipants(
  query: Queries,
  organizationId: string,
  conversationId: string,
  page: ListPage,
): Promise<ParticipantWithUser[]> {
  let select = selectParticipants(query, organizationId, conversationId).where("p.removed_at", "is", null);
  if (page.search) select = select.where(isNamedLike(page.search, "u"));
  return cutPage(select, page).execute();
}

export function listParticipantsById(
  query: Queries,
  organizationId: string,
  conversationId: string,
  userIds: string[],
): Promise<ParticipantWithUser[]> {
  return selectParticipants(query, organizationId, conversationId)
    .where("p.removed_at", "is", null)
    .where("p.user_id", "in", userIds)
    .orderBy("p.joined_at")
    .orderBy("p.user_id")
    .execute();
}

const participantsOf = prepared<
  { organizationId: string; ids: readonly string[]; most: number },
  ParticipantWithUser
>((query, { organizationId, ids, most }) =>
  query
    .selectFrom((from) =>
      from
        .selectFrom("participants")
        .selectAll()
        .select((eb) =>
          eb.fn
            .agg<number>("row_number")
            .over((over) => over.partitionBy("conversation_id").orderBy("joined_at").orderBy("user_id"))
            .as("place"),
        )
        .where("conversation_id", "in", ids)
        .where("organization_id", "=", organizationId)
        .where("removed_at", "is", null)
        .as("p"),
    )
    .innerJoin("users as u", "u.id", "p.user_id")
    .where("p.place", "<=", most)
    .selectAll("p")
    .select(["u.username", "u.display_name", "u.avatar_url", "u.last_seen_at"])
    .orderBy("p.joined_at")
    .orderBy("p.user_id")
    .$castTo<ParticipantWithUser>(),
);

/** Participants of several conversations, of each the oldest `most`. */
export function listParticipantsOf(
  query: Queries,
  organizationId: string,
  ids: readonly string[],
  most: number,
): Promise<ParticipantWithUser[]> {
  return ids.length === 0 ? Promise.resolve([]) : participantsOf(query, { organizationId, ids, most });
}

/** The oldest `most` participants. */
export async function listUnreadCounts(
  query: Queries,
  conversationId: string,
  most: number,
): Promise<{ userId: string; count: number }[]> {
  const rows = await query
    .selectFrom("participants as p")
    .innerJoin("participant_marks as mark", (join) =>
      join.onRef("mark.conversation_id", "=", "p.conversation_id").onRef("mark.user_id", "=", "p.user_id"),
    )
    .innerJoin("conversation_heads as h", "h.conversation_id", "p.conversation_id")
    .where("p.conversation_id", "=", conversationId)
    .where("p.removed_at", "is", null)
    .select(["p.user_id", "h.ordinal", "mark.read_ordinal"])
    .orderBy("p.joined_at")
    .orderBy("p.user_id")
    .limit(most)
    .execute();
  return rows.map((row) => ({ userId: row.user_id, count: row.ordinal - row.read_ordinal }));
}

/** Also those who left: their `removed_at` is set. */
export function listParticipantsChangedSince(
  query: Queries,
  organizationId: string,
  conversationId: string,
  version: number,
): Promise<ParticipantWithUser[]> {
  return selectParticipants(query, organizationId, conversationId)
    .where("p.version", ">", version)
    .orderBy("p.version")
    .execute();
}

export function findParticipant(
  query: Queries,
  conversationId: string,
  userId: string,
): Promise<ParticipantRow | undefined> {
  return query
    .selectFrom("participants")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("user_id", "=", userId)
    .where("removed_at", "is", null)
    .executeTakeFirst();
}

/** The oldest of those who take part, but for one; a person who can sign in before an imported author. */
export function findOldestParticipant(
  query: Queries,
  conversationId: string,
  except: string,
): Promise<ParticipantRow | undefined> {
  return query
    .selectFrom("participants as p")
    .innerJoin("users as u", "u.id", "p.user_id")
    .selectAll("p")
    .where("p.conversation_id", "=", conversationId)
    .where("p.removed_at", "is", null)
    .where("p.user_id", "!=", except)
    .orderBy("u.is_placeholder")
    .orderBy("p.joined_at")
    .orderBy("p.user_id")
    .limit(1)
    .executeTakeFirst();
}

interface NewParticipant {
  conversationId: string;
  organizationId: string;
  userId: string;
  role: ParticipantRow["role"];
  at: number;
  /** The conversation's version with which they come in. */
  version: number;
}

/** Somebody as they come in. */
export function newParticipant(given: NewParticipant): ParticipantRow {
  const { conversationId, organizationId, userId, role, at, version } = given;
  return {
    conversation_id: conversationId,
    user_id: userId,
    organization_id: organizationId,
    role,
    joined_at: at,
    joined_version: version,
    version,
    removed_at: null,
    archived: 0,
    muted: 0,
    muted_until: null,
  };
}

/** New participants, or those who come back; marks start at the head, so that older messages are not unread. */
export async function insertParticipants(
  query: Queries,
  participants: ParticipantTable[],
  mark: Pick<ParticipantMarkTable, "last_read_seq" | "read_ordinal" | "last_delivered_seq">,
): Promise<void> {
  for (let from = 0; from < participants.length; from += rowsAtOnce) {
    const part = participants.slice(from, from + rowsAtOnce);
    await query
      .insertInto("participants")
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(["conversation_id", "user_id"]).doUpdateSet((eb) => ({
          role: eb.ref("excluded.role"),
          joined_at: eb.ref("excluded.joined_at"),
          joined_version: eb.ref("excluded.joined_version"),
          version: eb.ref("excluded.version"),
          removed_at: null,
          archived: 0,
          muted: 0,
          muted_until: null,
        })),
      )
      .execute();
    await query
      .insertInto("participant_marks")
      .values(
        part.map(({ conversation_id, user_id }) => ({
          conversation_id,
          user_id,
          ...mark,
          last_read_at: null,
          last_delivered_at: null,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["conversation_id", "user_id"]).doUpdateSet((eb) => ({
          last_read_seq: eb.ref("excluded.last_read_seq"),
          read_ordinal: eb.ref("excluded.read_ordinal"),
          last_delivered_seq: eb.ref("excluded.last_delivered_seq"),
        })),
      )
      .execute();
  }
  await recountParticipants(query, [...new Set(participants.map((row) => row.conversation_id))]);
}

/** Counts anew who takes part, under the conversation's lock: right whatever was written before. */
async function recountParticipants(query: Queries, conversationIds: string[]): Promise<void> {
  if (conversationIds.length === 0) return;
  await across(query, "check")
    .updateTable("conversations")
    .set(({ selectFrom }) => ({
      participant_count: selectFrom("participants as p")
        .whereRef("p.conversation_id", "=", "conversations.id")
        .where("p.removed_at", "is", null)
        .select((eb) => eb.fn.countAll<number>().as("n")),
    }))
    .where("id", "in", conversationIds)
    .execute();
}

/** From here to the end of the transaction nobody else changes the row, so that what is read of it stays true. */
export async function lockParticipant(query: Queries, conversationId: string, userId: string): Promise<void> {
  await query
    .updateTable("participants")
    .set((eb) => ({ user_id: eb.ref("user_id") }))
    .where("conversation_id", "=", conversationId)
    .where("user_id", "=", userId)
    .execute();
}

export async function updateParticipant(
  query: Queries,
  conversationId: string,
  userId: string,
  changes: Updateable<ParticipantTable>,
): Promise<void> {
  await query
    .updateTable("participants")
    .set(changes)
    .where("conversation_id", "=", conversationId)
    .where("user_id", "=", userId)
    .execute();
  if (changes.removed_at !== undefined) await recountParticipants(query, [conversationId]);
}

/** The conversation ends for everybody who is in it. */
export async function removeAllParticipants(
  query: Queries,
  conversationId: string,
  changes: { removed_at: number; version: number },
): Promise<void> {
  await query
    .updateTable("participants")
    .set(changes)
    .where("conversation_id", "=", conversationId)
    .where("removed_at", "is", null)
    .execute();
  await recountParticipants(query, [conversationId]);
}

/** Of these users, those whom a ban keeps out at this moment. */
export async function listBannedIds(
  query: Queries,
  conversationId: string,
  userIds: string[],
  at: number,
): Promise<string[]> {
  const rows = await query
    .selectFrom("room_bans")
    .select("user_id")
    .where("conversation_id", "=", conversationId)
    .where("user_id", "in", userIds)
    .where(({ eb, or }) => or([eb("until", "is", null), eb("until", ">", at)]))
    .execute();
  return rows.map((row) => row.user_id);
}
