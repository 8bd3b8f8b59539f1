import type { Events } from "../../platform/events/events.ts";
import type { Log } from "../../platform/log.ts";
import { messageDeleted, messageEdited, messageSent } from "../messages/index.ts";
import type { SearchIndex } from "./search-index.ts";

/** Long enough for the rows of a moment to have reached their tables, short enough for «within a second». */
const afterMs = 150;
/** For what nobody told of: an import by another process, a message of another server. */
const sweepMs = 30_000;
const startMs = 500;
/**
 * While more are sent than this during one part of the work, the index stands back: such a flood must not cost its
 * senders more because it can be found. It catches up as soon as the flood ebbs.
 */
const floodMessages = 200;
const floodPauseMs = 500;
const retryMs = 1_000;

/**
 * Keeps the index up with the log. A message costs its sender one entry in a map; the work is done later, a bounded
 * part at a time, and goes on from where the index stands whatever happened in between.
 */
export class SearchFollower {
  readonly #index: SearchIndex;
  readonly #epoch: string;
  readonly #log: Log;
  /** Conversations that went on, with the version that the index has to reach. */
  readonly #behind = new Map<string, number>();
  /** Messages sent and changed since the start. */
  #sent = 0;
  #prepared: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #starter: ReturnType<typeof setTimeout> | null = null;
  #sweeper: ReturnType<typeof setInterval> | null = null;
  #isRunning = false;
  #isClosed = false;

  constructor(events: Events, index: SearchIndex, epoch: string, log: Log) {
    this.#index = index;
    this.#epoch = epoch;
    this.#log = log;
    const note = (conversationId: string, version: number) => {
      this.#sent++;
      this.#behind.set(conversationId, version);
      this.#wake(afterMs);
    };
    events.on(messageSent, ({ message }) => note(message.conversation_id, message.version));
    events.on(messageEdited, ({ message }) => note(message.conversation_id, message.version));
    events.on(messageDeleted, ({ message }) => note(message.conversation_id, message.version));
  }

  /** Begins with what was written while nobody followed, a moment after the start, which has enough to do. */
  start(): void {
    this.#sweeper = setInterval(() => void this.#sweep(), sweepMs);
    this.#sweeper.unref();
    this.#starter = setTimeout(() => void this.#sweep(), startMs);
    this.#starter.unref();
  }

  /** Resolves once the index can be asked. */
  ready(): Promise<void> {
    this.#prepared ??= this.#index.prepare(this.#epoch).catch((error: unknown) => {
      this.#prepared = null;
      throw error;
    });
    return this.#prepared;
  }

  #wake(inMs: number): void {
    if (this.#timer !== null || this.#isRunning || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, inMs);
    this.#timer.unref();
  }

  async #sweep(): Promise<void> {
    try {
      await this.ready();
      for (const id of await this.#index.listStale()) if (!this.#behind.has(id)) this.#behind.set(id, 0);
      if (this.#behind.size > 0) this.#wake(0);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let pauseMs = afterMs;
    try {
      await this.ready();
      let sent = this.#sent;
      while (!this.#isClosed && (await this.#advance())) {
        if (this.#sent - sent > floodMessages)
          await new Promise((resolve) => setTimeout(resolve, floodPauseMs));
        sent = this.#sent;
      }
    } catch (error) {
      this.#failed(error);
      pauseMs = retryMs;
    } finally {
      this.#isRunning = false;
    }
    if (this.#behind.size > 0) this.#wake(pauseMs);
  }

  /** @returns whether to go on at once: false when what is left has not reached its tables yet, or nothing is. */
  async #advance(): Promise<boolean> {
    const ids = [...this.#behind.keys()].slice(0, 200);
    if (ids.length === 0) return false;
    let isFurther = false;
    for (const [id, version] of await this.#index.catchUp(ids)) {
      if (version !== null && version < (this.#behind.get(id) ?? 0)) {
        // Its rows still wait in the journal: others first.
        const wanted = this.#behind.get(id) ?? 0;
        this.#behind.delete(id);
        this.#behind.set(id, wanted);
      } else {
        isFurther = true;
        if (version !== null) this.#behind.delete(id);
      }
    }
    return isFurther;
  }

  #failed(error: unknown): void {
    if (!this.#isClosed) this.#log.warn("the search index is behind", { error });
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#starter !== null) clearTimeout(this.#starter);
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#index.close();
  }
}
