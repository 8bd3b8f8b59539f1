import { sql } from "kysely";
import { highestFirst, type List, lowestFirst } from "../../platform/db/list-page.ts";
import type { MessageRow } from "./messages.queries.ts";

export const replyList: List<MessageRow, "created_at"> = {
  id: "message_id",
  idOf: (row) => row.message_id,
  // By the one true order: two may be of one millisecond.
  orders: { created_at: lowestFirst("seq", (row) => row.seq) },
};

export const pinList: List<MessageRow, "pinned_at" | "created_at"> = {
  id: "message_id",
  idOf: (row) => row.message_id,
  orders: {
    pinned_at: highestFirst(sql`coalesce(pinned_at, 0)`, (row) => row.pinned_at ?? 0),
    created_at: highestFirst("seq", (row) => row.seq),
  },
};
