import { z } from "zod";
import { idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf, shortLimitQuery } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { keyHistory } from "./keys.lists.ts";
import {
  bundle,
  keySet,
  oneTimeKeyCount,
  presentBundle,
  presentKeySet,
  presentPublished,
  published,
  rotateBody,
  uploadBody,
} from "./keys.schema.ts";
import type { Keys } from "./keys.service.ts";

const tag = "Keys";

export function keysRoutes(keys: Keys): Route[] {
  return [...publishRoutes(keys), ...readRoutes(keys)];
}

/** One's own keys, from the device that holds their other halves. */
function publishRoutes(keys: Keys): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/keys/upload",
        id: "uploadKeys",
        tag,
        summary: "Publish one's keys for end-to-end encryption, or add one-time keys",
        description:
          "One-time keys are added to those that wait; those that were uploaded before are left out. A new signed prekey is a new version. Another identity key takes the place of everything that was there.",
        body: uploadBody,
        own: true,
        success: [{ status: 201, about: "What is published now", schema: published }],
        errors: ["CONFLICT"],
      },
      async ({ body }, actor) => {
        const { identity_key, signed_pre_key, one_time_pre_keys } = body;
        const made = await keys.upload(actor, identity_key, signed_pre_key, one_time_pre_keys);
        return created(presentPublished("Keys uploaded successfully", made));
      },
    ),
    route(
      {
        method: "POST",
        path: "/keys/rotate",
        id: "rotateKeys",
        tag,
        summary: "Replace the signed prekey and the one-time keys that wait",
        description: "One-time keys that were handed out before are left out.",
        body: rotateBody,
        own: true,
        success: [{ status: 200, about: "What is published now", schema: published }],
        errors: ["NOT_FOUND"],
      },
      async ({ body }, actor) =>
        presentPublished(
          "Keys rotated successfully",
          await keys.rotate(actor, body.new_signed_pre_key, body.new_one_time_keys),
        ),
    ),
  ];
}

function readRoutes(keys: Keys): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/keys/count",
        id: "countKeys",
        tag,
        summary: "How many of one's one-time keys are left",
        success: [
          { status: 200, about: "The number", schema: z.object({ one_time_keys: oneTimeKeyCount() }) },
        ],
      },
      async (_, actor) => ({ one_time_keys: await keys.count(actor) }),
    ),
    route(
      {
        method: "GET",
        path: "/keys/history",
        id: "listKeyHistory",
        tag,
        summary: "The versions of one's keys, latest first",
        query: listQueryOf(keyHistory, "nothing").omit({ q: true }).extend({ limit: shortLimitQuery }),
        success: [
          {
            status: 200,
            about: "A page of versions",
            schema: z.object({ keys: z.array(keySet), next_cursor: z.string().nullable() }),
          },
        ],
      },
      async ({ query }, actor) => {
        const asked = askedPage("key history", keyHistory, query);
        const { shown, nextCursor } = asked.shownOf(await keys.history(actor, asked.page));
        return { keys: shown.map(presentKeySet), next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "GET",
        path: "/keys/:user_id",
        id: "getKeyBundle",
        tag,
        summary: "What one needs to write to somebody end-to-end encrypted",
        description:
          "For whoever shares a conversation or a friendship with the user. Each call hands out one of the user's one-time keys, to nobody else, ever; asking for one's own hands out none.",
        params: z.object({ user_id: idField }),
        success: [{ status: 200, about: "The bundle", schema: bundle }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        rates: ["keyBundles"],
      },
      async ({ params }, actor) => presentBundle(await keys.bundle(actor, params.user_id)),
    ),
  ];
}
