import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { byId, idField, timeField, visibleText } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf, shortLimitQuery } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { apiKeyList } from "./accounts.lists.ts";
import { said } from "./accounts.schema.ts";
import type { ApiKeys, ListedApiKey } from "./api-keys.service.ts";

const tag = "API keys";
const scope = z.enum(["read", "write", "admin"]);
const nameField = visibleText(100).meta({ examples: ["Tide table"] });

const apiKey = z
  .object({
    id: idField,
    name: nameField,
    scopes: z.array(scope),
    user_id: idField.meta({ description: "The service user that the key acts as." }),
    created_at: timeField,
    last_used_at: timeField.nullable(),
  })
  .meta({ id: "ApiKey" });

/** Keys with which programs come in. */
export function apiKeysRoutes(apiKeys: ApiKeys): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/api-keys",
        id: "createApiKey",
        tag,
        summary: "Make an API key",
        description:
          "It acts as a service user of its own and is sent as `X-API-Key` or `Authorization: Bearer`. `read` lets it read, `write` " +
          "change things too, `admin` use the routes of administrators as well.",
        body: z.object({
          name: nameField,
          scopes: z
            .array(scope)
            .min(1)
            .max(3)
            .transform((scopes) => [...new Set(scopes)]),
        }),
        success: [
          {
            status: 201,
            about: "The key, shown this once",
            schema: apiKey.extend({
              key: z.string().meta({ examples: ["pak_0199d2c4-7c1e-7b5a-9a55-0c5e1f6b7a10_…"] }),
            }),
          },
        ],
        errors: ["FORBIDDEN", "CONFLICT"],
      },
      async ({ body }, actor) => {
        const { key, listed } = await apiKeys.create(actor, body.name, body.scopes);
        return created({ ...present(listed), key });
      },
    ),
    route(
      {
        method: "GET",
        path: "/api-keys",
        id: "listApiKeys",
        tag,
        summary: "The API keys one has made, newest first",
        query: listQueryOf(apiKeyList, "a key's name").extend({ limit: shortLimitQuery }),
        success: [
          {
            status: 200,
            about: "A page of keys",
            schema: z.object({ api_keys: z.array(apiKey), next_cursor: z.string().nullable() }),
          },
        ],
      },
      async ({ query }, actor) => {
        const asked = askedPage("api keys", apiKeyList, query);
        const keys = await apiKeys.list(actor, asked.page);
        const { shown, nextCursor } = asked.shownOf(keys);
        return { api_keys: shown.map(present), next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/api-keys/:id",
        id: "revokeApiKey",
        tag,
        summary: "Revoke an API key: it stops working at once",
        params: byId,
        own: true,
        success: [{ status: 200, about: "It is revoked", schema: said }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await apiKeys.revoke(actor, params.id);
        return { message: "API key revoked" };
      },
    ),
  ];
}

function present(key: ListedApiKey): z.output<typeof apiKey> {
  return {
    id: key.id,
    name: key.name,
    scopes: [...key.scopes],
    user_id: key.userId,
    created_at: isoTime(key.createdAt),
    last_used_at: isoTimeOrNull(key.lastUsedAt),
  };
}
