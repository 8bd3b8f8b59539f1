import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { limits } from "../../platform/limits.ts";
import { keysExpiring } from "./keys.events.ts";
import { listExpiring, markExpiryTold } from "./keys.queries.ts";

/**
 * Tells owners, once, that their signed prekey ends soon: as soon as they are connected, since it is they who have to
 * make a new one.
 */
export class ExpiryWatch {
  readonly #database: Database;
  readonly #events: Events;
  /** Versions that end before this are known. */
  #knownUntil = 0;
  /** Owners who are not told yet, with the version. */
  readonly #waiting = new Map<string, number>();

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  /** Called by the schedule. */
  async tell(isConnected: (userId: string) => boolean): Promise<void> {
    const { query } = this.#database;
    const until = now() + limits.signedPreKeyWarningMs;
    for (const { user_id, version } of await listExpiring(query, this.#knownUntil, until))
      this.#waiting.set(user_id, version);
    this.#knownUntil = until;
    for (const [userId, version] of this.#waiting) {
      if (!isConnected(userId)) continue;
      const set = await markExpiryTold(query, userId, version, now());
      this.#waiting.delete(userId);
      if (set !== undefined)
        this.#events.emitNow(keysExpiring, { userId, version, expiresAt: set.expires_at });
    }
  }
}
