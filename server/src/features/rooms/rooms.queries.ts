import { sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import type { RoomInvitationTable } from "../../platform/db/schema-rooms.ts";
import { containing } from "../../platform/folded.ts";

export interface RoomRow {
  id: string;
  type: "room";
  title: string | null;
  title_key: string | null;
  description: string | null;
  avatar_url: string | null;
  visibility: "public" | "private" | null;
  permissions: string | null;
  slow_mode_seconds: number;
  created_by: string;
  created_at: number;
  updated_at: number;
  last_message_at: number | null;
  version: number;
  participant_count: number;
  /** The caller's own; null: not in it. */
  role: "admin" | "moderator" | "member" | null;
}

export interface RoomFilter {
  /** Also private rooms that the user is not in: for whoever administers the server. */
  isWhole?: boolean;
  visibility?: "public" | "private" | undefined;
  page: ListPage;
}

/** Rooms that have not ended, with what the user is in them. */
function selectRooms(query: Queries, organizationId: string, userId: string) {
  return query
    .selectFrom("conversations as c")
    .innerJoin("conversation_heads as h", "h.conversation_id", "c.id")
    .leftJoin("participants as own", (join) =>
      join
        .onRef("own.conversation_id", "=", "c.id")
        .on("own.user_id", "=", userId)
        .on("own.removed_at", "is", null),
    )
    .where("c.organization_id", "=", organizationId)
    .where("c.type", "=", "room")
    .where("c.deleted_at", "is", null)
    .select([
      "c.id",
      "c.type",
      "c.title",
      "c.title_key",
      "c.description",
      "c.avatar_url",
      "c.visibility",
      "c.permissions",
      "c.slow_mode_seconds",
      "c.created_by",
      "c.created_at",
      "c.updated_at",
      "c.participant_count",
      "h.last_message_at",
      "h.version",
      "own.role",
    ]);
}

export function findRoom(
  query: Queries,
  organizationId: string,
  userId: string,
  roomId: string,
): Promise<RoomRow | undefined> {
  return selectRooms(query, organizationId, userId).where("c.id", "=", roomId).executeTakeFirst() as Promise<
    RoomRow | undefined
  >;
}

/** Public rooms, and private ones that the user is in, newest first. */
export function listRooms(
  query: Queries,
  organizationId: string,
  userId: string,
  filter: RoomFilter,
): Promise<RoomRow[]> {
  const { page } = filter;
  let select = selectRooms(query, organizationId, userId);
  if (filter.isWhole !== true) {
    select = select.where(({ eb, or }) =>
      or([eb("c.visibility", "=", "public"), eb("own.user_id", "is not", null)]),
    );
  }
  if (filter.visibility !== undefined) select = select.where("c.visibility", "=", filter.visibility);
  if (page.search) {
    const pattern = containing(page.search);
    select = select.where(sql<boolean>`c.title_key like ${pattern} escape '\\'`);
  }
  return cutPage(select, page).execute() as Promise<RoomRow[]>;
}

/** Keeps the room's rows, so that its log stays for whoever has to look into it, and its id is never used again. */
export async function endRoom(
  query: Queries,
  organizationId: string,
  roomId: string,
  at: number,
  version: number,
): Promise<void> {
  await query
    .updateTable("conversations")
    .set({ deleted_at: at, updated_at: at, changed_version: version })
    .where("organization_id", "=", organizationId)
    .where("id", "=", roomId)
    .execute();
}

export async function insertRoomInvitation(query: Queries, row: RoomInvitationTable): Promise<void> {
  await query.insertInto("room_invitations").values(row).execute();
}

export function findRoomInvitation(
  query: Queries,
  invitationId: string,
): Promise<RoomInvitationTable | undefined> {
  return query
    .selectFrom("room_invitations")
    .selectAll()
    .where("invitation_id", "=", invitationId)
    .executeTakeFirst();
}
