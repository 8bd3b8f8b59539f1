import { randomBytes } from "node:crypto";
import { buildUpload, publicKey, publicKeys } from "../kit/keys.ts";
import { goodPassword } from "../kit/person.ts";
import { type ActorName, type Cast, isPerson } from "./cast.ts";
import { type Row, row } from "./rows.ts";
import type { World } from "./world.ts";

/** Everybody signs in as who they are; who has no password with a wrong name. */
const signIn = {
  body: (_: World, actor: ActorName, { people }: Cast) => ({
    email: isPerson(actor) ? people[actor].email : "nobody@example.test",
    password: goodPassword,
  }),
  but: { anonymous: "401 INVALID_CREDENTIALS", key: "401 INVALID_CREDENTIALS", banned: "403 BANNED" },
};
const wrongPassword = "401 INVALID_PASSWORD";
const newPassword = { current_password: "Wrong-Horse-8", new_password: "Better-Horse-8" };
const unknownToken = { body: { token: "x".repeat(43) } };
const ownSession = (world: World) => ({ session_id: world.session });
const unique = () => randomBytes(6).toString("hex");

/** Sign-in, one's own account, people, organizations and whoever runs the server. */
export const rowsOfAccounts: Record<string, Row> = {
  "GET /v1/auth/options": row("open", 200),
  "POST /v1/auth/register": row("open", 400, { body: {} }),
  "POST /v1/auth/login": row("open", 200, signIn),
  "POST /v1/auth/refresh": row("open", 401, { body: { refresh_token: "unknown" } }),
  "POST /v1/auth/logout": row("ownChange", 200, { body: ownSession, fresh: "session" }),
  "GET /v1/auth/profile": row("oneself", 200),
  "POST /v1/auth/ws-ticket": row("ownChange", 200),
  "POST /v1/auth/password/forgot": row("open", 200, { body: { email: "nobody@example.test" } }),
  "POST /v1/auth/password/reset": row("open", 401, {
    body: { token: "x".repeat(43), password: goodPassword },
  }),
  "POST /v1/auth/email/verify": row("open", 401, unknownToken),
  "POST /v1/auth/email/resend": row("ownChange", 200),
  "GET /v1/auth/2fa": row("oneself", 200),
  "POST /v1/auth/2fa/setup": row("ownChange", 200),
  "POST /v1/auth/2fa/verify": row("ownChange", 409, { body: { code: "000000" } }),
  "POST /v1/auth/2fa/recovery-codes": row("ownChange", 409, {
    body: { password: goodPassword, code: "000000" },
  }),
  "POST /v1/auth/2fa/disable": row("ownChange", 409, { body: { password: goodPassword, code: "000000" } }),

  "GET /v1/users/me/blocked": row("oneself", 200),
  "POST /v1/users/:id/block": row("colleagueChange", 200, { at: "loner" }),
  "DELETE /v1/users/:id/block": row("colleagueChange", 200, { at: "loner" }),
  "GET /v1/users/me/friends": row("oneself", 200),
  "POST /v1/users/:id/friend": row("acquaintance", 201, { at: "loner" }),
  "POST /v1/users/:id/friend/accept": row("personalWrite", 200, { at: "bystander" }),
  "DELETE /v1/users/:id/friend": row("colleagueChange", 200, {
    at: "loner",
    but: { guest: "404", viewer: "404" },
  }),
  "GET /v1/users/settings": row("oneself", 200),
  "PUT /v1/users/settings": row("ownChange", 200, { body: { theme: "dark" } }),
  "PUT /v1/users/me/avatar": row("ownChange", 200, { body: { avatar_url: null } }),
  "GET /v1/users": row("directory", 200),
  "GET /v1/users/me": row("oneself", 200),
  "PATCH /v1/users/me": row("ownChange", 200, { body: { avatar_url: null } }),
  "GET /v1/users/me/export": row("oneself", 200),
  "GET /v1/users/profile": row("oneself", 200),
  "PUT /v1/users/profile": row("ownChange", 200, { body: { avatar_url: null } }),
  "POST /v1/users/me/password": row("ownChange", wrongPassword, { body: newPassword }),
  "GET /v1/users/:id": row("colleague", 200, { at: "bystander" }),
  "POST /v1/presence": row("ownChange", 200, { body: { online: false } }),
  "GET /v1/presence": row("oneself", 200, { query: ({ bystander }) => `?user_ids=${bystander}` }),
  "POST /v1/users/me/email": row("ownChange", wrongPassword, {
    body: { email: "new@example.test", password: "Wrong-Horse-8" },
  }),
  "DELETE /v1/users/me": row("ownChange", wrongPassword, { body: { password: "Wrong-Horse-8" } }),

  "GET /v1/sessions": row("oneself", 200),
  "GET /v1/sessions/current": row("oneself", 200),
  "DELETE /v1/sessions": row("ownChange", 200),
  "DELETE /v1/sessions/:id": row("personalChange", 200, { at: "session", fresh: "session" }),
  "POST /v1/sessions/cleanup": row("ownChange", 200, { body: {} }),
  "POST /v1/keys/upload": row("ownChange", 201, { body: () => ({ ...buildUpload() }) }),
  "POST /v1/keys/rotate": row("ownChange", 404, {
    body: () => ({ new_signed_pre_key: publicKey(), new_one_time_keys: publicKeys(20) }),
  }),
  "GET /v1/keys/count": row("oneself", 200),
  "GET /v1/keys/history": row("oneself", 200),
  "GET /v1/keys/:user_id": row("inGroup", 200, { at: "bystander" }),
  "POST /v1/api-keys": row("creation", 201, { body: { name: "Another", scopes: ["read"] } }),
  "GET /v1/api-keys": row("oneself", 200),
  "DELETE /v1/api-keys/:id": row("personalChange", 200, { at: "apiKey", fresh: "apiKey" }),

  "GET /v1/organizations": row("oneself", 200),
  "POST /v1/organizations": row("serverRun", 201, { body: { name: "Another" } }),
  "GET /v1/organizations/:id": row("organization", 200, { at: "organization" }),
  "PATCH /v1/organizations/:id": row("organizationRun", 200, {
    at: "organization",
    body: { time_zone: "UTC" },
  }),
  "GET /v1/organizations/:id/invitations": row("organizationRun", 200, { at: "organization" }),
  "POST /v1/organizations/:id/invitations": row("organizationRun", 201, { at: "organization", body: {} }),
  "DELETE /v1/organizations/:id/invitations/:invitationId": row("organizationRun", 200, {
    at: "organization invitation",
    fresh: "invitation",
  }),
  // For somebody else's address: whoever holds the token is refused all the same.
  "POST /v1/invitations/:token/accept": row("ownChange", 403, { at: "token" }),
  "GET /v1/organizations/:id/members": row("members", 200, { at: "organization" }),
  "PATCH /v1/organizations/:id/members/:userId": row("organizationRun", 200, {
    at: "organization bystander",
    body: { role: "Manager" },
  }),
  "DELETE /v1/organizations/:id/members/:userId": row("organizationRun", 200, {
    at: "organization bystander",
    fresh: "account",
  }),

  "GET /v1/admin/rooms": row("serverRun", 200),
  "GET /v1/admin/rooms/:id": row("serverRun", 200, { at: "room" }),
  "PUT /v1/admin/rooms/:id": row("serverRun", 200, { at: "room", body: { description: "Tidied" } }),
  "DELETE /v1/admin/rooms/:id": row("serverRun", 200, { at: "room", fresh: "room" }),
  "POST /v1/admin/announcements": row("serverRun", 201, { body: { message: "Tea is ready" } }),
  "GET /v1/admin/metrics": row("serverRun", 200),
  "GET /v1/admin/mails": row("serverRun", 200),
  "GET /v1/admin/users": row("serverRun", 200),
  "GET /v1/admin/users/:id": row("serverRun", 200, { at: "bystander" }),
  "PUT /v1/admin/users/:id": row("serverRun", 200, { at: "bystander", body: { agent: false } }),
  "POST /v1/admin/users/:id/ban": row("serverOrder", 200, {
    at: "bystander",
    body: { reason: "A test" },
    fresh: "account",
  }),
  "DELETE /v1/admin/users/:id/ban": row("serverOrder", 200, {
    at: "bystander",
    fresh: "account ban",
  }),
  "POST /v1/admin/users/:id/unlock": row("serverRun", 200, { at: "bystander" }),
  "DELETE /v1/admin/users/:id": row("serverRun", 200, { at: "bystander", fresh: "account" }),
  "GET /v1/admin/stats": row("serverRun", 200),
  "GET /v1/admin/audit-logs": row("serverOrder", 200),

  "POST /api/v5/auth/register": row("open", 400, { body: {} }),
  "POST /api/v5/auth/login": row("open", 200, signIn),
  "POST /api/v5/auth/refresh": row("open", 401, { body: { refresh_token: "unknown" } }),
  "POST /api/v5/auth/logout": row("ownChange", 200, { body: ownSession, fresh: "session" }),
  "GET /api/v5/users/me": row("oneself", 200),
  "PUT /api/v5/users/me": row("ownChange", 200, { body: () => ({ first_name: `Ada ${unique()}` }) }),
  "PUT /api/v5/users/me/password": row("ownChange", wrongPassword, { body: newPassword }),
};
