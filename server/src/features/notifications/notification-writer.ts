import { LruCache } from "../../platform/cache.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import type { MailQueue } from "../../platform/mail/mail-queue.ts";
import type { Profiles } from "../people/index.ts";
import { notificationMail } from "./notification-mail.ts";
import { notificationMade } from "./notifications.events.ts";
import {
  findTitle,
  insertNotifications,
  listConfirmedEmails,
  listSettings,
  listStandings,
  type NotificationRow,
  preview,
  type SettingRow,
} from "./notifications.queries.ts";
import { type Channels, defaultChannels, type NotificationKind } from "./notifications.schema.ts";

/** What people may have to be told of, before their settings were looked at. */
export interface Draft {
  kind: NotificationKind;
  organizationId: string;
  userIds: readonly string[];
  /** Whose name it begins with. */
  actorId: string | null;
  /** Null: its conversation is its title. */
  title: string | null;
  /** Of a message: null, it says what the message says. */
  body: string | null;
  conversationId: string | null;
  /** Of a mention: it calls everybody, and so leaves alone who has muted the conversation. */
  isToAll?: boolean;
  /** The message that it is about. */
  message: { seq: number; content: string; isEncrypted: boolean } | null;
  data: Record<string, unknown>;
  at: number;
}

interface WriterParts {
  database: Database;
  events: Events;
  profiles: Profiles;
  mails: MailQueue;
  log: Log;
  /** Where links in mails lead. */
  baseUrl(): string;
}

type Made = { notification: NotificationRow; channels: Channels };
type Choices = Map<string, Map<string, Channels>>;

/** Long enough to write many at once, short enough that nobody waits; `idle` does not wait for it. */
const afterMs = 250;
const retryMs = 1_000;
const draftsAtOnce = 500;
const peopleAtOnce = 10_000;

/**
 * Writes notifications in the background: an event costs whoever caused it one entry in a list. What waits when the
 * server is stopped is written before it ends.
 */
export class NotificationWriter {
  readonly #database: Database;
  readonly #events: Events;
  readonly #profiles: Profiles;
  readonly #mails: MailQueue;
  readonly #log: Log;
  readonly #baseUrl: () => string;
  #waiting: Draft[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running: Promise<void> | null = null;
  #isStopped = false;
  /** Conversations' titles change seldom, and only the next notification shows it. */
  readonly #titles = new LruCache<string, string>(limits.notifiedTitlesKept);

  constructor({ database, events, profiles, mails, log, baseUrl }: WriterParts) {
    this.#database = database;
    this.#events = events;
    this.#profiles = profiles;
    this.#mails = mails;
    this.#log = log;
    this.#baseUrl = baseUrl;
  }

  add(draft: Draft): void {
    if (draft.userIds.length === 0) return;
    if (this.#waiting.length >= limits.notificationsWaiting) {
      this.#log.error("a notification was given up: too many wait for the database", { kind: draft.kind });
      return;
    }
    this.#waiting.push(draft);
    this.#wake(afterMs);
  }

  /** Forgets a title that has changed. */
  forgetTitle(conversationId: string): void {
    this.#titles.delete(conversationId);
  }

  /** Resolves once everything that was added so far is written, or has to wait for the database. */
  async idle(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // What came while a part was written is in the next one.
    if (this.#running !== null) await this.#running;
    if (this.#waiting.length > 0) await this.#run();
  }

  /** As `idle`; what the database does not take now is given up with the process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.idle();
  }

  #wake(inMs: number): void {
    if (this.#timer !== null || this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, inMs);
  }

  #run(): Promise<void> {
    this.#running ??= this.#writeAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const drafts = this.#waiting.splice(0, this.#countAtOnce());
      try {
        await this.#write(drafts);
      } catch (error) {
        this.#log.error("notifications could not be written yet", { error });
        this.#waiting = [...drafts, ...this.#waiting];
        this.#wake(retryMs);
        return;
      }
    }
  }

  /** How many of those that wait are written together: one at least, and no more people than one query takes. */
  #countAtOnce(): number {
    let people = 0;
    let count = 0;
    for (const { userIds } of this.#waiting) {
      people += userIds.length;
      if (count > 0 && (count === draftsAtOnce || people > peopleAtOnce)) break;
      count++;
    }
    return count;
  }

  async #write(drafts: Draft[]): Promise<void> {
    const choices = await this.#readChoices(drafts);
    const made: Made[] = [];
    for (const draft of drafts) {
      const userIds = await this.#wantedBy(draft);
      if (userIds.length === 0) continue;
      const words = await this.#wordsOf(draft);
      for (const userId of userIds) {
        const channels = choices.get(userId)?.get(draft.kind) ?? defaultChannels;
        if (channels.inApp || channels.email || channels.webPush)
          made.push({ notification: rowOf(draft, userId, words), channels });
      }
    }
    if (made.length === 0) return;
    const addresses = await this.#addressesOf(made);
    await this.#database.transaction(async (tx) => {
      const kept = made.filter(({ channels }) => channels.inApp);
      await insertNotifications(
        tx.query,
        kept.map(({ notification }) => notification),
      );
      for (const { notification, channels } of made) {
        const shown = { ...notification, body: notification.body + messageText(drafts, notification) };
        const to = channels.email ? addresses.get(notification.user_id) : undefined;
        if (to !== undefined) await this.#mails.enqueue(tx, notificationMail(shown, to, this.#baseUrl()));
        this.#events.emit(tx, notificationMade, { notification: shown, channels });
      }
    });
  }

  /** Of those who want mail and have a confirmed address. */
  async #addressesOf(made: Made[]): Promise<Map<string, string>> {
    const wanting = made.filter(({ channels }) => channels.email);
    const rows = await listConfirmedEmails(this.#database.query, [
      ...new Set(wanting.map(({ notification }) => notification.user_id)),
    ]);
    return new Map(rows.flatMap(({ id, email }) => (email === null ? [] : [[id, email] as const])));
  }

  async #readChoices(drafts: Draft[]): Promise<Choices> {
    const userIds = [...new Set(drafts.flatMap((draft) => draft.userIds))];
    const choices: Choices = new Map();
    for (const row of await listSettings(this.#database.query, userIds)) {
      const ofUser = choices.get(row.user_id) ?? new Map<string, Channels>();
      choices.set(row.user_id, ofUser.set(row.kind, channelsOf(row)));
    }
    return choices;
  }

  /**
   * A message: who is still in the conversation, has not read it yet, has not muted it and is not told of many unread
   * ones already. A mention reaches also who has
   * muted it, but for one of everybody.
   */
  async #wantedBy({
    kind,
    isToAll = false,
    conversationId,
    message,
    userIds,
    at,
  }: Draft): Promise<readonly string[]> {
    if (message === null || conversationId === null) return userIds;
    const standings = await listStandings(this.#database.query, conversationId, [...userIds]);
    return standings
      .filter(({ muted, muted_until, last_read_seq }) => {
        const unread = message.seq - last_read_seq;
        if (unread <= 0) return false;
        if (kind === "mention" && !isToAll) return true;
        const isMuted = muted === 1 && (muted_until === null || muted_until > at);
        return !isMuted && (isToAll || unread <= limits.notifiedUnread);
      })
      .map((row) => row.user_id);
  }

  async #wordsOf({ organizationId, actorId, conversationId, title, body }: Draft) {
    const profiles = await this.#profiles.find(organizationId, actorId === null ? [] : [actorId]);
    const name = actorId === null ? null : (profiles.get(actorId)?.displayName ?? null);
    const ofConversation =
      conversationId === null ? null : await this.#titleOf(organizationId, conversationId);
    const shownTitle = title ?? ofConversation ?? name ?? "Parley";
    // A direct conversation is titled by who writes, whose name need not stand twice.
    const before = name === null || shownTitle === name ? "" : `${name}${body === null ? ":" : ""} `;
    return { title: shownTitle, body: before + (body ?? "") };
  }

  async #titleOf(organizationId: string, conversationId: string): Promise<string | null> {
    const kept = this.#titles.get(conversationId);
    if (kept !== undefined) return kept === "" ? null : kept;
    const title = (await findTitle(this.#database.query, organizationId, conversationId)) ?? "";
    this.#titles.set(conversationId, title);
    return title === "" ? null : title;
  }
}

function rowOf(draft: Draft, userId: string, words: { title: string; body: string }): NotificationRow {
  return {
    user_id: userId,
    id: newId(),
    organization_id: draft.organizationId,
    kind: draft.kind,
    title: words.title,
    body: words.body,
    conversation_id: draft.message === null ? null : draft.conversationId,
    seq: draft.message?.seq ?? null,
    data: JSON.stringify(draft.data),
    created_at: draft.at,
    read_at: null,
  };
}

/** What the message said when it was sent, for those who are told at once. */
function messageText(drafts: Draft[], { conversation_id, seq }: NotificationRow): string {
  if (seq === null) return "";
  const draft = drafts.find((each) => each.conversationId === conversation_id && each.message?.seq === seq);
  const message = draft?.message;
  return message === undefined || message === null ? "" : preview(message.content, message.isEncrypted);
}

export function channelsOf(row: SettingRow): Channels {
  return { inApp: row.in_app === 1, email: row.email === 1, webPush: row.web_push === 1 };
}
