import { LruCache } from "../../platform/cache.ts";
import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import { presenceChanged } from "./identity.events.ts";
import { listUsersById, updateUser } from "./identity.queries.ts";
import type { PresenceState } from "./identity.schema.ts";

/** What somebody said of themselves, over what their connections say. */
interface Report {
  online: boolean;
  /** A report without a connection behind it fades. */
  until: number;
}

/**
 * Who is here. A user is online while connected or shortly after saying so; saying «offline» hides until the next
 * first connection. Presence is told at the first connection, the last disconnection and each report that changes it.
 */
export class Presence {
  readonly #database: Database;
  readonly #events: Events;
  readonly #connected = new Map<string, string>();
  readonly #reports = new Map<string, Report>();
  readonly #lastSeen = new LruCache<string, number>(50_000);

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  isOnline(userId: string): boolean {
    const report = this.#reports.get(userId);
    if (report === undefined) return this.#connected.has(userId);
    if (!report.online) return false;
    return this.#connected.has(userId) || report.until > now();
  }

  /** The user's first connection came. */
  connected(userId: string, organizationId: string): void {
    this.#connected.set(userId, organizationId);
    this.#reports.delete(userId);
    this.#tell(userId, organizationId);
  }

  /** The user's last connection is gone for good. */
  disconnected(userId: string, organizationId: string): void {
    this.#connected.delete(userId);
    this.#reports.delete(userId);
    this.#see(userId, organizationId);
    this.#tell(userId, organizationId);
  }

  report(actor: Actor, online: boolean): PresenceState {
    const was = this.isOnline(actor.userId);
    this.#reports.set(actor.userId, { online, until: now() + limits.reportedPresenceMs });
    this.#see(actor.userId, actor.organizationId);
    if (was !== online) this.#tell(actor.userId, actor.organizationId);
    return { online, lastSeenAt: this.#lastSeen.get(actor.userId) ?? null };
  }

  /** @param stored the user's `last_seen_at` as the database has it. */
  stateOf(userId: string, stored: number | null): PresenceState {
    return { online: this.isOnline(userId), lastSeenAt: this.#lastSeen.get(userId) ?? stored };
  }

  /** Presence of those of the ids that are people of the caller's organization, in the order asked for. */
  async list(actor: Actor, ids: string[]): Promise<{ userId: string; state: PresenceState }[]> {
    const users = await listUsersById(this.#database.query, actor.organizationId, ids);
    const byId = new Map(users.map((user) => [user.id, user]));
    return ids.flatMap((userId) => {
      const user = byId.get(userId);
      return user === undefined ? [] : [{ userId, state: this.stateOf(userId, user.last_seen_at) }];
    });
  }

  #see(userId: string, organizationId: string): void {
    const at = now();
    this.#lastSeen.set(userId, at);
    // Losing this to a crash costs a stale «last seen», so nobody waits for it.
    updateUser(this.#database.query, organizationId, userId, { last_seen_at: at }).catch(() => undefined);
  }

  #tell(userId: string, organizationId: string): void {
    const { online, lastSeenAt } = this.stateOf(userId, null);
    this.#events.emitNow(presenceChanged, { userId, organizationId, online, lastSeenAt });
  }
}
