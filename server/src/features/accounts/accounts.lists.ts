import type { List } from "../../platform/db/list-page.ts";
import type { ListedApiKey } from "./api-keys.service.ts";

export const apiKeyList: List<ListedApiKey, "created_at" | "name"> = {
  id: "api_keys.id",
  idOf: (key) => key.id,
  orders: {
    created_at: { by: "api_keys.created_at", direction: "desc", holds: "number", of: (key) => key.createdAt },
    name: { by: "api_keys.name", direction: "asc", holds: "string", of: (key) => key.name },
  },
};
