import { z } from "zod";
import { byId } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { directory } from "./people.lists.ts";
import { canSeeEmail } from "./people.policy.ts";
import { presentUser, publicUser } from "./people.schema.ts";
import type { People } from "./people.service.ts";
import type { Presence } from "./presence.service.ts";

const tag = "People";

/** Everybody of one's organization. */
export function directoryRoutes(people: People, presence: Presence): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users",
        id: "listUsers",
        tag,
        summary: "The organization's directory",
        query: listQueryOf(directory, "a username or a display name"),
        success: [
          {
            status: 200,
            about: "People, by username where nothing else is asked for",
            schema: z.object({ users: z.array(publicUser), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["FORBIDDEN"],
      },
      async ({ query }, actor) => {
        const asked = askedPage("users", directory, query);
        const users = await people.list(actor, asked.page);
        const { shown, nextCursor } = asked.shownOf(users);
        return {
          users: shown.map((user) =>
            presentUser(user, presence.stateFor(actor, user), canSeeEmail(actor, user.id)),
          ),
          next_cursor: nextCursor,
        };
      },
    ),
  ];
}

/** One of them. */
export function personRoutes(people: People, presence: Presence): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users/:id",
        id: "getUser",
        tag,
        summary: "Somebody of one's organization",
        params: byId,
        success: [{ status: 200, about: "The person", schema: publicUser }],
        errors: ["NOT_FOUND"],
        etag: true,
      },
      async ({ params }, actor) => {
        const user = await people.get(actor, params.id);
        return presentUser(user, presence.stateFor(actor, user), canSeeEmail(actor, user.id));
      },
    ),
  ];
}
