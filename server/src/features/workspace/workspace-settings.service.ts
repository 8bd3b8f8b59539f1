import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { AppError, conflict } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import { settingChanged } from "./workspace-settings.events.ts";
import {
  countOtherSettings,
  deleteSetting,
  findSetting,
  listSettings,
  type SettingName,
  type SettingRow,
  upsertSetting,
} from "./workspace-settings.queries.ts";

/** A person's own settings by category and key. Nobody else sees or changes them. */
export class WorkspaceSettings {
  readonly #database: Database;
  readonly #events: Events;

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  list(actor: Actor): Promise<SettingRow[]> {
    return listSettings(this.#database.query, actor);
  }

  /** @throws AppError SETTING_NOT_FOUND. */
  async get(actor: Actor, name: SettingName): Promise<SettingRow> {
    const row = await findSetting(this.#database.query, actor, name);
    if (row === undefined) throw settingNotFound(name);
    return row;
  }

  /** @throws AppError PAYLOAD_TOO_LARGE for a value over 16 KiB, CONFLICT where a category is full. */
  async set(actor: Actor, name: SettingName, value: unknown): Promise<SettingRow> {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) > limits.settingBytes) {
      throw new AppError(
        "PAYLOAD_TOO_LARGE",
        `A setting may have at most ${limits.settingBytes / 1024} KiB of JSON.`,
      );
    }
    const at = now();
    const row: SettingRow = {
      organization_id: actor.organizationId,
      user_id: actor.userId,
      ...name,
      value: text,
      updated_at: at,
    };
    await this.#database.transaction(async (tx) => {
      if ((await countOtherSettings(tx.query, actor, name)) >= limits.settingsPerCategory)
        throw conflict("key", `A category holds at most ${limits.settingsPerCategory} settings. Delete one.`);
      await upsertSetting(tx.query, row);
      this.#events.emit(tx, settingChanged, { userId: actor.userId, ...name, value, at });
    });
    return row;
  }

  /** @throws AppError SETTING_NOT_FOUND. */
  async delete(actor: Actor, name: SettingName): Promise<void> {
    await this.#database.transaction(async (tx) => {
      if (!(await deleteSetting(tx.query, actor, name))) throw settingNotFound(name);
      this.#events.emit(tx, settingChanged, { userId: actor.userId, ...name, at: now() });
    });
  }
}

function settingNotFound({ category, key }: SettingName): AppError {
  return new AppError("SETTING_NOT_FOUND", `Setting not found: ${category}.${key}`);
}
