import { byText, highestFirst, type List } from "../../platform/db/list-page.ts";
import type { ListedApiKey } from "./api-keys.service.ts";

export const apiKeyList: List<ListedApiKey, "created_at" | "name"> = {
  id: "api_keys.id",
  idOf: (key) => key.id,
  orders: {
    created_at: highestFirst("api_keys.created_at", (key) => key.createdAt),
    name: byText("api_keys.name", (key) => key.name),
  },
};
