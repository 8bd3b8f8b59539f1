import { z } from "zod";
import { type Method, type Route, route } from "../../platform/http/route.ts";
import { ownUser, passwordChangeBody, presentOwnUser, profileChanges } from "./identity.schema.ts";
import type { OwnAccounts } from "./own-accounts.service.ts";
import type { Passwords } from "./passwords.service.ts";

const tag = "People";

/** One's own profile and password. */
export function ownAccountsRoutes(ownAccounts: OwnAccounts, passwords: Passwords): Route[] {
  return [
    ...ownProfileRoutes(ownAccounts),
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
  ];
}

/** The same thing under two names, which clients of two generations use. */
function ownProfileRoutes(ownAccounts: OwnAccounts): Route[] {
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
      async (_, actor) => presentOwnUser(await ownAccounts.get(actor)),
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
        return presentOwnUser(await ownAccounts.changeProfile(actor, { username, displayName, avatarUrl }));
      },
    ),
  ]);
}
