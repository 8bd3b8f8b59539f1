import { AppError, unauthorized } from "../../platform/errors.ts";
import type { Actor, Caller, Scope } from "../../platform/http/actor.ts";
import type { UserRow } from "./identity.queries.ts";

/** What a sign-in or a refresh hands out. Times in milliseconds since 1970. */
export interface IssuedTokens {
  accessToken: string;
  expiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
  sessionId: string;
}

/** Where a session is begun. */
export interface Device extends Caller {
  /** What its owner calls it. */
  deviceName?: string | undefined;
}

/** What proves a session. A key's lasts until the key is revoked. */
export type SessionProof =
  | { by: "tokens" }
  | { by: "cookie"; hash: string }
  | { by: "key"; hash: string; scopes: readonly Scope[] };

/** A session as it is kept in memory. */
export interface LiveSession {
  actor: Actor;
  expiresAt: number;
  familyExpiresAt: number;
  /** Null: tokens prove it. */
  cookieHash: string | null;
  /** Null: it is no API key's. */
  apiKeyHash: string | null;
}

export type RefreshOutcome =
  | { kind: "rotated"; actor: Actor; token: string; issuedAt: number; expiresAt: number }
  | { kind: "refused"; error: AppError };

/** Of a user's sessions: one, all but one, or all. */
export interface Which {
  only?: string;
  except?: string;
}

const signInAgain = "Sign in again.";

/** 401 for a session that somebody has ended, or that is past its end. */
export function sessionHasEnded(): AppError {
  return unauthorized(`The session has ended. ${signInAgain}`);
}

export function actorOf(
  user: Pick<UserRow, "id" | "organization_id" | "role" | "organization_role">,
  sessionId: string,
): Actor {
  return {
    userId: user.id,
    organizationId: user.organization_id,
    sessionId,
    role: user.role,
    organizationRole: user.organization_role,
  };
}

export function refuse(
  code: "UNAUTHORIZED" | "TOKEN_EXPIRED" | "TOKEN_REUSED",
  message: string,
): RefreshOutcome {
  return { kind: "refused", error: new AppError(code, `${message} ${signInAgain}`) };
}
