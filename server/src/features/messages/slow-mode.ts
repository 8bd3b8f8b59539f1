import type { Queries } from "../../platform/db/database.ts";
import { AppError } from "../../platform/errors.ts";
import { canModerate, type Membership, type ParticipantRole } from "../conversations/index.ts";
import { listLastSends, putLastSends } from "./slow-mode.queries.ts";

/** How long this participant waits between two messages, in milliseconds; 0: not at all. */
export function slowModeMs(membership: Membership, role: ParticipantRole): number {
  return canModerate(membership, role) ? 0 : membership.slowModeSeconds * 1_000;
}

/** What slow mode is about: somebody in a conversation. */
interface Sender {
  conversationId: string;
  senderId: string;
}

/** When people wrote last in rooms with slow mode, as a group of sends sees and changes it. */
export class LastSends {
  readonly #times: Map<string, number>;
  readonly #changed = new Map<string, Sender>();

  private constructor(times: Map<string, number>) {
    this.#times = times;
  }

  /** Of senders who have to wait; the others' times are not read. */
  static async read(query: Queries, senders: readonly Sender[]): Promise<LastSends> {
    const rows = await listLastSends(
      query,
      [...new Set(senders.map(({ conversationId }) => conversationId))],
      [...new Set(senders.map(({ senderId }) => senderId))],
    );
    return new LastSends(new Map(rows.map((row) => [`${row.conversation_id} ${row.user_id}`, row.sent_at])));
  }

  static readonly none = new LastSends(new Map());

  /** 429 for whoever wrote less than `slowMs` ago; else null, and they have written now. */
  take(sender: Sender, slowMs: number, at: number): AppError | null {
    const key = `${sender.conversationId} ${sender.senderId}`;
    const last = this.#times.get(key);
    // Whatever the clock does, nobody waits longer than the room says.
    const waitMs = last === undefined ? 0 : Math.min(slowMs, last + slowMs - at);
    if (waitMs > 0) return tooSoon(slowMs, waitMs);
    this.#times.set(key, at);
    this.#changed.set(key, sender);
    return null;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  async write(query: Queries): Promise<void> {
    const rows = [...this.#changed].map(([key, { conversationId, senderId }]) => ({
      conversation_id: conversationId,
      user_id: senderId,
      sent_at: this.#times.get(key) ?? 0,
    }));
    await putLastSends(query, rows);
  }
}

function tooSoon(slowMs: number, waitMs: number): AppError {
  const retryAfter = Math.ceil(waitMs / 1_000);
  return new AppError(
    "RATE_LIMIT_EXCEEDED",
    `This room is in slow mode: one message every ${slowMs / 1_000} seconds. Yours can go in ${retryAfter}.`,
    { retryAfter },
  );
}
