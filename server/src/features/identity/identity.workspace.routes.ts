import { created, publicRoute, type Route, route, Said } from "../../platform/http/route.ts";
import {
  credentialsBody,
  credentialsIn,
  logoutBody,
  passwordChangeBody,
  refreshBody,
  sessionToEnd,
} from "./identity.schema.ts";
import {
  changedNames,
  founder,
  founderBody,
  nameChanges,
  presentChangedNames,
  presentFounder,
  presentSignedIn,
  presentTokens,
  presentWorkspaceUser,
  workspaceSignedIn,
  workspaceTokens,
  workspaceUser,
} from "./identity.workspace.schema.ts";
import type { OwnAccounts } from "./own-accounts.service.ts";
import type { Passwords } from "./passwords.service.ts";
import type { Registrations } from "./registrations.service.ts";
import type { Sessions } from "./sessions.service.ts";
import type { SignIns } from "./sign-in.service.ts";

const tag = "Workspace accounts";

interface WorkspaceIdentityServices {
  registrations: Registrations;
  ownAccounts: OwnAccounts;
  signIns: SignIns;
  passwords: Passwords;
  sessions: Sessions;
}

/** Accounts in the words of the workspace surface. */
export function workspaceIdentityRoutes(services: WorkspaceIdentityServices): Route[] {
  return [...signInRoutes(services), ...ownAccountRoutes(services)];
}

function signInRoutes({ registrations, signIns, sessions }: WorkspaceIdentityServices): Route[] {
  return [
    publicRoute(
      {
        method: "POST",
        path: "/auth/register",
        id: "foundOrganization",
        tag,
        summary: "Make an account with an organization of its own, and sign in",
        description:
          "The account is the organization's Admin. Its username is derived from the e-mail address. The first person to register becomes the server's admin too.",
        body: founderBody,
        success: [{ status: 201, about: "The account and its first session", schema: founder }],
        errors: ["CONFLICT", "FORBIDDEN"],
        refusedAfter: ["registrations"],
      },
      async ({ body, caller }) => {
        const { email, password, first_name: firstName, last_name: lastName } = body;
        const { user, tokens } = await registrations.found({ email, password, firstName, lastName }, caller);
        return created({ user: presentFounder(user), tokens: presentTokens(tokens) });
      },
    ),
    publicRoute(
      {
        method: "POST",
        path: "/auth/login",
        id: "workspaceLogin",
        tag,
        summary: "Sign in with an e-mail address or a username",
        body: credentialsBody,
        success: [{ status: 200, about: "A new session", schema: workspaceSignedIn }],
        errors: ["BANNED", "FORBIDDEN", "INVALID_CREDENTIALS", "TWO_FACTOR_REQUIRED", "ACCOUNT_LOCKED"],
      },
      async ({ body, caller }) => {
        const device = { ...caller, deviceName: body.device_name };
        const { user, tokens } = await signIns.login(credentialsIn(body), device);
        return { user: presentSignedIn(user), tokens: presentTokens(tokens) };
      },
    ),
    publicRoute(
      {
        method: "POST",
        path: "/auth/refresh",
        id: "workspaceRefresh",
        tag,
        summary: "Exchange a refresh token for new tokens",
        description:
          "A refresh token works once. Within 10 seconds the same answer is given again; a later second use ends the session.",
        body: refreshBody,
        success: [{ status: 200, about: "New tokens of the same session", schema: workspaceTokens }],
        errors: ["UNAUTHORIZED", "TOKEN_EXPIRED", "TOKEN_REUSED"],
      },
      async ({ body }) => presentTokens(await sessions.refresh(body.refresh_token)),
    ),
    route(
      {
        method: "POST",
        path: "/auth/logout",
        id: "workspaceLogout",
        tag,
        summary: "End this session, another of one's own, or all",
        body: logoutBody,
        bodyOptional: true,
        own: true,
        success: [{ status: 200, about: "Signed out", schema: null }],
        errors: ["NOT_FOUND"],
      },
      async ({ body, header }, actor) => {
        if (body.all === true) await sessions.endAll(actor);
        else await sessions.endOne(actor, sessionToEnd(body, header) ?? actor.sessionId);
        return new Said("Logged out successfully");
      },
    ),
  ];
}

function ownAccountRoutes({ ownAccounts, passwords }: WorkspaceIdentityServices): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users/me",
        id: "getWorkspaceUser",
        tag,
        summary: "One's own account",
        success: [{ status: 200, about: "The account", schema: workspaceUser }],
        etag: true,
      },
      async (_, actor) => presentWorkspaceUser(await ownAccounts.get(actor)),
    ),
    route(
      {
        method: "PUT",
        path: "/users/me",
        id: "updateWorkspaceUser",
        tag,
        summary: "Change one's names; a name that is not given stays",
        body: nameChanges,
        own: true,
        success: [{ status: 200, about: "What the names are now", schema: changedNames }],
      },
      async ({ body }, actor) => {
        const { first_name: firstName, last_name: lastName } = body;
        const user = await ownAccounts.changeNames(actor, {
          ...(firstName === undefined ? {} : { firstName }),
          ...(lastName === undefined ? {} : { lastName }),
        });
        return presentChangedNames(user);
      },
    ),
    route(
      {
        method: "PUT",
        path: "/users/me/password",
        id: "changeWorkspacePassword",
        tag,
        summary: "Change the password and end all sessions, this one too",
        body: passwordChangeBody,
        own: true,
        success: [{ status: 200, about: "It is changed: sign in again", schema: null }],
        errors: ["INVALID_PASSWORD", "ACCOUNT_LOCKED"],
      },
      async ({ body }, actor) => {
        await passwords.change(actor, body.current_password, body.new_password, "all");
        return new Said("Password changed successfully");
      },
    ),
  ];
}
