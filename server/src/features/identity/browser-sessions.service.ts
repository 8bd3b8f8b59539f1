import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { now } from "../../platform/clock.ts";
import type { Tx } from "../../platform/db/database.ts";
import { AppError, unauthorized } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { OwnPages } from "../../platform/http/own-pages.ts";
import { isId, newSecret, sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { UserRow } from "./identity.queries.ts";
import type { Device, LiveSession, Sessions } from "./sessions.service.ts";

/** What begins a session in a browser. Times in milliseconds since 1970. */
export interface BrowserSignIn {
  /** For `Set-Cookie`. */
  cookie: string;
  csrfToken: string;
  sessionId: string;
  /** Unless it is used before: each use prolongs it, up to 90 days from the sign-in. */
  expiresAt: number;
}

/** Sessions that a cookie proves. Its value is the session's id and a secret of which only the hash is stored. */
export class BrowserSessions {
  readonly #sessions: Sessions;
  readonly #pages: OwnPages;
  readonly #csrfKey: Buffer;

  /** @param serverSecret every process of the installation has the same. */
  constructor(sessions: Sessions, pages: OwnPages, serverSecret: string) {
    this.#sessions = sessions;
    this.#pages = pages;
    this.#csrfKey = Buffer.from(hkdfSync("sha256", serverSecret, "parley", "csrf", 32));
  }

  /** Opens a session in the caller's transaction. One that the browser had before ends: its cookie is replaced. */
  async open(tx: Tx, user: UserRow, device: Device, former: Actor | null): Promise<BrowserSignIn> {
    const at = now();
    if (former !== null) await this.#sessions.endIn(tx, former);
    const secret = newSecret();
    const { sessionId } = await this.#sessions.insert(tx, user, device, {
      by: "cookie",
      hash: sha256(secret),
    });
    return {
      // The browser may keep it to the family's end; how long the session lives is the server's to know.
      cookie: this.#pages.cookieFor(`${sessionId}.${secret}`, limits.sessionMs),
      csrfToken: this.#csrfTokenOf(sessionId),
      sessionId,
      expiresAt: at + limits.refreshTokenMs,
    };
  }

  /**
   * Whose cookie it is; null without one. It does not say that they meant to send it: see `requireOwnRequest`.
   * @throws AppError UNAUTHORIZED for a cookie that is not a live session's.
   */
  async authenticate(cookieHeader: string | null): Promise<Actor | null> {
    const value = this.#pages.cookieIn(cookieHeader);
    if (value === undefined) return null;
    const live = await this.#requireLive(value);
    if (live.expiresAt - now() < limits.refreshTokenMs - limits.sessionTouchMs && canProlong(live))
      await this.#sessions.prolong(live);
    return live.actor;
  }

  /** @throws AppError CSRF_FAILED for a request that changes something and comes from another's page. */
  requireOwnRequest(request: Request, { sessionId }: Actor): void {
    this.#pages.requireOwnRequest(request, (token) => isSame(token, this.#csrfTokenOf(sessionId)));
  }

  /** The live session whose cookie the header `Cookie` brings, if there is one. */
  async find(cookieHeader: string | null): Promise<Actor | null> {
    const value = this.#pages.cookieIn(cookieHeader);
    if (value === undefined) return null;
    try {
      return (await this.#requireLive(value)).actor;
    } catch (error) {
      if (error instanceof AppError && error.status === 401) return null;
      throw error;
    }
  }

  async #requireLive(value: string): Promise<LiveSession> {
    const refused = () => unauthorized("The session has ended. Sign in again.");
    const dot = value.indexOf(".");
    const [sessionId, secret] = [value.slice(0, dot), value.slice(dot + 1)];
    if (dot === -1 || !isId(sessionId)) throw refused();
    const live = await this.#sessions.requireLiveSession(sessionId);
    if (live.cookieHash === null || !isSame(sha256(secret), live.cookieHash)) throw refused();
    return live;
  }

  /** The token that the session's unsafe requests carry; null for a session that tokens prove. */
  async findCsrfToken(actor: Actor): Promise<string | null> {
    const { cookieHash } = await this.#sessions.requireLiveSession(actor.sessionId);
    return cookieHash === null ? null : this.#csrfTokenOf(actor.sessionId);
  }

  /** Headers of an answer after which the session is over: the browser forgets the cookie, if it was the session's. */
  farewell(actor: Actor, cookieHeader: string | null): Record<string, string> {
    const isBrowsers = this.#pages.cookieIn(cookieHeader)?.startsWith(`${actor.sessionId}.`) === true;
    return isBrowsers ? { "set-cookie": this.#pages.expiredCookie } : {};
  }

  /** @throws AppError CSRF_FAILED if a page of another origin asks for a cookie. */
  requireNotForeign(header: (name: string) => string | null): void {
    this.#pages.requireNotForeign(header);
  }

  #csrfTokenOf(sessionId: string): string {
    return createHmac("sha256", this.#csrfKey).update(sessionId).digest("base64url");
  }
}

function canProlong({ expiresAt, familyExpiresAt }: LiveSession): boolean {
  return expiresAt < familyExpiresAt;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
