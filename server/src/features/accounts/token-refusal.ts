import { now } from "../../platform/clock.ts";
import { AppError } from "../../platform/errors.ts";
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
