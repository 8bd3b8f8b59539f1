import type { List } from "../../platform/db/list-page.ts";
import type { FileRow } from "./storage.queries.ts";

export const fileList: List<FileRow, "created_at" | "name"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    created_at: { by: "created_at", direction: "desc", holds: "number", of: (row) => row.created_at },
    name: { by: "name_key", direction: "asc", holds: "string", of: (row) => row.name_key },
  },
};
