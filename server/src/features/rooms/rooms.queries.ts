import { sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
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
  search?: string | undefined;
  /** Also private rooms that the user is not in: for whoever administers the server. */
  isWhole?: boolean;
  visibility?: "public" | "private" | undefined;
  sort: RoomSort;
  /** Only rooms after this one, in the order of `sort`. */
  after?: { value: string | number; id: string } | undefined;
  limit: number;
}

export const roomSorts = [
  "created_at",
  "updated_at",
  "last_message_at",
  "name",
  "participant_count",
] as const;
type RoomSort = (typeof roomSorts)[number];

const sortColumns = {
  created_at: { expression: sql`c.created_at`, direction: "desc" },
  updated_at: { expression: sql`c.updated_at`, direction: "desc" },
  last_message_at: { expression: sql`coalesce(h.last_message_at, c.created_at)`, direction: "desc" },
  participant_count: { expression: sql`c.participant_count`, direction: "desc" },
  name: { expression: sql`coalesce(c.title_key, '')`, direction: "asc" },
} as const;

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
  let select = selectRooms(query, organizationId, userId)
    .orderBy(sortColumns[filter.sort].expression, sortColumns[filter.sort].direction)
    .orderBy("c.id", "desc")
    .limit(filter.limit);
  if (filter.isWhole !== true) {
    select = select.where(({ eb, or }) =>
      or([eb("c.visibility", "=", "public"), eb("own.user_id", "is not", null)]),
    );
  }
  if (filter.visibility !== undefined) select = select.where("c.visibility", "=", filter.visibility);
  if (filter.search !== undefined && filter.search !== "") {
    const pattern = containing(filter.search);
    select = select.where(sql<boolean>`c.title_key like ${pattern} escape '\\'`);
  }
  if (filter.after !== undefined) {
    const { expression, direction } = sortColumns[filter.sort];
    const { value, id } = filter.after;
    const beyond = direction === "desc" ? sql`<` : sql`>`;
    select = select.where(
      sql<boolean>`(${expression} ${beyond} ${value} or (${expression} = ${value} and c.id < ${id}))`,
    );
  }
  return select.execute() as Promise<RoomRow[]>;
}

/** What stands in a cursor: the row's place in the order of `sort`. */
export function sortValueOf(row: RoomRow, sort: RoomSort): string | number {
  if (sort === "name") return row.title_key ?? "";
  if (sort === "participant_count") return row.participant_count;
  if (sort === "last_message_at") return row.last_message_at ?? row.created_at;
  if (sort === "updated_at") return row.updated_at;
  return row.created_at;
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
