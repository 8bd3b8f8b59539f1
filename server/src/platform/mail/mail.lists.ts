import { highestFirst, type List } from "../db/list-page.ts";
import type { MailHead } from "./mail.queries.ts";

export const mailList: List<MailHead, "created_at"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: { created_at: highestFirst("created_at", (row) => row.created_at) },
};
