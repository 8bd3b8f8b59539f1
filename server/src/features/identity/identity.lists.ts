import type { List } from "../../platform/db/list-page.ts";
import type { SessionRow } from "./identity.queries.ts";
import type { AccountRow } from "./standings.queries.ts";

export const sessionList: List<SessionRow, "last_used_at" | "created_at"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    last_used_at: { by: "last_used_at", direction: "desc", holds: "number", of: (row) => row.last_used_at },
    created_at: { by: "created_at", direction: "desc", holds: "number", of: (row) => row.created_at },
  },
};

export const accountList: List<AccountRow, "created_at" | "username"> = {
  id: "u.id",
  idOf: (row) => row.id,
  orders: {
    created_at: { by: "u.created_at", direction: "desc", holds: "number", of: (row) => row.created_at },
    username: { by: "u.username_key", direction: "asc", holds: "string", of: (row) => row.username_key },
  },
};
