import { LruCache } from "../../platform/cache.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import {
  listConversationMarks,
  markAdvanced,
  participantAdded,
  participantRemoved,
} from "../conversations/index.ts";
import { messageSent } from "./messages.events.ts";
import type { ListedMessage } from "./messages.queries.ts";
import type { MessageStatus } from "./messages.schema.ts";

/** The two participants who are furthest behind: enough to know the least of all others than any one sender. */
interface Floor {
  lowest: Mark | null;
  secondLowest: Mark | null;
}

interface Mark {
  userId: string;
  seq: number;
}

/** How far everybody has come in a conversation. It is never changed. */
export interface Floors {
  readonly read: Floor;
  readonly delivered: Floor;
}

const keptAtMost = 10_000;

/** How far messages have come with everybody but their sender, without a row per message and reader. */
export class ReceiptFloors {
  readonly #database: Database;
  readonly #kept = new LruCache<string, Floors>(keptAtMost);
  #changes = 0;

  constructor(database: Database, events: Events) {
    this.#database = database;
    events.on(markAdvanced, ({ conversationId, userId }) => this.#moved(conversationId, userId));
    events.on(participantAdded, ({ conversationId, participant }) =>
      this.#moved(conversationId, participant.user_id),
    );
    events.on(participantRemoved, ({ conversationId, userId }) => this.#moved(conversationId, userId));
    events.on(messageSent, ({ message }) => this.#moved(message.conversation_id, message.sender_id));
  }

  /** Marks only rise, and whoever comes in stands at the head: the floor moves with those who stand on it alone. */
  #moved(conversationId: string, userId: string): void {
    this.#changes++;
    const kept = this.#kept.get(conversationId);
    if (kept === undefined) return;
    if (standsOn(kept.read, userId) || standsOn(kept.delivered, userId)) this.#kept.delete(conversationId);
  }

  /** The same object as before as long as nobody moved who decides what it says. */
  async of(conversationId: string): Promise<Floors> {
    const kept = this.#kept.get(conversationId);
    if (kept !== undefined) return kept;
    const changes = this.#changes;
    const marks = await listConversationMarks(this.#database.query, [conversationId]);
    const floors = {
      read: floorOf(marks.map((mark) => ({ userId: mark.user_id, seq: mark.last_read_seq }))),
      delivered: floorOf(marks.map((mark) => ({ userId: mark.user_id, seq: mark.last_delivered_seq }))),
    };
    if (this.#changes === changes) this.#kept.set(conversationId, floors);
    return floors;
  }
}

export function statusesOf(
  { read, delivered }: Floors,
  messages: readonly Pick<ListedMessage, "sender_id" | "seq">[],
): MessageStatus[] {
  return messages.map(({ sender_id: senderId, seq }) => {
    if (leastOfOthers(read, senderId) >= seq) return "read";
    return leastOfOthers(delivered, senderId) >= seq ? "delivered" : "sent";
  });
}

function floorOf(marks: Mark[]): Floor {
  let lowest: Mark | null = null;
  let secondLowest: Mark | null = null;
  for (const mark of marks) {
    if (lowest === null || mark.seq < lowest.seq) {
      secondLowest = lowest;
      lowest = mark;
    } else if (secondLowest === null || mark.seq < secondLowest.seq) secondLowest = mark;
  }
  return { lowest, secondLowest };
}

/** Where fewer than two stand, everybody does. */
function standsOn({ lowest, secondLowest }: Floor, userId: string): boolean {
  return secondLowest === null || lowest?.userId === userId || secondLowest.userId === userId;
}

/** Nobody else there: nothing was delivered to anybody. */
function leastOfOthers({ lowest, secondLowest }: Floor, senderId: string): number {
  const least = lowest?.userId === senderId ? secondLowest : lowest;
  return least?.seq ?? 0;
}
