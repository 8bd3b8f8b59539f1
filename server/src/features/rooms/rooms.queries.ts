import type { Queries } from "../../platform/db/database.ts";

export interface RoomRow {
  id: string;
  title: string | null;
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
  /** Only rooms after this id, the list's order. */
  after?: string | undefined;
  limit: number;
}

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
    .orderBy("c.id", "desc")
    .limit(filter.limit);
  if (filter.visibility !== undefined) select = select.where("c.visibility", "=", filter.visibility);
  if (filter.after !== undefined) select = select.where("c.id", "<", filter.after);
  if (filter.search !== undefined && filter.search !== "") {
    const search = filter.search.toLowerCase();
    select = select.where((eb) =>
      eb(eb.fn<string>("lower", ["c.title"]), "like", `%${search.replace(/[%_]/g, "")}%`),
    );
  }
  return select.execute() as Promise<RoomRow[]>;
}
