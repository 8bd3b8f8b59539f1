import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { byId, timeField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { Reply, type Route, route } from "../../platform/http/route.ts";
import type { Friends } from "./friends.service.ts";
import { friendList } from "./people.lists.ts";
import { canSeeEmail } from "./people.policy.ts";
import { presentUser, publicUser } from "./people.schema.ts";
import type { Presence } from "./presence.service.ts";

const tag = "People";
const friendStatus = z.enum(["accepted", "incoming", "outgoing"]).meta({ examples: ["accepted"] });
const said = z.object({ message: z.string() });

/** Friends and requests for friendship. */
export function friendsRoutes(friends: Friends, presence: Presence): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users/me/friends",
        id: "listFriends",
        tag,
        summary: "One's friends, or requests from and to others",
        query: listQueryOf(friendList, "a username or a display name").extend({
          status: friendStatus.optional(),
        }),
        success: [
          {
            status: 200,
            about: "People, by username where nothing else is asked for",
            schema: z.object({
              friends: z.array(publicUser.extend({ status: friendStatus, since: timeField })),
              next_cursor: z.string().nullable(),
            }),
          },
        ],
      },
      async ({ query: { status = "accepted", ...query } }, actor) => {
        const asked = askedPage(`friends ${status}`, friendList, query);
        const rows = await friends.list(actor, status, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
        return {
          friends: shown.map((user) => ({
            ...presentUser(user, presence.stateFor(actor, user), canSeeEmail(actor, user.id)),
            status,
            since: isoTime(user.accepted_at ?? user.requested_at),
          })),
          next_cursor: nextCursor,
        };
      },
    ),
    route(
      {
        method: "POST",
        path: "/users/:id/friend",
        id: "requestFriend",
        tag,
        summary: "Ask somebody to be friends; whoever was asked already accepts by it",
        params: byId,
        success: [
          {
            status: 201,
            about: "Asked",
            schema: z.object({ status: friendStatus }),
            example: { status: "outgoing" },
          },
          { status: 200, about: "Accepted, or asked before", schema: z.object({ status: friendStatus }) },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        const { status, isNew } = await friends.request(actor, params.id);
        return new Reply({ status }, isNew ? 201 : 200);
      },
    ),
    route(
      {
        method: "POST",
        path: "/users/:id/friend/accept",
        id: "acceptFriend",
        tag,
        summary: "Accept somebody's request",
        params: byId,
        success: [{ status: 200, about: "Friends", schema: z.object({ status: friendStatus }) }],
        errors: ["NOT_FOUND"],
      },
      async ({ params }, actor) => {
        await friends.accept(actor, params.id);
        return { status: "accepted" };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/users/:id/friend",
        id: "removeFriend",
        tag,
        summary: "End a friendship, or take back or refuse a request",
        params: byId,
        own: true,
        success: [{ status: 200, about: "Ended", schema: said }],
        errors: ["NOT_FOUND"],
      },
      async ({ params }, actor) => {
        await friends.remove(actor, params.id);
        return { message: "Friend removed" };
      },
    ),
  ];
}
