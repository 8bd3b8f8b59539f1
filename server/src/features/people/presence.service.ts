import { LruCache } from "../../platform/cache.ts";
import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import { type UserRow, updateUser } from "../identity/index.ts";
import type { Blocks } from "./blocks.service.ts";
import { presenceChanged, presenceVisibilityChanged } from "./people.events.ts";
import { listUsersById } from "./people.queries.ts";
import type { PresenceState } from "./people.schema.ts";
import { listHiddenUserIds } from "./user-settings.queries.ts";

const unseen: PresenceState = { online: false, lastSeenAt: null };

/** What somebody said of themselves, over what their connections say. */
interface Report {
  online: boolean;
  /** A report without a connection behind it fades. */
  until: number;
}

/**
 * Who is here. A user is online while connected or shortly after saying so; saying «offline» hides until the next
 * first connection. Presence is told at the first connection, the last disconnection and each report that changes it.
 * Nobody sees it of who hides it, and the two sides of a block not of each other.
 */
export class Presence {
  readonly #database: Database;
  readonly #events: Events;
  readonly #connected = new Map<string, string>();
  readonly #reports = new Map<string, Report>();
  readonly #lastSeen = new LruCache<string, number>(50_000);
  readonly #blocks: Blocks;
  readonly #hidden: Set<string>;

  private constructor(database: Database, events: Events, blocks: Blocks, hiddenIds: string[]) {
    this.#database = database;
    this.#events = events;
    this.#blocks = blocks;
    this.#hidden = new Set(hiddenIds);
    events.on(presenceVisibilityChanged, ({ userId, organizationId, isHidden }) => {
      if (isHidden) {
        this.#events.emitNow(presenceChanged, { userId, organizationId, ...unseen });
        this.#hidden.add(userId);
      } else {
        this.#hidden.delete(userId);
        this.#tell(userId, organizationId);
      }
    });
  }

  static async load(database: Database, events: Events, blocks: Blocks): Promise<Presence> {
    return new Presence(database, events, blocks, await listHiddenUserIds(database.query));
  }

  isHidden(userId: string): boolean {
    return this.#hidden.has(userId);
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

  /** What the viewer may see of somebody's presence. */
  stateFor(
    { userId: viewerId }: Actor,
    { id, last_seen_at }: Pick<UserRow, "id" | "last_seen_at">,
  ): PresenceState {
    if (id !== viewerId && (this.isHidden(id) || this.#blocks.areApart(id, viewerId))) return unseen;
    return this.#stateOf(id, last_seen_at);
  }

  /** @param stored the user's `last_seen_at` as the database has it. */
  #stateOf(userId: string, stored: number | null): PresenceState {
    return { online: this.isOnline(userId), lastSeenAt: this.#lastSeen.get(userId) ?? stored };
  }

  /** Presence of those of the ids that are people of the caller's organization, in the order asked for. */
  async list(actor: Actor, ids: string[]): Promise<{ userId: string; state: PresenceState }[]> {
    const users = await listUsersById(this.#database.query, actor.organizationId, ids);
    const byId = new Map(users.map((user) => [user.id, user]));
    return ids.flatMap((userId) => {
      const user = byId.get(userId);
      return user === undefined ? [] : [{ userId, state: this.stateFor(actor, user) }];
    });
  }

  #see(userId: string, organizationId: string): void {
    const at = now();
    this.#lastSeen.set(userId, at);
    // Losing this to a crash costs a stale «last seen», so nobody waits for it.
    updateUser(this.#database.query, organizationId, userId, { last_seen_at: at }).catch(() => undefined);
  }

  #tell(userId: string, organizationId: string): void {
    if (this.isHidden(userId)) return;
    const { online, lastSeenAt } = this.#stateOf(userId, null);
    this.#events.emitNow(presenceChanged, { userId, organizationId, online, lastSeenAt });
  }
}
