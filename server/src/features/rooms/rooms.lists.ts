import { sql } from "kysely";
import { byText, highestFirst, type List } from "../../platform/db/list-page.ts";
import type { ListedBan, ReportRow } from "./moderation.queries.ts";
import type { RoomRow } from "./rooms.queries.ts";

export const roomList: List<
  RoomRow,
  "created_at" | "updated_at" | "last_message_at" | "name" | "participant_count"
> = {
  id: "c.id",
  idOf: (row) => row.id,
  orders: {
    created_at: highestFirst("c.created_at", (row) => row.created_at),
    updated_at: highestFirst("c.updated_at", (row) => row.updated_at),
    last_message_at: highestFirst(
      sql`coalesce(h.last_message_at, c.created_at)`,
      (row) => row.last_message_at ?? row.created_at,
    ),
    name: byText(sql`coalesce(c.title_key, '')`, (row) => row.title_key ?? ""),
    participant_count: highestFirst("c.participant_count", (row) => row.participant_count),
  },
};

export const banList: List<ListedBan, "created_at" | "username"> = {
  id: "b.user_id",
  idOf: (row) => row.user_id,
  orders: {
    created_at: highestFirst("b.created_at", (row) => row.created_at),
    username: byText("u.username_key", (row) => row.username_key),
  },
};

export const reportList: List<ReportRow, "created_at"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: { created_at: highestFirst("created_at", (row) => row.created_at) },
};
