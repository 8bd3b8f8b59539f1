import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, text, timeField, visibleText } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { UserRow } from "./identity.queries.ts";
import { emailField, passwordField, tokens } from "./identity.schema.ts";
import { namesOf } from "./names.ts";
import type { IssuedTokens } from "./sessions.service.ts";

/**
 * The words of the workspace surface for people: `tenant_id` is the organization's id, `role` the one in the
 * organization.
 */

export const founderBody = z.object({
  email: emailField,
  password: passwordField,
  first_name: visibleText(limits.nameCodePoints),
  last_name: visibleText(limits.nameCodePoints),
});

export const nameChanges = z.object({
  first_name: visibleText(limits.nameCodePoints).optional(),
  last_name: text(0, limits.nameCodePoints).optional(),
});

const organizationRole = z.enum(["Admin", "Developer", "Manager", "Viewer"]);
const identifying = { user_id: idField, tenant_id: idField, email: z.string().nullable() };
const names = { first_name: z.string(), last_name: z.string() };

export const workspaceTokens = tokens.omit({ session_id: true }).meta({ id: "WorkspaceTokens" });

export const founder = z.object({
  user: z.object({ ...identifying, ...names, role: organizationRole, created_at: timeField }),
  tokens: workspaceTokens,
});

export const workspaceSignedIn = z.object({
  user: z.object({ ...identifying, full_name: z.string(), role: organizationRole }),
  tokens: workspaceTokens,
});

export const workspaceUser = z
  .object({
    ...identifying,
    username: z.string(),
    ...names,
    full_name: z.string(),
    role: organizationRole,
    is_active: z.boolean(),
    email_verified: z.boolean(),
    last_login_at: timeField.nullable(),
    created_at: timeField,
    updated_at: timeField,
  })
  .meta({ id: "WorkspaceUser" });

export const changedNames = z.object({
  user_id: idField,
  email: z.string().nullable(),
  ...names,
  full_name: z.string(),
  updated_at: timeField,
});

export function presentTokens(issued: IssuedTokens): z.output<typeof workspaceTokens> {
  return {
    access_token: issued.accessToken,
    refresh_token: issued.refreshToken,
    expires_at: isoTime(issued.expiresAt),
    refresh_expires_at: isoTime(issued.refreshExpiresAt),
  };
}

export function presentFounder(user: UserRow): z.output<typeof founder>["user"] {
  return {
    user_id: user.id,
    tenant_id: user.organization_id,
    email: user.email,
    ...presentNames(user),
    role: user.organization_role,
    created_at: isoTime(user.created_at),
  };
}

export function presentSignedIn(user: UserRow): z.output<typeof workspaceSignedIn>["user"] {
  return {
    user_id: user.id,
    tenant_id: user.organization_id,
    email: user.email,
    full_name: user.display_name,
    role: user.organization_role,
  };
}

/** Whoever can ask for it is active: others have no session. */
export function presentWorkspaceUser(user: UserRow): z.output<typeof workspaceUser> {
  return {
    user_id: user.id,
    tenant_id: user.organization_id,
    email: user.email,
    username: user.username,
    ...presentNames(user),
    full_name: user.display_name,
    role: user.organization_role,
    is_active: true,
    email_verified: user.email_verified_at !== null,
    last_login_at: isoTimeOrNull(user.last_login_at),
    created_at: isoTime(user.created_at),
    updated_at: isoTime(user.updated_at),
  };
}

export function presentChangedNames(user: UserRow): z.output<typeof changedNames> {
  return {
    user_id: user.id,
    email: user.email,
    ...presentNames(user),
    full_name: user.display_name,
    updated_at: isoTime(user.updated_at),
  };
}

function presentNames(user: UserRow) {
  const { firstName, lastName } = namesOf(user);
  return { first_name: firstName, last_name: lastName };
}
