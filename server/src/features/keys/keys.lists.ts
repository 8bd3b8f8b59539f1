import { highestFirst, type List } from "../../platform/db/list-page.ts";
import type { KeySetRow } from "./keys.queries.ts";

/** Of one user, so that the version alone tells them apart. */
export const keyHistory: List<KeySetRow, "version" | "expires_at"> = {
  id: "user_id",
  idOf: (row) => row.user_id,
  orders: {
    version: highestFirst("version", (row) => row.version),
    expires_at: highestFirst("expires_at", (row) => row.expires_at),
  },
};
