import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { timeField } from "../../platform/http/fields.ts";
import { publicRoute, Reply, type Route, route } from "../../platform/http/route.ts";
import type { Mailer } from "../../platform/mail/mail.ts";
import type { BrowserSessions } from "./browser-sessions.service.ts";
import {
  credentialsIn,
  loginBody,
  logoutBody,
  presentOwnUser,
  presentTokens,
  profile,
  refreshBody,
  registerBody,
  sessionToEnd,
  signedIn,
  signInOptions,
  tokens,
} from "./identity.schema.ts";
import type { SignedInBrowser } from "./open-session.ts";
import type { OwnAccounts } from "./own-accounts.service.ts";
import type { Registrations } from "./registrations.service.ts";
import type { Sessions } from "./sessions.service.ts";
import type { SignIns } from "./sign-in.service.ts";

const tag = "Authentication";

interface AuthServices {
  registrations: Registrations;
  ownAccounts: OwnAccounts;
  signIns: SignIns;
  sessions: Sessions;
  browserSessions: BrowserSessions;
  mails: MailWay;
}

type MailWay = Pick<Mailer, "delivers">;

/** Signing up, in, out and on. */
export function authRoutes(services: AuthServices): Route[] {
  const { registrations, ownAccounts, signIns, sessions, browserSessions, mails } = services;
  return [
    optionsRoute(registrations, mails),
    ...signInRoutes(registrations, signIns, browserSessions),
    ...sessionRoutes(ownAccounts, sessions, browserSessions),
  ];
}

const lockText =
  "The fifth wrong password in 15 minutes locks the account for 15 minutes for the network it came from; the fiftieth, " +
  "from anywhere, for every sign-in that does not bring a live session's cookie or `refresh_token`.";

const cookieText =
  'With `"session":"cookie"` the answer sets the session\'s cookie and has `csrf_token` in place of the tokens. Each later ' +
  "request that is not GET or HEAD carries it in `X-CSRF-Token` and comes from a page of the server's own origin.";

function optionsRoute(registrations: Registrations, mails: MailWay): Route {
  return publicRoute(
    {
      method: "GET",
      path: "/auth/options",
      id: "getSignInOptions",
      tag,
      summary: "What a sign-in page has to know",
      success: [{ status: 200, about: "How people come in here", schema: signInOptions }],
    },
    async () => {
      const { registration, isEmpty } = await registrations.signInOptions();
      return { registration, is_empty: isEmpty, sends_mail: mails.delivers };
    },
  );
}

function signInRoutes(registrations: Registrations, signIns: SignIns, browser: BrowserSessions): Route[] {
  return [
    publicRoute(
      {
        method: "POST",
        path: "/auth/register",
        id: "register",
        tag,
        summary: "Make an account and sign in",
        description: `The first person to register becomes the server's admin. ${cookieText}`,
        body: registerBody,
        success: [{ status: 201, about: "The account and its first session", schema: signedIn }],
        errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND", "CSRF_FAILED"],
        refusedAfter: ["registrations"],
      },
      async ({ body, caller, header }) => {
        const { device_name: deviceName, session } = body;
        const {
          email,
          username,
          password,
          display_name: displayName,
          invitation_token: invitationToken,
        } = body;
        const registration = { email, username, password, displayName, invitationToken };
        const device = { ...caller, deviceName };
        if (session === "cookie") {
          browser.requireNotForeign(header);
          const former = await browser.find(header("cookie"));
          return answerInBrowser(await registrations.registerInBrowser(registration, device, former), 201);
        }
        const { user, tokens } = await registrations.register(registration, device);
        return new Reply({ user: presentOwnUser(user), ...presentTokens(tokens) }, 201);
      },
    ),
    publicRoute(
      {
        method: "POST",
        path: "/auth/login",
        id: "login",
        tag,
        summary: "Sign in with an e-mail address or a username",
        description: `${lockText} ${cookieText}`,
        body: loginBody,
        success: [{ status: 200, about: "A new session", schema: signedIn }],
        errors: [
          "BANNED",
          "FORBIDDEN",
          "INVALID_CREDENTIALS",
          "TWO_FACTOR_REQUIRED",
          "ACCOUNT_LOCKED",
          "CSRF_FAILED",
        ],
      },
      async ({ body, caller, header }) => {
        const device = { ...caller, deviceName: body.device_name };
        const former = await browser.find(header("cookie"));
        if (body.session === "cookie") {
          browser.requireNotForeign(header);
          return answerInBrowser(await signIns.loginInBrowser(credentialsIn(body), device, former), 200);
        }
        const { user, tokens } = await signIns.login(credentialsIn(body), device, former);
        return { user: presentOwnUser(user), ...presentTokens(tokens) };
      },
    ),
  ];
}

function sessionRoutes(ownAccounts: OwnAccounts, sessions: Sessions, browser: BrowserSessions): Route[] {
  return [
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
        const message = "Logged out successfully";
        const farewell = browser.farewell(actor, header("cookie"));
        if (body.all === true) {
          await sessions.endAll(actor);
          return new Reply({ message }, 200, farewell);
        }
        const ended = sessionToEnd(body, header) ?? actor.sessionId;
        await sessions.endOne(actor, ended);
        return new Reply({ message }, 200, ended === actor.sessionId ? farewell : {});
      },
    ),
    route(
      {
        method: "GET",
        path: "/auth/profile",
        id: "getProfile",
        tag,
        summary: "The caller's account as it is now",
        description: "In a cookie session it also answers `csrf_token`, for a page that was loaded again.",
        success: [{ status: 200, about: "The account", schema: profile }],
        etag: true,
      },
      async (_, actor) => ({
        ...presentOwnUser(await ownAccounts.get(actor)),
        ...(await csrfTokenPart(browser, actor)),
      }),
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

function answerInBrowser({ user, signIn }: SignedInBrowser, status: number): Reply {
  const data = {
    user: presentOwnUser(user),
    csrf_token: signIn.csrfToken,
    session_id: signIn.sessionId,
    expires_at: isoTime(signIn.expiresAt),
  };
  return new Reply(data, status, { "set-cookie": signIn.cookie });
}

/** The `csrf_token` of a cookie session, nothing in any other. */
export async function csrfTokenPart(
  browser: BrowserSessions,
  actor: Actor,
): Promise<{ csrf_token?: string }> {
  const token = await browser.findCsrfToken(actor);
  return token === null ? {} : { csrf_token: token };
}
