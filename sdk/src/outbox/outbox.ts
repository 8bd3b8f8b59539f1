import { newId } from "../platform/ids.ts";
import { noTabs, type TabChannel, type Tabs } from "../platform/tabs.ts";
import { ParleyError } from "../wire/errors.ts";
import type { Draft, OutboxEntry, OutboxEvent, OutboxStore } from "./outbox-store.ts";
import { Sender } from "./sender.ts";

/** What became of a message. */
export type Delivered = NonNullable<OutboxEntry["message"]>;

interface OutboxOptions {
  store: OutboxStore;
  tabs: Tabs;
  /** Prefix of the lock's and channel's names. */
  scope: string;
  /** Reads the session at first. @returns the user, or null when nobody is signed in. */
  signedInUser(): Promise<string | null>;
  /** Hands one message to the server. @throws ParleyError. */
  deliver(entry: OutboxEntry): Promise<Delivered>;
  emit(event: OutboxEvent): void;
}

/** Another tab has noticed that trying again makes sense. */
interface WakeUp {
  type: "wake";
}

/** A tab that has not begun to send after this long is taken to be asleep. */
const asleepMs = 5_000;

/**
 * Messages on their way: kept until the server has them, sent once and in order within each conversation, whatever
 * happens to the network, the page or the server meanwhile. In a browser all tabs see them, and one of them sends.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #tabs: Tabs;
  readonly #channel: TabChannel;
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #sender: Sender;
  /** Whose messages these are; null: nobody is signed in. */
  #userId: string | null = null;
  #loading: Promise<void> = Promise.resolve();
  #term: AbortController | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { store, scope } = options;
    this.#tabs = store.sharedAs === null ? noTabs : options.tabs;
    this.#channel = this.#tabs.channel(`parley outbox ${scope} ${store.sharedAs ?? ""}`, (message) =>
      this.#hear(message as OutboxEvent | WakeUp),
    );
    this.#sender = new Sender({
      waiting: (conversationId) => this.#waiting(conversationId),
      deliver: options.deliver,
      changed: (entry) => this.#change(entry),
    });
  }

  /** What waits, is being sent or has failed, in the order in which it was written. */
  list(conversationId?: string): OutboxEntry[] {
    const all = [...this.#entries.values()];
    return conversationId === undefined
      ? all
      : all.filter((entry) => entry.conversation_id === conversationId);
  }

  /**
   * Takes a message. Resolves as soon as it is stored on this device: it is sent as soon as that is possible.
   * `outbox` events tell of each step.
   * @throws ParleyError SIGNED_OUT.
   */
  async add(draft: Draft): Promise<OutboxEntry> {
    const userId = await this.#options.signedInUser();
    if (userId === null) throw new ParleyError("SIGNED_OUT", "There is no session. Sign in first.");
    await this.#loading;
    const entry: OutboxEntry = {
      ...structuredClone(draft),
      id: newId(),
      user_id: userId,
      created_at: new Date().toISOString(),
      state: "queued",
      attempts: 0,
    };
    // A browser that stores nothing (its disk is full) must not keep a person from talking: memory has to do.
    await this.#options.store.add(entry).catch(() => undefined);
    this.#show({ type: "outbox", entry }, true);
    this.#sender.wake(entry.conversation_id);
    this.#watch(entry);
    return entry;
  }

  /** Sends a failed message again, with the same key. */
  async retry(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry?.state !== "failed") return;
    const { error: _, ...rest } = entry;
    await this.#change({ ...rest, state: "queued", attempts: 0 });
    this.#sender.wake(entry.conversation_id);
  }

  /** Takes a message back. @returns false when that is too late: it is being sent or is sent. */
  async discard(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.state === "sending") return false;
    this.#show({ type: "outbox", entry, discarded: true }, true);
    await this.#options.store.remove(id).catch(() => undefined);
    return true;
  }

  /** Starts sending for the user; called at each sign-in and each restored session. */
  start(userId: string): void {
    this.stop();
    this.#userId = userId;
    const term = new AbortController();
    this.#term = term;
    this.#loading = this.#load(userId);
    const { scope, store } = this.#options;
    const lead = () => this.#lead(userId, term.signal);
    this.#tabs
      .exclusively(`parley outbox ${scope} ${store.sharedAs ?? ""} ${userId}`, lead, term.signal)
      // Giving up the wait is the only way in which it fails.
      .catch(() => undefined);
  }

  /** Sends nothing more. What waits stays where it is kept. */
  stop(): void {
    this.#term?.abort();
    this.#term = null;
    this.#sender.stop();
    this.#userId = null;
    this.#entries.clear();
  }

  /** Removes all messages of the user from this device. */
  async forget(userId: string): Promise<void> {
    const entries = await this.#options.store.list(userId).catch(() => []);
    for (const { id } of entries) await this.#options.store.remove(id).catch(() => undefined);
  }

  /** The network or the connection came back: nothing needs to wait any longer. */
  wakeAll(): void {
    this.#wakeSender();
    this.#channel.say({ type: "wake" } satisfies WakeUp);
  }

  close(): void {
    this.stop();
    this.#channel.close();
  }

  /** This tab sends, until the term ends. */
  async #lead(userId: string, signal: AbortSignal): Promise<void> {
    await this.#loading;
    // What other tabs did while this one waited may have been missed.
    await this.#load(userId);
    if (signal.aborted) return;
    this.#sender.start();
    this.#wakeSender();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  }

  /**
   * The tab that sends may be asleep, as tabs in the background of a phone are: what it has not touched is sent from
   * here. If both send, the key makes it one message, and the order stays, since each waits for the one before.
   */
  #watch(entry: OutboxEntry): void {
    const term = this.#term;
    if (term === null || this.#options.store.sharedAs === null) return;
    const timer = setTimeout(() => {
      if (this.#entries.get(entry.id) !== entry) return;
      this.#sender.start();
      this.#wakeSender();
    }, asleepMs);
    term.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  #wakeSender(): void {
    this.#sender.wakeAll(this.#conversationsWaiting());
  }

  async #load(userId: string): Promise<void> {
    const stored = await this.#options.store.list(userId).catch(() => []);
    if (userId !== this.#userId) return;
    for (const entry of stored) {
      const known = this.#entries.get(entry.id);
      if (known !== undefined) continue;
      // Whoever was sending it is gone; the key tells the server if it had arrived.
      this.#show({
        type: "outbox",
        entry: entry.state === "sending" ? { ...entry, state: "queued" } : entry,
      });
    }
  }

  #waiting(conversationId: string): OutboxEntry | undefined {
    return this.list(conversationId).find(({ state }) => state === "queued" || state === "sending");
  }

  #conversationsWaiting(): Set<string> {
    return new Set(
      this.list()
        .filter(({ state }) => state === "queued" || state === "sending")
        .map((entry) => entry.conversation_id),
    );
  }

  async #change(entry: OutboxEntry): Promise<void> {
    this.#show({ type: "outbox", entry }, true);
    const { store } = this.#options;
    await (entry.state === "sent" ? store.remove(entry.id) : store.update(entry)).catch(() => undefined);
  }

  #hear(event: OutboxEvent | WakeUp): void {
    if (event.type === "wake") {
      this.#wakeSender();
      return;
    }
    if (event.entry.user_id !== this.#userId) return;
    this.#show(event);
    this.#sender.wake(event.entry.conversation_id);
  }

  #show(event: OutboxEvent, isOwn = false): void {
    const { entry } = event;
    if (entry.user_id !== this.#userId) return;
    if (entry.state === "sent" || event.discarded === true) this.#entries.delete(entry.id);
    else this.#entries.set(entry.id, entry);
    if (isOwn) this.#channel.say(event);
    this.#options.emit(event);
  }
}
