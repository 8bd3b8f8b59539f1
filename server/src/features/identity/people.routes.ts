import { z } from "zod";
import { isoTimeOrNull } from "../../platform/clock.ts";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { idField, limitQuery, timeField } from "../../platform/http/fields.ts";
import { type Method, type Route, route } from "../../platform/http/route.ts";
import { canSeeEmail } from "./identity.policy.ts";
import {
  ownUser,
  passwordChangeBody,
  presenceBody,
  presence as presenceSchema,
  presentOwnUser,
  presentUser,
  profileChanges,
  publicUser,
} from "./identity.schema.ts";
import type { Passwords } from "./passwords.service.ts";
import type { People } from "./people.service.ts";
import type { Presence } from "./presence.service.ts";

const tag = "People";
const presenceIdsAtMost = 100;

/** Profiles, the directory and presence. */
export function peopleRoutes(people: People, passwords: Passwords, presence: Presence): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users",
        id: "listUsers",
        tag,
        summary: "The organization's directory",
        query: z.object({
          q: z.string().max(100).optional(),
          limit: limitQuery,
          cursor: z.string().optional(),
        }),
        success: [
          {
            status: 200,
            about: "People by username",
            schema: z.object({ users: z.array(publicUser), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["FORBIDDEN"],
      },
      async ({ query }, actor) => {
        const { q, limit, cursor } = query;
        const after =
          cursor === undefined ? undefined : String(decodeCursor("users", cursor, ["string"], "cursor")[0]);
        const users = await people.list(actor, { search: q, after, limit: limit + 1 });
        const shown = users.slice(0, limit);
        const last = shown.at(-1);
        const more = users.length > limit && last !== undefined;
        return {
          users: shown.map((user) =>
            presentUser(user, presence.stateFor(actor, user), canSeeEmail(actor, user.id)),
          ),
          next_cursor: more ? encodeCursor("users", [last.username_key]) : null,
        };
      },
    ),
    ...ownProfileRoutes(people),
    route(
      {
        method: "POST",
        path: "/users/me/password",
        id: "changePassword",
        tag,
        summary: "Change the password and end all other sessions",
        body: passwordChangeBody,
        own: true,
        success: [{ status: 200, about: "It is changed", schema: z.object({ message: z.string() }) }],
        errors: ["INVALID_PASSWORD", "ACCOUNT_LOCKED"],
      },
      async ({ body }, actor) => {
        await passwords.change(actor, body.current_password, body.new_password, "others");
        return { message: "Password changed" };
      },
    ),
    route(
      {
        method: "GET",
        path: "/users/:id",
        id: "getUser",
        tag,
        summary: "Somebody of one's organization",
        params: z.object({ id: idField }),
        success: [{ status: 200, about: "The person", schema: publicUser }],
        errors: ["NOT_FOUND"],
        etag: true,
      },
      async ({ params }, actor) => {
        const user = await people.get(actor, params.id);
        return presentUser(user, presence.stateFor(actor, user), canSeeEmail(actor, user.id));
      },
    ),
    ...presenceRoutes(presence),
  ];
}

/** The same thing under two names, which clients of two generations use. */
function ownProfileRoutes(people: People): Route[] {
  const paths: { path: string; change: Method; name: string }[] = [
    { path: "/users/me", change: "PATCH", name: "Me" },
    { path: "/users/profile", change: "PUT", name: "OwnProfile" },
  ];
  return paths.flatMap(({ path, change, name }) => [
    route(
      {
        method: "GET",
        path,
        id: `get${name}`,
        tag,
        summary: "One's own account",
        success: [{ status: 200, about: "The account", schema: ownUser }],
        etag: true,
      },
      async (_, actor) => presentOwnUser(await people.getOwn(actor)),
    ),
    route(
      {
        method: change,
        path,
        id: `update${name}`,
        tag,
        summary: "Change one's own profile; fields that are not given stay",
        body: profileChanges,
        own: true,
        success: [{ status: 200, about: "The account", schema: ownUser }],
        errors: ["CONFLICT"],
      },
      async ({ body }, actor) => {
        const { username, display_name: displayName, avatar_url: avatarUrl } = body;
        return presentOwnUser(await people.changeProfile(actor, { username, displayName, avatarUrl }));
      },
    ),
  ]);
}

function presenceRoutes(presence: Presence): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/presence",
        id: "reportPresence",
        tag,
        summary: "Say that one is here, or not",
        body: presenceBody,
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
