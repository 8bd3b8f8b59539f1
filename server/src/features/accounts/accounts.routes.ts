import { z } from "zod";
import { publicRoute, Reply, type Route, route } from "../../platform/http/route.ts";
import { type BrowserSessions, givenPassword } from "../identity/index.ts";
import { emailChangeBody, forgotBody, resetBody, said, verifyBody } from "./accounts.schema.ts";
import { apiKeysRoutes } from "./api-keys.routes.ts";
import type { ApiKeys } from "./api-keys.service.ts";
import type { Deletion } from "./deletion.service.ts";
import type { EmailAddresses } from "./email-addresses.service.ts";
import type { OwnData } from "./own-data.service.ts";
import type { Recovery } from "./recovery.service.ts";
import { twoFactorRoutes } from "./two-factor.routes.ts";
import type { TwoFactor } from "./two-factor.service.ts";

const tag = "Authentication";

interface AccountsServices {
  recovery: Recovery;
  emailAddresses: EmailAddresses;
  twoFactor: TwoFactor;
  apiKeys: ApiKeys;
  deletion: Deletion;
  ownData: OwnData;
  browserSessions: BrowserSessions;
}

/** What an account's owner does to keep it and to get it back. */
export function accountsRoutes(services: AccountsServices): Route[] {
  return [
    ...passwordRoutes(services.recovery),
    ...emailRoutes(services.emailAddresses),
    ...twoFactorRoutes(services.twoFactor),
    ...apiKeysRoutes(services.apiKeys),
    exportRoute(services.ownData),
    deleteAccount(services.deletion, services.browserSessions),
  ];
}

function exportRoute(ownData: OwnData): Route {
  return route(
    {
      method: "GET",
      path: "/users/me/export",
      id: "exportOwnData",
      tag: "People",
      summary: "Download everything that the server knows of oneself",
      description:
        "One JSON document, sent as it is read: profile, settings, sessions, API keys, blocks, friends, conversations, one's own " +
        "messages, files (without their bytes), notifications, workspaces and AI conversations. Three an hour.",
      answersBytes: true,
      rates: ["exports"],
      success: [{ status: 200, about: "The document", schema: z.unknown() }],
    },
    async ({ caller }, actor) =>
      new Response(await ownData.export({ ...actor, caller }), {
        headers: {
          "content-type": "application/json; charset=utf-8",
          "content-disposition": 'attachment; filename="parley-export.json"',
          "cache-control": "private, no-store",
        },
      }),
  );
}

function deleteAccount(deletion: Deletion, browser: BrowserSessions): Route {
  return route(
    {
      method: "DELETE",
      path: "/users/me",
      id: "deleteAccount",
      tag: "People",
      summary: "Delete one's account",
      description:
        "All sessions, files, settings and API keys go, and the account leaves its groups and rooms; its messages stay, under " +
        "«Deleted user». E-mail address and username are free again.",
      body: z.object({ password: givenPassword }),
      own: true,
      success: [{ status: 200, about: "It is gone", schema: said }],
      errors: ["INVALID_PASSWORD", "ACCOUNT_LOCKED", "CONFLICT"],
    },
    async ({ body, header }, actor) => {
      await deletion.deleteOwn(actor, body.password);
      return new Reply(
        { message: "Your account is deleted." },
        200,
        browser.farewell(actor, header("cookie")),
      );
    },
  );
}

function passwordRoutes(recovery: Recovery): Route[] {
  return [
    publicRoute(
      {
        method: "POST",
        path: "/auth/password/forgot",
        id: "forgotPassword",
        tag,
        summary: "Ask for a mail that sets a new password",
        description:
          "The answer is the same whether the address has an account. At most three mails an hour go to an address, and 20 are " +
          "sent for a network.",
        body: forgotBody,
        success: [{ status: 200, about: "If there is an account, a mail is on its way", schema: said }],
      },
      async ({ body, caller }) => {
        await recovery.forgot(body.email, caller.network);
        return { message: "If this address has an account, a mail is on its way." };
      },
    ),
    publicRoute(
      {
        method: "POST",
        path: "/auth/password/reset",
        id: "resetPassword",
        tag,
        summary: "Set a new password with a mail's token",
        description:
          "A token works once, within an hour, and only the newest one does. All sessions end. It does not sign in, and a second " +
          "factor stays as it is.",
        body: resetBody,
        success: [{ status: 200, about: "The password is set: sign in with it", schema: said }],
        errors: ["UNAUTHORIZED", "TOKEN_EXPIRED"],
        refusedAfter: ["wrongTokens"],
      },
      async ({ body, caller }) => {
        await recovery.reset(body.token, body.password, caller);
        return { message: "The new password is set. Sign in with it." };
      },
    ),
  ];
}

function emailRoutes(addresses: EmailAddresses): Route[] {
  return [
    publicRoute(
      {
        method: "POST",
        path: "/auth/email/verify",
        id: "verifyEmail",
        tag,
        summary: "Confirm an e-mail address with a mail's token",
        description: "Also what a change of address waits for: from then on the account has the new one.",
        body: verifyBody,
        success: [
          { status: 200, about: "The address is confirmed", schema: said.extend({ email: z.string() }) },
        ],
        errors: ["UNAUTHORIZED", "TOKEN_EXPIRED", "CONFLICT"],
        refusedAfter: ["wrongTokens"],
      },
      async ({ body, caller }) => {
        const email = await addresses.verify(body.token, caller);
        return { email, message: "The address is confirmed." };
      },
    ),
    route(
      {
        method: "POST",
        path: "/auth/email/resend",
        id: "resendVerification",
        tag,
        summary: "Send the mail that confirms one's address once more",
        own: true,
        success: [{ status: 200, about: "It is on its way", schema: said }],
        errors: ["CONFLICT", "RATE_LIMIT_EXCEEDED"],
      },
      async (_, actor) => {
        await addresses.askAgain(actor);
        return { message: "A mail is on its way." };
      },
    ),
    route(
      {
        method: "POST",
        path: "/users/me/email",
        id: "changeEmail",
        tag: "People",
        summary: "Change one's e-mail address",
        description: "The new address gets a mail with a token; the account has it once that is confirmed.",
        body: emailChangeBody,
        own: true,
        success: [
          {
            status: 200,
            about: "The new address has to be confirmed",
            schema: said.extend({ pending_email: z.string().meta({ examples: ["ines@boats.example"] }) }),
          },
        ],
        errors: ["INVALID_PASSWORD", "ACCOUNT_LOCKED", "CONFLICT", "RATE_LIMIT_EXCEEDED"],
      },
      async ({ body }, actor) => {
        await addresses.change(actor, body.email, body.password);
        return { pending_email: body.email, message: "Confirm the new address with the mail it gets." };
      },
    ),
  ];
}
