import type { List } from "../../platform/db/list-page.ts";
import { folded } from "../../platform/folded.ts";
import type { ParticipantWithUser } from "./participants.queries.ts";

export const participantList: List<ParticipantWithUser, "joined_at" | "username"> = {
  id: "p.user_id",
  idOf: (row) => row.user_id,
  orders: {
    joined_at: { by: "p.joined_at", direction: "asc", holds: "number", of: (row) => row.joined_at },
    username: { by: "u.username_key", direction: "asc", holds: "string", of: (row) => folded(row.username) },
  },
};
