import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { channelsOf, type NotificationWriter } from "./notification-writer.ts";
import { announcementMade } from "./notifications.events.ts";
import {
  countUnread,
  deleteNotifications,
  deleteOldest,
  findNotification,
  listNotifications,
  listSettings,
  markRead,
  type NotificationRow,
  upsertSetting,
} from "./notifications.queries.ts";
import { type Channels, defaultChannels, type NotificationKind } from "./notifications.schema.ts";

const deletedAtOnce = 500;

/** A user's own notifications, and how they want to hear of what. */
export class Notifications {
  readonly #database: Database;
  readonly #events: Events;
  readonly #writer: NotificationWriter;

  constructor(database: Database, events: Events, writer: NotificationWriter) {
    this.#database = database;
    this.#events = events;
    this.#writer = writer;
  }

  /** Newest first, those of a moment ago included. */
  async list(actor: Actor, isUnread: boolean, before: string | null, limit: number) {
    await this.#writer.idle();
    const { userId } = actor;
    return this.#database.snapshot(async (query) => ({
      notifications: await listNotifications(query, { userId, isUnread, before, limit }),
      unreadCount: await countUnread(query, userId),
    }));
  }

  /** @throws AppError NOT_FOUND, also for another's. */
  async read(actor: Actor, id: string): Promise<NotificationRow> {
    await markRead(this.#database.query, actor.userId, id, now());
    const row = await findNotification(this.#database.query, actor.userId, id);
    if (row === undefined) throw notFound("notification");
    return row;
  }

  /** @returns how many there were. */
  async deleteAll(actor: Actor): Promise<number> {
    await this.#writer.idle();
    return deleteNotifications(this.#database.query, actor.userId);
  }

  async settingsOf(actor: Actor): Promise<Map<NotificationKind, Channels>> {
    const rows = await listSettings(this.#database.query, [actor.userId]);
    return new Map(rows.map((row) => [row.kind, channelsOf(row)]));
  }

  /** What is not named stays. @returns all settings as they are then. */
  async changeSettings(
    actor: Actor,
    changes: ReadonlyMap<NotificationKind, Partial<Channels>>,
  ): Promise<Map<NotificationKind, Channels>> {
    return this.#database.transaction(async ({ query }) => {
      for (const [kind, change] of changes) {
        const changed = cellsOf(change);
        const whole = { user_id: actor.userId, kind, ...cellsOf(defaultChannels), ...changed };
        await upsertSetting(query, whole, changed);
      }
      const rows = await listSettings(query, [actor.userId]);
      return new Map(rows.map((row) => [row.kind, channelsOf(row)]));
    });
  }

  /**
   * Tells everybody who is connected.
   * @throws AppError FORBIDDEN for whoever is not an administrator of the server.
   */
  announce(actor: Actor, message: string): { id: string; at: number } {
    if (actor.role !== "admin") throw forbidden("Only administrators of the server make announcements.");
    const announcement = { id: newId(), at: now() };
    this.#events.emitNow(announcementMade, { ...announcement, message });
    return announcement;
  }

  /** Drops what is older than 90 days, a part at a time. */
  async maintain(): Promise<void> {
    const firstKept = firstIdAt(now() - limits.notificationMs);
    while ((await deleteOldest(this.#database.query, firstKept, deletedAtOnce)) === deletedAtOnce);
  }

  /** Writes what happened so far; call it when nothing more can happen, and before the database is closed. */
  stop(): Promise<void> {
    return this.#writer.stop();
  }
}

/** Channels as the table has them. */
function cellsOf(channels: Channels): Record<"in_app" | "email" | "web_push", 0 | 1>;
function cellsOf(channels: Partial<Channels>): Partial<Record<"in_app" | "email" | "web_push", 0 | 1>>;
function cellsOf({ inApp, email, webPush }: Partial<Channels>) {
  return {
    ...(inApp === undefined ? {} : { in_app: inApp ? 1 : 0 }),
    ...(email === undefined ? {} : { email: email ? 1 : 0 }),
    ...(webPush === undefined ? {} : { web_push: webPush ? 1 : 0 }),
  };
}

/** The least UUIDv7 of a time. */
function firstIdAt(milliseconds: number): string {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
