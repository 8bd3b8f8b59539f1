import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { AppError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import { findUserForUpdate } from "../identity/index.ts";
import { presenceVisibilityChanged } from "./people.events.ts";
import { findSettings, saveSettings } from "./user-settings.queries.ts";

type Settings = Record<string, unknown>;

/** What each person sets for themselves: one JSON object, of which the server knows a few keys. */
export class UserSettings {
  readonly #database: Database;
  readonly #events: Events;

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  async get(actor: Actor): Promise<Settings> {
    return parse(await findSettings(this.#database.query, actor.userId));
  }

  /**
   * Takes the given keys over, whatever they held before; null deletes one.
   * @throws AppError PAYLOAD_TOO_LARGE if there would be more than 16 KiB.
   */
  async merge(actor: Actor, changes: Settings): Promise<Settings> {
    return this.#database.transaction(async (tx) => {
      const { userId, organizationId } = actor;
      // Holds the user, so that of two devices that save at once neither loses the other's keys.
      await findUserForUpdate(tx.query, this.#database.engine, userId);
      const before = parse(await findSettings(tx.query, userId));
      const kept = new Map(Object.entries(before));
      for (const [key, value] of Object.entries(changes)) {
        if (value === null) kept.delete(key);
        else kept.set(key, value);
      }
      const settings = Object.fromEntries(kept);
      const text = JSON.stringify(settings);
      if (Buffer.byteLength(text) > limits.userSettingsBytes)
        throw new AppError("PAYLOAD_TOO_LARGE", "Settings may take at most 16 KiB in all.");
      const isHidden = settings.presence_visible === false;
      await saveSettings(tx.query, {
        user_id: userId,
        settings: text,
        presence_hidden: isHidden ? 1 : 0,
        updated_at: now(),
      });
      if (isHidden !== (before.presence_visible === false))
        this.#events.emit(tx, presenceVisibilityChanged, { userId, organizationId, isHidden });
      return settings;
    });
  }
}

function parse(text: string | undefined): Settings {
  return text === undefined ? {} : (JSON.parse(text) as Settings);
}
