import { z } from "zod";
import { isoTimeOrNull } from "../../platform/clock.ts";
import { idField, timeField } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { presenceReport, presence as presenceSchema } from "./people.schema.ts";
import type { Presence } from "./presence.service.ts";

const tag = "People";
const presenceIdsAtMost = 100;

/** Who is here. */
export function presenceRoutes(presence: Presence): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/presence",
        id: "reportPresence",
        tag,
        summary: "Say that one is here, or not",
        body: presenceReport,
        own: true,
        success: [
          {
            status: 200,
            about: "One's presence as others see it",
            schema: z.object({
              online: z.boolean(),
              last_seen_at: timeField.nullable(),
              message: z.string(),
            }),
          },
        ],
      },
      async ({ body }, actor) => {
        const { online, lastSeenAt } = presence.report(actor, body.online);
        return { online, last_seen_at: isoTimeOrNull(lastSeenAt), message: "Presence updated" };
      },
    ),
    route(
      {
        method: "GET",
        path: "/presence",
        id: "listPresence",
        tag,
        summary: "Who of up to 100 people is here",
        query: z.object({
          user_ids: z
            .string()
            .transform((value) => value.split(","))
            .pipe(z.array(idField).max(presenceIdsAtMost))
            .meta({ description: "Ids, comma-separated. Unknown ones are missing from the answer." }),
        }),
        success: [
          { status: 200, about: "Their presence", schema: z.object({ presence: z.array(presenceSchema) }) },
        ],
      },
      async ({ query }, actor) => {
        const listed = await presence.list(actor, query.user_ids);
        return {
          presence: listed.map(({ userId, state }) => ({
            user_id: userId,
            online: state.online,
            last_seen_at: isoTimeOrNull(state.lastSeenAt),
          })),
        };
      },
    ),
  ];
}
