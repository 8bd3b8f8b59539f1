import type { Message } from "../../../../sdk/src/index.ts";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";

/** How far somebody else has received and read. */
interface Marks {
  read: number;
  delivered: number;
}

const stretch = 50;
/** Before a failed stretch is asked for again. */
const retryMs = 2_000;

/**
 * One conversation's messages, by their place: `seq` counts without gaps, so any stretch can be asked for and each
 * message has its row before it is known. Grows by frames at the end and by answers wherever somebody looks.
 */
export class MessageLog {
  readonly conversationId: string;
  readonly #messages = new Map<number, Message>();
  readonly #seqs = new Map<string, number>();
  readonly #clientIds = new Set<string>();
  /** Places of the replies that are known, by the id of their thread's root. */
  readonly #replies = new Map<string, Set<number>>();
  readonly #marks = new Map<string, Marks>();
  readonly #loading = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #head = 0;
  #revision = 0;
  #lapses = 0;
  #isTelling = false;

  constructor(conversationId: string, head: number) {
    this.conversationId = conversationId;
    this.#head = head;
  }

  /** The place of the last message. */
  get head(): number {
    return this.#head;
  }

  /** Grows with every change; what draws the log compares this. */
  get revision(): number {
    return this.#revision;
  }

  /** Grows when what was asked for has to be asked for once more: it could not be had, or it was forgotten. */
  get lapses(): number {
    return this.#lapses;
  }

  at(seq: number): Message | undefined {
    return this.#messages.get(seq);
  }

  find(messageId: string): Message | undefined {
    const seq = this.#seqs.get(messageId);
    return seq === undefined ? undefined : this.#messages.get(seq);
  }

  /** What was sent under this `client_message_id` has its place here. */
  hasSent(clientMessageId: string): boolean {
    return this.#clientIds.has(clientMessageId);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The conversation is known to reach this far. */
  extend(head: number): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.#changed();
  }

  /** Takes in messages; an older state never replaces a newer one, and a status never goes back. */
  put(messages: readonly Message[]): void {
    for (const message of messages) {
      const known = this.#messages.get(message.seq);
      if (known !== undefined && known.version > message.version) continue;
      const status = later(message.status, known?.status ?? "sent");
      this.#messages.set(message.seq, { ...threadOf(known), ...message, status });
      if (message.thread_root_id !== null) this.#noteReply(message.thread_root_id, message.seq);
      this.#seqs.set(message.message_id, message.seq);
      if (message.client_message_id !== null) this.#clientIds.add(message.client_message_id);
      this.#head = Math.max(this.#head, message.seq);
    }
    this.#changed();
  }

  /** A reply has come: its root is known to have one more, unless it was counted when the root was asked for. */
  countReply({ thread_root_id: rootId, created_at: at }: Message): void {
    const root = rootId === null ? undefined : this.find(rootId);
    if (root === undefined || Date.parse(at) <= Date.parse(root.last_reply_at ?? root.created_at)) return;
    this.#messages.set(root.seq, { ...root, reply_count: (root.reply_count ?? 0) + 1, last_reply_at: at });
    this.#changed();
  }

  /** The replies of a thread that are known, the oldest first. */
  repliesTo(rootId: string): Message[] {
    const seqs = [...(this.#replies.get(rootId) ?? [])].sort((one, other) => one - other);
    return seqs.map((seq) => this.#messages.get(seq)).filter((message) => message !== undefined);
  }

  #noteReply(rootId: string, seq: number): void {
    const seqs = this.#replies.get(rootId);
    if (seqs === undefined) this.#replies.set(rootId, new Set([seq]));
    else seqs.add(seq);
  }

  /** Changes a message that is here; of a version that was known already nothing is taken. */
  change(messageId: string, version: number, change: (known: Message) => Message): void {
    const known = this.find(messageId);
    if (known === undefined || known.version >= version) return;
    this.#messages.set(known.seq, { ...change(known), version });
    this.#changed();
  }

  /** Asks for what is missing between two places, both included. */
  ensure(from: number, to: number): void {
    const last = Math.min(to, this.#head);
    for (let start = firstOfStretch(Math.max(1, from)); start <= last; start += stretch) {
      if (!this.#loading.has(start) && this.#hasGap(start)) void this.#load(start);
    }
  }

  /** Too much was missed, or the statuses may have changed: what is known of these places is asked for again. */
  async refresh(from: number, to: number): Promise<void> {
    const starts = new Set<number>();
    for (let start = firstOfStretch(Math.max(1, from)); start <= Math.min(to, this.#head); start += stretch)
      starts.add(start);
    await Promise.all([...starts].map((start) => this.#load(start)));
  }

  /** Forgets everything but the end: it is asked for when next looked at. */
  forget(head: number): void {
    this.#messages.clear();
    this.#seqs.clear();
    this.#replies.clear();
    this.#head = head;
    this.#lapses++;
    this.#changed();
  }

  marksOf(userId: string): Marks | undefined {
    return this.#marks.get(userId);
  }

  get marks(): ReadonlyMap<string, Marks> {
    return this.#marks;
  }

  /** Somebody has received or read up to here. */
  mark(userId: string, { read = 0, delivered = 0 }: Partial<Marks>): void {
    const known = this.#marks.get(userId) ?? { read: 0, delivered: 0 };
    const marks = {
      read: Math.max(known.read, read),
      delivered: Math.max(known.delivered, delivered, read),
    };
    if (marks.read === known.read && marks.delivered === known.delivered) return;
    this.#marks.set(userId, marks);
    this.#changed();
  }

  #hasGap(start: number): boolean {
    const last = Math.min(start + stretch - 1, this.#head);
    for (let seq = start; seq <= last; seq++) if (!this.#messages.has(seq)) return true;
    return false;
  }

  async #load(start: number): Promise<void> {
    this.#loading.add(start);
    try {
      const { messages } = await client.messages.list(this.conversationId, {
        before_seq: start + stretch,
        limit: stretch,
      });
      this.put(messages);
      this.#loading.delete(start);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      setTimeout(() => {
        this.#loading.delete(start);
        if (!error.isTemporary) return;
        this.#lapses++;
        this.#changed();
      }, retryMs);
    }
  }

  /** Many changes of one moment are told once. */
  #changed(): void {
    this.#revision++;
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}

/** Frames do not say how large a thread is: what is known of it stays. */
function threadOf(known: Message | undefined): Partial<Message> {
  if (known?.reply_count === undefined) return {};
  const { reply_count, last_reply_at } = known;
  return { reply_count, ...(last_reply_at === undefined ? {} : { last_reply_at }) };
}

function firstOfStretch(seq: number): number {
  return Math.floor((seq - 1) / stretch) * stretch + 1;
}

const order = ["sent", "delivered", "read"] as const;

/** Of two states of one message the one that is further on. */
export function later(one: Message["status"], other: Message["status"]): Message["status"] {
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}
