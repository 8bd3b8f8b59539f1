import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { byId, timeField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf, shortLimitQuery } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { Blocks } from "./blocks.service.ts";
import { blockedList } from "./people.lists.ts";
import { presentUser, publicUser } from "./people.schema.ts";

const tag = "People";
const said = z.object({ message: z.string() });

/** Blocks: who wants nothing to do with whom. */
export function blocksRoutes(blocks: Blocks): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users/me/blocked",
        id: "listBlocked",
        tag,
        summary: "Whom one has blocked, latest first",
        query: listQueryOf(blockedList, "a username or a display name").extend({ limit: shortLimitQuery }),
        success: [
          {
            status: 200,
            about: "A page of people",
            schema: z.object({
              users: z.array(publicUser.extend({ blocked_at: timeField })),
              next_cursor: z.string().nullable(),
            }),
          },
        ],
      },
      async ({ query }, actor) => {
        const asked = askedPage("blocked", blockedList, query);
        const rows = await blocks.list(actor, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
        return {
          users: shown.map((user) => ({
            ...presentUser(user, { online: false, lastSeenAt: null }, false),
            blocked_at: isoTime(user.blocked_at),
          })),
          next_cursor: nextCursor,
        };
      },
    ),
    route(
      {
        method: "POST",
        path: "/users/:id/block",
        id: "block",
        tag,
        summary: "Block somebody: no direct messages, no typing, no presence, either way",
        params: byId,
        own: true,
        success: [{ status: 200, about: "Blocked", schema: said }],
        errors: ["NOT_FOUND"],
      },
      async ({ params }, actor) => {
        await blocks.block(actor, params.id);
        return { message: "User blocked" };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/users/:id/block",
        id: "unblock",
        tag,
        summary: "Take a block back",
        params: byId,
        own: true,
        success: [{ status: 200, about: "No longer blocked", schema: said }],
        errors: ["NOT_FOUND"],
      },
      async ({ params }, actor) => {
        await blocks.unblock(actor, params.id);
        return { message: "User unblocked" };
      },
    ),
  ];
}
