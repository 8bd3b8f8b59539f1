import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { validationError } from "../../platform/errors.ts";
import { idField, text, timeField, urlField, visibleText } from "../../platform/http/fields.ts";
import { isId } from "../../platform/ids.ts";
import { deviceNameOf } from "./device-name.ts";
import type { SessionRow, UserRow } from "./identity.queries.ts";
import type { IssuedTokens } from "./sessions.service.ts";
import type { Credentials } from "./sign-in.service.ts";

export const emailField = z
  .string()
  .max(254)
  .refine((value) => /^[^\s@<>"]{1,64}@[^\s@.<>"]+(\.[^\s@.<>"]+)+$/.test(value), {
    error: "must be an e-mail address",
  })
  .meta({ format: "email" });

const usernameField = text(3, 30).refine((value) => /^[\p{L}\p{N}_.-]+$/u.test(value), {
  error: "may hold letters, digits, «_», «.» and «-»",
});

/** Contract section 2. Verified exactly as sent: nothing is trimmed. */
export const passwordField = text(8, 128)
  .refine((value) => /\p{Lu}/u.test(value), { error: "needs an upper-case letter" })
  .refine((value) => /\p{Ll}/u.test(value), { error: "needs a lower-case letter" })
  .refine((value) => /\p{N}/u.test(value), { error: "needs a digit" })
  .refine((value) => /[^\p{L}\p{N}]/u.test(value), { error: "needs a special character" })
  .meta({ format: "password" });

/** A password given to be checked: any text, so that a wrong one is told as wrong and not as ill-formed. */
export const givenPassword = z.string().min(1).max(1_024).meta({ format: "password" });

const displayNameField = visibleText(100);

const sessionFields = {
  session: z
    .enum(["token", "cookie"])
    .optional()
    .meta({ description: "`cookie`: for browsers; sets an HttpOnly cookie and answers no tokens." }),
  device_name: visibleText(100)
    .optional()
    .meta({
      description: "What the session list calls this device; without it, its browser and system.",
      examples: ["Kitchen tablet"],
    }),
};

export const registerBody = z.object({
  ...sessionFields,
  email: emailField,
  username: usernameField,
  password: passwordField,
  display_name: displayNameField,
  invitation_token: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ examples: ["pri_2fVd8LqWn5tYc7Rk"] }),
});

const credentialFields = {
  email: emailField.optional(),
  username: z.string().min(1).max(254).optional(),
  password: givenPassword,
  device_name: sessionFields.device_name,
  code: z
    .string()
    .max(64)
    .optional()
    .meta({
      description: "Of the authenticator, where the account has one.",
      examples: ["492039"],
    }),
  recovery_code: z
    .string()
    .max(64)
    .optional()
    .meta({
      description: "In place of `code`; each works once.",
      examples: ["k3m9-x7pq-2wd8-hn4t"],
    }),
  refresh_token: z
    .string()
    .max(1_024)
    .optional()
    .meta({ description: "Of a session of this account: lets its owner in while strangers have locked it." }),
};

type NamesAccount = (body: { email?: string | undefined; username?: string | undefined }) => boolean;
const namesAnAccount: NamesAccount = ({ email, username }) => email !== undefined || username !== undefined;
const exampleCredentials = { email: "ines@example.com", password: "Dry-Floor-1887" };
const nameMissing = { path: ["email"], error: "give an email or a username" };

/** A body's words for the service's. */
export function credentialsIn(body: z.output<typeof credentialsBody>): Credentials {
  const { email, username, password, refresh_token: refreshToken, code, recovery_code: recoveryCode } = body;
  return { email, username, password, refreshToken, factor: { code, recoveryCode } };
}

/** For surfaces without cookies. */
export const credentialsBody = z
  .object(credentialFields)
  .refine(namesAnAccount, nameMissing)
  .meta({ examples: [exampleCredentials] });

export const loginBody = z
  .object({ ...credentialFields, ...sessionFields })
  .refine(namesAnAccount, nameMissing)
  .meta({ examples: [exampleCredentials] });

export const refreshBody = z.object({ refresh_token: z.string().min(1).max(1_024) });

export const logoutBody = z
  .object({ session_id: idField.optional(), all: z.boolean().optional() })
  .meta({ examples: [{ all: true }] });

/** The session that a logout names: the body wins over `X-Session-ID`. Null: none is named. */
export function sessionToEnd(
  body: z.output<typeof logoutBody>,
  header: (name: string) => string | null,
): string | null {
  const named = body.session_id ?? header("x-session-id");
  if (named === null || isId(named)) return named?.toLowerCase() ?? null;
  throw validationError({ path: "X-Session-ID", message: "must be a session's id" });
}

export const cleanupBody = z
  .object({ others: z.boolean().optional() })
  .meta({ examples: [{ others: true }] });

export const passwordChangeBody = z.object({ current_password: givenPassword, new_password: passwordField });

export const profileChanges = z.object({
  username: usernameField.optional(),
  display_name: displayNameField.optional(),
  avatar_url: urlField.nullable().optional(),
});

const roleField = z.enum(["admin", "moderator", "user", "guest"]);

export const ownUser = z
  .object({
    id: idField,
    user_id: idField,
    organization_id: idField,
    email: z.string().nullable(),
    email_verified: z.boolean(),
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    role: roleField,
    is_bot: z.boolean().meta({ description: "A program, which comes in by an API key." }),
    created_at: timeField,
    updated_at: timeField,
  })
  .meta({ id: "OwnUser" });

const tokenFields = {
  access_token: z.string(),
  refresh_token: z.string(),
  expires_at: timeField.meta({ description: "When the access token ends." }),
  refresh_expires_at: timeField,
  session_id: idField,
};

export const tokens = z.object(tokenFields).meta({ id: "Tokens" });
const signedInByTokens = z.object({ user: ownUser, ...tokenFields }).meta({ id: "SignedIn" });

const csrfTokenField = z.string().meta({
  description: "Goes into `X-CSRF-Token` of each request of this session that is not GET or HEAD.",
});

const signedInByCookie = z
  .object({
    user: ownUser,
    csrf_token: csrfTokenField,
    session_id: idField,
    expires_at: timeField.meta({ description: "When the session ends unless it is used before." }),
  })
  .meta({ id: "SignedInByCookie" });

export const signedIn = z.union([signedInByTokens, signedInByCookie]);

/** How a page that was loaded again comes by its token. */
const csrfTokenOfCookieSession = csrfTokenField
  .optional()
  .meta({ description: "Only in a cookie session: its `X-CSRF-Token`." });

export const profile = ownUser.extend({ csrf_token: csrfTokenOfCookieSession }).meta({ id: "Profile" });

export const signInOptions = z
  .object({
    registration: z
      .enum(["open", "invite"])
      .meta({ description: "Whether anybody may register, or only who was invited." }),
    is_empty: z
      .boolean()
      .meta({ description: "Nobody has registered yet: the first one becomes the server's admin." }),
    sends_mail: z.boolean().meta({
      description: "Mails reach people by themselves. Else an administrator reads them and hands them on.",
    }),
  })
  .meta({ id: "SignInOptions" });

export const session = z
  .object({
    id: idField,
    created_at: timeField,
    last_used_at: timeField,
    expires_at: timeField,
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    device_name: z
      .string()
      .nullable()
      .meta({
        description: "As its owner named it, else browser and system.",
        examples: ["Firefox on Linux"],
      }),
    kind: z.enum(["bearer", "cookie"]),
    current: z.boolean(),
  })
  .meta({ id: "Session" });

export const currentSession = session
  .extend({ csrf_token: csrfTokenOfCookieSession })
  .meta({ id: "CurrentSession" });

export function presentOwnUser(user: UserRow): z.output<typeof ownUser> {
  return {
    id: user.id,
    user_id: user.id,
    organization_id: user.organization_id,
    email: user.email,
    email_verified: user.email_verified_at !== null,
    username: user.username,
    display_name: user.display_name,
    avatar_url: user.avatar_url,
    role: user.role,
    is_bot: user.is_bot === 1,
    created_at: isoTime(user.created_at),
    updated_at: isoTime(user.updated_at),
  };
}

export function presentSession(row: SessionRow, currentId: string): z.output<typeof session> {
  return {
    id: row.id,
    created_at: isoTime(row.created_at),
    last_used_at: isoTime(row.last_used_at),
    expires_at: isoTime(row.expires_at),
    ip: row.ip,
    user_agent: row.user_agent,
    device_name: row.device_name ?? deviceNameOf(row.user_agent),
    kind: row.cookie_hash === null ? "bearer" : "cookie",
    current: row.id === currentId,
  };
}

/** Tokens as a sign-in answers them. */
export function presentTokens(issued: IssuedTokens): z.output<typeof tokens> {
  return {
    access_token: issued.accessToken,
    refresh_token: issued.refreshToken,
    expires_at: isoTime(issued.expiresAt),
    refresh_expires_at: isoTime(issued.refreshExpiresAt),
    session_id: issued.sessionId,
  };
}
