import { LruCache } from "../../platform/cache.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { userChanged } from "../identity/index.ts";
import { listUsersById } from "./people.queries.ts";

/** What anybody who shares a conversation sees of a user. */
export interface Profile {
  id: string;
  username: string;
  displayName: string;
  avatarUrl: string | null;
}

const keptAtMost = 50_000;

/** Names and pictures beside messages: read once, dropped when the user changes. */
export class Profiles {
  readonly #database: Database;
  readonly #kept = new LruCache<string, Profile>(keptAtMost);
  /** Grows with each change, so that a read that a change overtook is not kept. */
  #changes = 0;

  constructor(database: Database, events: Events) {
    this.#database = database;
    events.on(userChanged, ({ userId }) => {
      this.#changes++;
      this.#kept.delete(userId);
    });
  }

  /** Undefined: not in memory; `find` then reads it. */
  peek(userId: string): Profile | undefined {
    return this.#kept.get(userId);
  }

  /** People of the organization; ids that are none are missing from the answer. */
  async find(organizationId: string, userIds: Iterable<string>): Promise<Map<string, Profile>> {
    const profiles = new Map<string, Profile>();
    const missing: string[] = [];
    for (const id of new Set(userIds)) {
      const kept = this.#kept.get(id);
      if (kept === undefined) missing.push(id);
      else profiles.set(id, kept);
    }
    const changes = this.#changes;
    for (const user of await listUsersById(this.#database.query, organizationId, missing)) {
      const { id, username, display_name: displayName, avatar_url: avatarUrl } = user;
      const profile = { id, username, displayName, avatarUrl };
      profiles.set(id, profile);
      if (this.#changes === changes) this.#kept.set(id, profile);
    }
    return profiles;
  }
}
