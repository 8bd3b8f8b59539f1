import { byText, type List, lowestFirst } from "../../platform/db/list-page.ts";
import { folded } from "../../platform/folded.ts";
import type { ParticipantWithUser } from "./participants.queries.ts";

export const participantList: List<ParticipantWithUser, "joined_at" | "username"> = {
  id: "p.user_id",
  idOf: (row) => row.user_id,
  orders: {
    joined_at: lowestFirst("p.joined_at", (row) => row.joined_at),
    username: byText("u.username_key", (row) => folded(row.username)),
  },
};
