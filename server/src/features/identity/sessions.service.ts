import { createHmac } from "node:crypto";
import { LruCache } from "../../platform/cache.ts";
import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { notFound, unauthorized } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId, newSecret, sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { apiKeyPrefix, readApiKey, readScopes, withScopes } from "./api-key-text.ts";
import { requireGoodStanding } from "./good-standing.ts";
import { sessionsEnded, userChanged } from "./identity.events.ts";
import {
  deleteDeadSessions,
  deleteExpiredTickets,
  endSessions,
  findLiveRefreshToken,
  findLiveSession,
  findRefreshTokenForUse,
  findSession,
  findUser,
  findUserForUpdate,
  insertRefreshToken,
  insertSession,
  insertTicket,
  listLiveSessions,
  markRefreshTokenUsed,
  prolongSession,
  type RefreshTokenRow,
  type SessionRow,
  takeTicket,
  touchSession,
  type UserRow,
  updateUser,
} from "./identity.queries.ts";
import {
  actorOf,
  type Device,
  type IssuedTokens,
  type LiveSession,
  type RefreshOutcome,
  refuse,
  type SessionProof,
  sessionHasEnded,
  type Which,
} from "./session-shapes.ts";

export type { Device, IssuedTokens, LiveSession };

/** The year 9999. */
const foreverMs = 253_402_300_799_000;
/** Sessions and what proves them: access tokens, refresh tokens and socket tickets. */
export class Sessions {
  readonly #database: Database;
  readonly #events: Events;
  readonly #tokens: AccessTokens;
  readonly #rotationKey: string;
  readonly #trail: ChangeTrail;
  readonly #live = new LruCache<string, LiveSession>(50_000);
  readonly #used = new Set<string>();
  /** Grows with each ended session: what was read before is not remembered after. */
  #endings = 0;

  constructor(
    database: Database,
    events: Events,
    tokens: AccessTokens,
    rotationKey: string,
    trail: ChangeTrail,
  ) {
    this.#database = database;
    this.#events = events;
    this.#tokens = tokens;
    this.#rotationKey = rotationKey;
    this.#trail = trail;
    events.on(sessionsEnded, ({ sessionIds }) => {
      this.#endings++;
      for (const id of sessionIds) this.#live.delete(id);
    });
    events.on(userChanged, ({ userId }) => {
      this.#endings++;
      for (const [id, { actor }] of this.#live.entries()) if (actor.userId === userId) this.#live.delete(id);
    });
  }

  /** Opens a session, a new family of refresh tokens, in the caller's transaction. */
  async open(tx: Tx, user: UserRow, device: Device): Promise<() => Promise<IssuedTokens>> {
    const at = now();
    const actor = await this.insert(tx, user, device, { by: "tokens" });
    const token = newSecret();
    const refreshExpiresAt = at + limits.refreshTokenMs;
    await this.#storeRefreshToken(tx, token, actor.sessionId, at, refreshExpiresAt);
    return () => this.#issue(actor, token, at, refreshExpiresAt);
  }

  /**
   * A new session; what proves it is the caller's to hand out. Every way in comes through here.
   * @throws AppError BANNED or FORBIDDEN, see `requireGoodStanding`.
   */
  async insert(tx: Tx, user: UserRow, device: Device, proof: SessionProof): Promise<Actor> {
    await requireGoodStanding(tx.query, user.id);
    const at = now();
    const id = newId();
    await insertSession(tx.query, {
      id,
      organization_id: user.organization_id,
      user_id: user.id,
      created_at: at,
      last_used_at: at,
      expires_at: proof.by === "key" ? foreverMs : at + limits.refreshTokenMs,
      family_expires_at: proof.by === "key" ? foreverMs : at + limits.sessionMs,
      ip: device.ip,
      user_agent: device.userAgent,
      device_name: device.deviceName ?? null,
      cookie_hash: proof.by === "cookie" ? proof.hash : null,
      api_key_hash: proof.by === "key" ? proof.hash : null,
      scopes: proof.by === "key" ? JSON.stringify(proof.scopes) : null,
      ended_at: null,
    });
    await updateUser(tx.query, user.organization_id, user.id, { last_login_at: at });
    return actorOf(user, id);
  }

  /**
   * New tokens for a session that goes on as somebody who has changed, such as in another organization. Null for one
   * that a cookie proves: it has none.
   */
  async renew(tx: Tx, user: UserRow, sessionId: string): Promise<(() => Promise<IssuedTokens>) | null> {
    const at = now();
    const session = await findSession(tx.query, sessionId);
    if (session === undefined || session.ended_at !== null) throw sessionHasEnded();
    if (session.cookie_hash !== null) return null;
    const token = newSecret();
    const expiresAt = Math.min(at + limits.refreshTokenMs, session.family_expires_at);
    await this.#storeRefreshToken(tx, token, sessionId, at, expiresAt);
    await prolongSession(tx.query, sessionId, at, expiresAt);
    return () => this.#issue(actorOf(user, sessionId), token, at, expiresAt);
  }

  async #issue(
    actor: Actor,
    refreshToken: string,
    issuedAt: number,
    refreshExpiresAt: number,
  ): Promise<IssuedTokens> {
    const { token, expiresAt } = await this.#tokens.issue(actor, issuedAt);
    return { accessToken: token, expiresAt, refreshToken, refreshExpiresAt, sessionId: actor.sessionId };
  }

  async #storeRefreshToken(tx: Tx, token: string, sessionId: string, at: number, expiresAt: number) {
    await insertRefreshToken(tx.query, {
      token_hash: sha256(token),
      session_id: sessionId,
      issued_at: at,
      expires_at: expiresAt,
      used_at: null,
    });
  }

  /**
   * Exchanges a refresh token for its successor. Within 10 seconds of its use, and while the successor is unused, the
   * same pair is given again; later use ends the whole family.
   * @throws AppError TOKEN_REUSED, TOKEN_EXPIRED or UNAUTHORIZED.
   */
  async refresh(token: string): Promise<IssuedTokens> {
    const outcome = await this.#database.transaction((tx) => this.#rotate(tx, token));
    // The refusal of a reused token has ended its family: it is thrown after that is durable.
    if (outcome.kind === "refused") throw outcome.error;
    return this.#issue(outcome.actor, outcome.token, outcome.issuedAt, outcome.expiresAt);
  }

  async #rotate(tx: Tx, token: string): Promise<RefreshOutcome> {
    const at = now();
    const row = await findRefreshTokenForUse(tx.query, this.#database.engine, sha256(token));
    if (row === undefined) return refuse("UNAUTHORIZED", "The refresh token is not valid.");
    const session = await findSession(tx.query, row.session_id);
    if (session === undefined || session.ended_at !== null)
      return refuse("UNAUTHORIZED", "The session has ended.");
    const successor = this.#successorOf(token);
    if (row.used_at !== null) return this.#repeat(tx, row, session, successor, at);
    if (Math.min(row.expires_at, session.family_expires_at) <= at)
      return refuse("TOKEN_EXPIRED", "The session has expired.");
    const expiresAt = Math.min(at + limits.refreshTokenMs, session.family_expires_at);
    await markRefreshTokenUsed(tx.query, row.token_hash, at);
    await this.#storeRefreshToken(tx, successor, session.id, at, expiresAt);
    await prolongSession(tx.query, session.id, at, expiresAt);
    this.#live.delete(session.id);
    return this.#rotated(tx, session, successor, at, expiresAt);
  }

  /** A used token came again: a racing tab gets what the first one got, a thief ends the family. */
  async #repeat(
    tx: Tx,
    row: RefreshTokenRow,
    session: SessionRow,
    successor: string,
    at: number,
  ): Promise<RefreshOutcome> {
    const next = await findRefreshTokenForUse(tx.query, this.#database.engine, sha256(successor));
    const inGrace = at - (row.used_at ?? 0) <= limits.refreshGraceMs;
    if (inGrace && next !== undefined && next.used_at === null) {
      return this.#rotated(tx, session, successor, next.issued_at, next.expires_at);
    }
    await this.#end(tx, session.user_id, { only: session.id });
    this.#trail.record(tx, {
      organizationId: session.organization_id,
      actorId: null,
      caller: null,
      action: "session.token_reused",
      targetType: "session",
      targetId: session.id,
      outcome: "refused",
    });
    return refuse("TOKEN_REUSED", "This refresh token was used before, so its session has been ended.");
  }

  async #rotated(
    tx: Tx,
    session: SessionRow,
    token: string,
    issuedAt: number,
    expiresAt: number,
  ): Promise<RefreshOutcome> {
    const user = await findUser(tx.query, session.organization_id, session.user_id);
    if (user === undefined) return refuse("UNAUTHORIZED", "The account is gone.");
    return { kind: "rotated", actor: actorOf(user, session.id), token, issuedAt, expiresAt };
  }

  /** The user whose live session the refresh token would prolong; it stays unused. */
  async findRefreshTokenOwner(token: string): Promise<string | null> {
    return (await findLiveRefreshToken(this.#database.query, sha256(token), now()))?.user_id ?? null;
  }

  /** Derived, so that it can be given again without being stored; the key never leaves the server. */
  #successorOf(token: string): string {
    return createHmac("sha256", this.#rotationKey).update(token).digest("base64url");
  }

  /** Who sends this token or API key, if its session lives. @throws AppError 401. */
  async authenticate(token: string): Promise<Actor> {
    if (token.startsWith(apiKeyPrefix)) return this.#authenticateKey(token);
    const claims = await this.#tokens.verify(token);
    return this.requireLive(claims.sessionId);
  }

  async #authenticateKey(key: string): Promise<Actor> {
    const { id, secret } = readApiKey(key);
    const live = id === null ? null : await this.requireLiveSession(id);
    if (live === null || live.apiKeyHash === null || live.apiKeyHash !== sha256(secret))
      throw unauthorized("The API key is not valid.");
    return live.actor;
  }

  /** @throws AppError UNAUTHORIZED if the session has ended. */
  async requireLive(sessionId: string): Promise<Actor> {
    return (await this.requireLiveSession(sessionId)).actor;
  }

  /** @throws AppError UNAUTHORIZED if the session has ended. */
  async requireLiveSession(sessionId: string): Promise<LiveSession> {
    const at = now();
    const known = this.#live.get(sessionId);
    if (known !== undefined && known.expiresAt > at) {
      this.#used.add(sessionId);
      return known;
    }
    const endings = this.#endings;
    const row = await findLiveSession(this.#database.query, sessionId, at);
    if (row === undefined) throw sessionHasEnded();
    const live = {
      actor: withScopes(actorOf({ ...row, id: row.user_id }, sessionId), readScopes(row.scopes)),
      expiresAt: row.expires_at,
      familyExpiresAt: row.family_expires_at,
      cookieHash: row.cookie_hash,
      apiKeyHash: row.api_key_hash,
    };
    if (this.#endings === endings) this.#live.set(sessionId, live);
    this.#used.add(sessionId);
    return live;
  }

  /** Thirty days from now, within its ninety: for sessions that no refresh prolongs. */
  async prolong({ actor, familyExpiresAt }: LiveSession): Promise<void> {
    const at = now();
    const expiresAt = Math.min(at + limits.refreshTokenMs, familyExpiresAt);
    await prolongSession(this.#database.query, actor.sessionId, at, expiresAt);
    this.#live.delete(actor.sessionId);
  }

  /** The session as it is kept in memory: null if it must be read first, or has expired. */
  peek(sessionId: string): Actor | null {
    const known = this.#live.get(sessionId);
    return known !== undefined && known.expiresAt > now() ? known.actor : null;
  }

  list(actor: Actor, page?: ListPage<SessionRow>): Promise<SessionRow[]> {
    return listLiveSessions(this.#database.query, actor.userId, now(), page);
  }

  /** Ends one of the caller's own sessions. @throws AppError NOT_FOUND for any other. */
  async endOne(actor: Actor, sessionId: string): Promise<void> {
    const ended = await this.#endOwn(actor, { only: sessionId });
    if (ended === 0) throw notFound("session");
  }

  /** Ends one session in the caller's transaction, whoever's it is. */
  async endIn(tx: Tx, { userId, sessionId }: Actor): Promise<void> {
    await this.#end(tx, userId, { only: sessionId });
  }

  /** @throws AppError UNAUTHORIZED if another session has ended the caller's meanwhile: one of them goes on. */
  endOthers(actor: Actor): Promise<number> {
    return this.#endOwn(actor, { except: actor.sessionId });
  }

  #endOwn(actor: Actor, which: Which): Promise<number> {
    return this.#database.transaction(async (tx) => {
      // Of two who end each other's sessions one comes first.
      await findUserForUpdate(tx.query, this.#database.engine, actor.userId);
      if (which.except !== undefined && (await findLiveSession(tx.query, which.except, now())) === undefined)
        throw sessionHasEnded();
      const ended = await this.#end(tx, actor.userId, which);
      const target =
        which.only === undefined
          ? { targetType: "user", targetId: actor.userId }
          : { targetType: "session", targetId: which.only };
      if (ended > 0) this.#trail.record(tx, changeBy(actor, { action: "session.ended", ...target }));
      return ended;
    });
  }

  endOthersOf(tx: Tx, actor: Actor): Promise<number> {
    return this.#end(tx, actor.userId, { except: actor.sessionId });
  }

  endAll(actor: Actor): Promise<number> {
    return this.#endOwn(actor, {});
  }

  endAllOf(tx: Tx, { userId }: Pick<Actor, "userId">): Promise<number> {
    return this.#end(tx, userId, {});
  }

  /** Of whomever: for whoever runs the server. */
  endAllOfUser(tx: Tx, userId: string): Promise<number> {
    return this.#end(tx, userId, {});
  }

  async #end(tx: Tx, userId: string, which: Which): Promise<number> {
    const sessionIds = await endSessions(tx.query, userId, which, now());
    if (sessionIds.length > 0) this.#events.emit(tx, sessionsEnded, { userId, sessionIds });
    return sessionIds.length;
  }

  /** Drops the caller's sessions that are past their end. */
  cleanUp(actor: Actor): Promise<number> {
    return deleteDeadSessions(this.#database.query, this.#database.engine, actor.userId, now());
  }

  /** A secret that opens one socket within 30 seconds, for clients that cannot set headers. */
  async issueTicket(actor: Actor): Promise<{ ticket: string; expiresAt: number }> {
    const ticket = newSecret();
    const expiresAt = now() + limits.ticketMs;
    await insertTicket(this.#database.query, sha256(ticket), actor.sessionId, expiresAt);
    return { ticket, expiresAt };
  }

  /** @throws AppError UNAUTHORIZED for a ticket that is unknown, used or old, or whose session has ended. */
  async redeemTicket(ticket: string): Promise<Actor> {
    const sessionId = await takeTicket(this.#database.query, sha256(ticket), now());
    if (sessionId === undefined) throw unauthorized("The ticket is not valid any more. Take a new one.");
    return this.requireLive(sessionId);
  }

  /** Writes when sessions were last used. */
  async noteUses(): Promise<void> {
    const at = now();
    const used = [...this.#used];
    this.#used.clear();
    if (used.length === 0) return;
    await this.#database.transaction(async (tx) => {
      for (const id of used) await touchSession(tx.query, this.#database.engine, id, at);
    });
  }

  /** Drops what died a week ago. Called about every minute. */
  async maintain(): Promise<void> {
    await this.noteUses();
    const at = now();
    await deleteExpiredTickets(this.#database.query, at);
    const { query, engine } = this.#database;
    await deleteDeadSessions(query, engine, null, at - 7 * 24 * 60 * 60 * 1000);
  }
}
