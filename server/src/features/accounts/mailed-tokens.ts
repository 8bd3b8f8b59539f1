import type { Change } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import { AppError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/actor.ts";
import type { UserRow } from "../identity/index.ts";
import type { AccountTokenRow } from "./account-tokens.queries.ts";

/** @throws AppError UNAUTHORIZED if there is no such token, TOKEN_EXPIRED if its time is over. */
export function requireGood(token: AccountTokenRow | undefined): AccountTokenRow {
  if (token === undefined)
    throw new AppError("UNAUTHORIZED", "This link is not valid any more. Ask for a new one.");
  if (token.expires_at <= now())
    throw new AppError("TOKEN_EXPIRED", "This link has expired. Ask for a new one.");
  return token;
}

/** What counts against whoever guesses tokens. */
export function isWrongToken(error: unknown): boolean {
  return error instanceof AppError && error.status === 401;
}

/** What whoever read a mail changed of an account: nobody is signed in. */
export function changeByMail(
  user: Pick<UserRow, "id" | "organization_id">,
  caller: Caller,
  action: string,
  details: string[],
): Change {
  const target = { targetType: "user", targetId: user.id };
  return { organizationId: user.organization_id, actorId: null, caller, action, ...target, details };
}
