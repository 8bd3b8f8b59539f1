import { sql } from "kysely";
import type { List } from "../../platform/db/list-page.ts";
import type { UserRow } from "../identity/index.ts";
import type { BlockedUser, FriendUser } from "./relations.queries.ts";

export const directory: List<UserRow, "username" | "created_at"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    username: { by: "username_key", direction: "asc", holds: "string", of: (row) => row.username_key },
    created_at: { by: "created_at", direction: "desc", holds: "number", of: (row) => row.created_at },
  },
};

export const blockedList: List<BlockedUser, "blocked_at" | "username"> = {
  id: "u.id",
  idOf: (row) => row.id,
  orders: {
    blocked_at: { by: "b.created_at", direction: "desc", holds: "number", of: (row) => row.blocked_at },
    username: { by: "u.username_key", direction: "asc", holds: "string", of: (row) => row.username_key },
  },
};

export const friendList: List<FriendUser, "username" | "since"> = {
  id: "u.id",
  idOf: (row) => row.id,
  orders: {
    username: { by: "u.username_key", direction: "asc", holds: "string", of: (row) => row.username_key },
    since: {
      by: sql`coalesce(f.accepted_at, f.created_at)`,
      direction: "desc",
      holds: "number",
      of: (row) => row.accepted_at ?? row.requested_at,
    },
  },
};
