import { writeFileSync } from "node:fs";

/**
 * One thing a load client saw, in the order it saw it. The client is one thread, so the position in the list is
 * real time: what stands earlier had happened before what stands later was begun.
 *
 * `key` is the message's `client_message_id`; an attempt is one try to send it, counted from 1. An attempt ends as
 * `ok` (acknowledged), `fail` (refused for good: it must not be stored) or `unknown` (cut, timed out or a 5xx: it
 * may be stored once or not at all, until a later attempt with the same key says which).
 */
export type HistoryRecord =
  | SendInvoked
  | { kind: "ok"; key: string; attempt: number; messageId: string; seq: number }
  | { kind: "fail"; key: string; attempt: number; reason: string }
  | { kind: "unknown"; key: string; attempt: number; reason: string }
  | MessageDelivered
  | StreamBroken
  | { kind: "mark"; name: string };

export interface SendInvoked {
  kind: "invoke";
  key: string;
  attempt: number;
  conversationId: string;
  senderId: string;
  /** The socket it went out on; null when it was a REST request. */
  connection: string | null;
}

interface MessageDelivered {
  kind: "delivered";
  subscriber: string;
  connection: string;
  conversationId: string;
  messageId: string;
  seq: number;
  /** The key found in the message's text; null for a message the load did not send. */
  key: string | null;
}

/** The server said that a resume cannot be complete, although nothing in the run allowed it to, or sent nonsense. */
interface StreamBroken {
  kind: "broken";
  subscriber: string;
  how: "reset" | "truncated" | "gone" | "malformed";
  conversationId: string | null;
}

/** A stored message, as a reader finds it afterwards. */
export interface StoredMessage {
  conversationId: string;
  messageId: string;
  seq: number;
  senderId: string;
  key: string | null;
}

/** The records of one run. Moments are kept beside them: the checker needs the order only, a reader of the file both. */
export class History {
  readonly records: HistoryRecord[] = [];
  private readonly momentsMs: number[] = [];

  /** Adds a record and returns its position. */
  add(record: HistoryRecord): number {
    this.records.push(record);
    this.momentsMs.push(performance.now());
    return this.records.length - 1;
  }

  /** The position of the next record: what is acknowledged below it was acknowledged before now. */
  get position(): number {
    return this.records.length;
  }

  /** Milliseconds on the monotonic clock at which the record at `position` was added. */
  momentMs(position: number): number {
    return this.momentsMs[position] ?? Number.NaN;
  }

  /** Forgets everything, for a run of its own within one round. */
  clear(): void {
    this.records.length = 0;
    this.momentsMs.length = 0;
  }

  /** Writes one JSON line a record, each with the milliseconds since the first. */
  writeTo(file: string): void {
    const start = this.momentsMs[0] ?? 0;
    const lines = this.records.map((record, position) =>
      JSON.stringify({ at: Math.round(this.momentMs(position) - start), ...record }),
    );
    writeFileSync(file, `${lines.join("\n")}\n`);
  }
}

const keyPattern = /^\[([A-Za-z0-9-]+)\]/;

/** The text of a load message: it carries its key, so that a reader needs no other field to know it again. */
export function contentOf(key: string, padding: number): string {
  return `[${key}] ${"lorem ipsum ".repeat(Math.ceil(padding / 12)).slice(0, padding)}`.trimEnd();
}

/** The key a text carries, or null where it is no load message. */
export function keyOf(content: string): string | null {
  return keyPattern.exec(content)?.[1] ?? null;
}
