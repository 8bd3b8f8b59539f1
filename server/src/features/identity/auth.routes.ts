import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { timeField } from "../../platform/http/fields.ts";
import { created, publicRoute, type Route, route } from "../../platform/http/route.ts";
import {
  loginBody,
  logoutBody,
  ownUser,
  presentOwnUser,
  refreshBody,
  registerBody,
  sessionToEnd,
  signedIn,
  tokens,
} from "./identity.schema.ts";
import type { People } from "./people.service.ts";
import type { IssuedTokens, Sessions } from "./sessions.service.ts";

const tag = "Authentication";

/** Signing up, in, out and on (001 endpoints 1–5). */
export function authRoutes(people: People, sessions: Sessions): Route[] {
  return [
    publicRoute(
      {
        method: "POST",
        path: "/auth/register",
        id: "register",
        tag,
        summary: "Make an account and sign in",
        description: "The first person to register becomes the server's admin.",
        body: registerBody,
        success: [{ status: 201, about: "The account and its first session", schema: signedIn }],
        errors: ["CONFLICT", "FORBIDDEN"],
        refusedAfter: ["registrations"],
      },
      async ({ body, caller }) => {
        const { display_name: displayName, ...rest } = body;
        const { user, tokens } = await people.register({ ...rest, displayName }, caller);
        return created({ user: presentOwnUser(user), ...presentTokens(tokens) });
      },
    ),
    publicRoute(
      {
        method: "POST",
        path: "/auth/login",
        id: "login",
        tag,
        summary: "Sign in with an e-mail address or a username",
        body: loginBody,
        success: [{ status: 200, about: "A new session", schema: signedIn }],
        errors: ["INVALID_CREDENTIALS"],
      },
      async ({ body, caller }) => {
        const { user, tokens } = await people.login(body, body.password, caller);
        return { user: presentOwnUser(user), ...presentTokens(tokens) };
      },
    ),
    publicRoute(
      {
        method: "POST",
        path: "/auth/refresh",
        id: "refresh",
        tag,
        summary: "Exchange a refresh token for new tokens",
        description:
          "A refresh token works once. Within 10 seconds the same answer is given again; a later second use ends the session.",
        body: refreshBody,
        success: [{ status: 200, about: "New tokens of the same session", schema: tokens }],
        errors: ["UNAUTHORIZED", "TOKEN_EXPIRED", "TOKEN_REUSED"],
      },
      async ({ body }) => presentTokens(await sessions.refresh(body.refresh_token)),
    ),
    route(
      {
        method: "POST",
        path: "/auth/logout",
        id: "logout",
        tag,
        summary: "End this session, another of one's own, or all",
        description:
          "`session_id` in the body wins over the `X-Session-ID` header; without both the token's own session ends.",
        body: logoutBody,
        bodyOptional: true,
        own: true,
        success: [{ status: 200, about: "Signed out", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND"],
      },
      async ({ body, header }, actor) => {
        if (body.all === true) await sessions.endAll(actor);
        else await sessions.endOne(actor, sessionToEnd(body, header) ?? actor.sessionId);
        return { message: "Logged out successfully" };
      },
    ),
    route(
      {
        method: "GET",
        path: "/auth/profile",
        id: "getProfile",
        tag,
        summary: "The caller's account as it is now",
        success: [{ status: 200, about: "The account", schema: ownUser }],
      },
      async (_, actor) => presentOwnUser(await people.getOwn(actor)),
    ),
    route(
      {
        method: "POST",
        path: "/auth/ws-ticket",
        id: "takeTicket",
        tag,
        summary: "Take a ticket that opens one WebSocket within 30 seconds",
        own: true,
        success: [
          {
            status: 200,
            about: "The ticket",
            schema: z.object({ ticket: z.string(), expires_at: timeField }),
          },
        ],
      },
      async (_, actor) => {
        const { ticket, expiresAt } = await sessions.issueTicket(actor);
        return { ticket, expires_at: isoTime(expiresAt) };
      },
    ),
  ];
}

function presentTokens(issued: IssuedTokens): z.output<typeof tokens> {
  return {
    access_token: issued.accessToken,
    refresh_token: issued.refreshToken,
    expires_at: isoTime(issued.expiresAt),
    refresh_expires_at: isoTime(issued.refreshExpiresAt),
    session_id: issued.sessionId,
  };
}
