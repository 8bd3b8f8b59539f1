import { isoTime, now } from "../../platform/clock.ts";
import type { Queries } from "../../platform/db/database.ts";
import { AppError, forbidden } from "../../platform/errors.ts";
import { findStanding } from "./standings.queries.ts";

/** In force at that moment. */
export function isBanned(
  standing: { banned_at: number | null; banned_until: number | null },
  at: number,
): boolean {
  return standing.banned_at !== null && (standing.banned_until === null || standing.banned_until > at);
}

/** Neither banned nor switched off at that moment. */
export function isInGoodStanding(
  standing: { is_active: number; banned_at: number | null; banned_until: number | null },
  at: number,
): boolean {
  return standing.is_active === 1 && !isBanned(standing, at);
}

/**
 * Asked by whatever opens a session, once it is known whose it is.
 * @throws AppError BANNED with the reason and the end; FORBIDDEN for an account that is switched off.
 */
export async function requireGoodStanding(query: Queries, userId: string): Promise<void> {
  const standing = await findStanding(query, userId);
  if (standing === undefined) return;
  if (isBanned(standing, now())) {
    const end = standing.banned_until === null ? "" : ` until ${isoTime(standing.banned_until)}`;
    throw new AppError("BANNED", `You are banned from this server${end}: ${standing.ban_reason ?? ""}`);
  }
  if (standing.is_active === 0) throw forbidden("This account is switched off. Ask whoever runs the server.");
}
