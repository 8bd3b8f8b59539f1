import { sql } from "kysely";
import { highestFirst, type List } from "../../platform/db/list-page.ts";
import type { FollowedRow } from "./threads.queries.ts";

export const followedList: List<FollowedRow, "last_reply_at" | "created_at"> = {
  id: "f.root_id",
  idOf: (row) => row.root_id,
  orders: {
    last_reply_at: highestFirst(sql`coalesce(m.created_at, r.created_at)`, (row) => row.active_at),
    created_at: highestFirst("r.created_at", (row) => row.created_at),
  },
};
