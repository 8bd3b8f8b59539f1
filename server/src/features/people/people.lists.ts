import { sql } from "kysely";
import { byText, highestFirst, type List } from "../../platform/db/list-page.ts";
import type { UserRow } from "../identity/index.ts";
import type { BlockedUser, FriendUser } from "./relations.queries.ts";

export const directory: List<UserRow, "username" | "created_at"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    username: byText("username_key", (row) => row.username_key),
    created_at: highestFirst("created_at", (row) => row.created_at),
  },
};

export const blockedList: List<BlockedUser, "blocked_at" | "username"> = {
  id: "u.id",
  idOf: (row) => row.id,
  orders: {
    blocked_at: highestFirst("b.created_at", (row) => row.blocked_at),
    username: byText("u.username_key", (row) => row.username_key),
  },
};

export const friendList: List<FriendUser, "username" | "since"> = {
  id: "u.id",
  idOf: (row) => row.id,
  orders: {
    username: byText("u.username_key", (row) => row.username_key),
    since: highestFirst(
      sql`coalesce(f.accepted_at, f.created_at)`,
      (row) => row.accepted_at ?? row.requested_at,
    ),
  },
};
