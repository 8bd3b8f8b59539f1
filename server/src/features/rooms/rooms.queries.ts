import { sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { containing } from "../../platform/folded.ts";

export interface RoomRow {
  id: string;
  title: string | null;
  title_key: string | null;
  description: string | null;
  avatar_url: string | null;
  visibility: "public" | "private" | null;
  created_by: string;
  created_at: number;
  last_message_at: number | null;
  participant_count: number;
  is_member: number;
}

export interface RoomFilter {
  search?: string | undefined;
  visibility?: "public" | "private" | undefined;
  sort: RoomSort;
  /** Only rooms after this one, in the order of `sort`. */
  after?: { value: string | number; id: string } | undefined;
  limit: number;
}

export const roomSorts = ["created_at", "last_message_at", "name"] as const;
export type RoomSort = (typeof roomSorts)[number];

const sortColumns = {
  created_at: { expression: sql`c.created_at`, direction: "desc" },
  last_message_at: { expression: sql`coalesce(h.last_message_at, c.created_at)`, direction: "desc" },
  name: { expression: sql`coalesce(c.title_key, '')`, direction: "asc" },
} as const;

/** Public rooms, and private ones that the user is in, newest first. */
export function listRooms(
  query: Queries,
  organizationId: string,
  userId: string,
  filter: RoomFilter,
): Promise<RoomRow[]> {
  let select = query
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
    .where(({ eb, or }) => or([eb("c.visibility", "=", "public"), eb("own.user_id", "is not", null)]))
    .select([
      "c.id",
      "c.title",
      "c.title_key",
      "c.description",
      "c.avatar_url",
      "c.visibility",
      "c.created_by",
      "c.created_at",
      "h.last_message_at",
      (eb) => eb.case().when("own.user_id", "is not", null).then(1).else(0).end().as("is_member"),
      (eb) =>
        eb
          .selectFrom("participants as p")
          .whereRef("p.conversation_id", "=", "c.id")
          .where("p.removed_at", "is", null)
          .select((count) => count.fn.countAll<number>().as("n"))
          .as("participant_count"),
    ])
    .orderBy(sortColumns[filter.sort].expression, sortColumns[filter.sort].direction)
    .orderBy("c.id", "desc")
    .limit(filter.limit);
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
  if (sort === "last_message_at") return row.last_message_at ?? row.created_at;
  return row.created_at;
}
