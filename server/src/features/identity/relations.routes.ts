import { z } from "zod";
import { isoTime, isTimeZone } from "../../platform/clock.ts";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { idField, limitQuery, timeField, visibleText } from "../../platform/http/fields.ts";
import { Reply, type Route, route } from "../../platform/http/route.ts";
import type { Blocks } from "./blocks.service.ts";
import type { Friends } from "./friends.service.ts";
import { canSeeEmail } from "./identity.policy.ts";
import { presentUser, publicUser } from "./identity.schema.ts";
import type { Presence } from "./presence.service.ts";
import type { UserSettings } from "./user-settings.service.ts";

const tag = "People";
const byId = z.object({ id: idField });
const friendStatus = z.enum(["accepted", "incoming", "outgoing"]).meta({ examples: ["accepted"] });
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
        success: [
          {
            status: 200,
            about: "The people",
            schema: z.object({ users: z.array(publicUser.extend({ blocked_at: timeField })) }),
          },
        ],
      },
      async (_, actor) => ({
        users: (await blocks.list(actor)).map((user) => ({
          ...presentUser(user, { online: false, lastSeenAt: null }, false),
          blocked_at: isoTime(user.blocked_at),
        })),
      }),
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
        query: z.object({
          status: friendStatus.optional(),
          limit: limitQuery,
          cursor: z.string().optional(),
        }),
        success: [
          {
            status: 200,
            about: "People by username",
            schema: z.object({
              friends: z.array(publicUser.extend({ status: friendStatus, since: timeField })),
              next_cursor: z.string().nullable(),
            }),
          },
        ],
      },
      async ({ query: { status = "accepted", limit, cursor } }, actor) => {
        const list = `friends ${status}`;
        const after =
          cursor === undefined ? undefined : String(decodeCursor(list, cursor, ["string"], "cursor")[0]);
        const rows = await friends.list(actor, status, after, limit + 1);
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          friends: rows.slice(0, limit).map((user) => ({
            ...presentUser(user, presence.stateFor(actor, user), canSeeEmail(actor, user.id)),
            status,
            since: isoTime(user.accepted_at ?? user.requested_at),
          })),
          next_cursor: last === undefined ? null : encodeCursor(list, [last.username_key]),
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

const settings = z
  .looseObject({
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "must be a language tag, such as en or pt-BR" })
      .max(35)
      .nullable()
      .optional(),
    time_zone: z
      .string()
      .refine(isTimeZone, { error: "must be an IANA time zone, such as Europe/Berlin" })
      .nullable()
      .optional(),
    theme: visibleText(40).nullable().optional(),
    presence_visible: z.boolean().nullable().optional(),
  })
  .meta({
    examples: [{ language: "en", time_zone: "Europe/Berlin", theme: "dark", presence_visible: true }],
  });

/** What one sets for oneself. */
export function ownSettingsRoutes(userSettings: UserSettings): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users/settings",
        id: "getOwnSettings",
        tag,
        summary: "One's own settings",
        success: [{ status: 200, about: "One object", schema: settings }],
        etag: true,
      },
      (_, actor) => userSettings.get(actor),
    ),
    route(
      {
        method: "PUT",
        path: "/users/settings",
        id: "updateOwnSettings",
        tag,
        summary: "Change one's own settings key by key; null deletes one",
        description:
          "Any keys and values, up to 16 KiB in all. `presence_visible: false` hides whether one is here, and since when not.",
        body: settings,
        own: true,
        success: [{ status: 200, about: "All settings as they are now", schema: settings }],
      },
      ({ body }, actor) => userSettings.merge(actor, body),
    ),
  ];
}
