import { sql } from "kysely";
import type { List } from "../../platform/db/list-page.ts";
import type { RoomRow } from "./rooms.queries.ts";

const latest = { direction: "desc", holds: "number" } as const;

export const roomList: List<
  RoomRow,
  "created_at" | "updated_at" | "last_message_at" | "name" | "participant_count"
> = {
  id: "c.id",
  idOf: (row) => row.id,
  orders: {
    created_at: { ...latest, by: "c.created_at", of: (row) => row.created_at },
    updated_at: { ...latest, by: "c.updated_at", of: (row) => row.updated_at },
    last_message_at: {
      ...latest,
      by: sql`coalesce(h.last_message_at, c.created_at)`,
      of: (row) => row.last_message_at ?? row.created_at,
    },
    name: {
      by: sql`coalesce(c.title_key, '')`,
      direction: "asc",
      holds: "string",
      of: (row) => row.title_key ?? "",
    },
    participant_count: { ...latest, by: "c.participant_count", of: (row) => row.participant_count },
  },
};
