import { byText, highestFirst, type List } from "../../platform/db/list-page.ts";
import type { FileRow } from "./storage.queries.ts";

export const fileList: List<FileRow, "created_at" | "name"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    created_at: highestFirst("created_at", (row) => row.created_at),
    name: byText("name_key", (row) => row.name_key),
  },
};
