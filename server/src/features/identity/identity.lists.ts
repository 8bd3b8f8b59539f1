import { byText, highestFirst, type List } from "../../platform/db/list-page.ts";
import type { SessionRow } from "./identity.queries.ts";
import type { AccountRow } from "./standings.queries.ts";

export const sessionList: List<SessionRow, "last_used_at" | "created_at"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    last_used_at: highestFirst("last_used_at", (row) => row.last_used_at),
    created_at: highestFirst("created_at", (row) => row.created_at),
  },
};

export const accountList: List<AccountRow, "created_at" | "username"> = {
  id: "u.id",
  idOf: (row) => row.id,
  orders: {
    created_at: highestFirst("u.created_at", (row) => row.created_at),
    username: byText("u.username_key", (row) => row.username_key),
  },
};
