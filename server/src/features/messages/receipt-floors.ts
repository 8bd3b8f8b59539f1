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
  lowest: { userId: string; seq: number } | null;
  secondLowest: number;
}

interface Floors {
  read: Floor;
  delivered: Floor;
}

const keptAtMost = 10_000;

/** How far messages have come with everybody but their sender, without a row per message and reader. */
export class ReceiptFloors {
  readonly #database: Database;
  readonly #kept = new LruCache<string, Floors>(keptAtMost);
  #changes = 0;

  constructor(database: Database, events: Events) {
    this.#database = database;
    const drop = (conversationId: string) => {
      this.#changes++;
      this.#kept.delete(conversationId);
    };
    events.on(markAdvanced, ({ conversationId }) => drop(conversationId));
    events.on(participantAdded, ({ conversationId }) => drop(conversationId));
    events.on(participantRemoved, ({ conversationId }) => drop(conversationId));
    events.on(messageSent, ({ message }) => drop(message.conversation_id));
  }

  async statuses(
    conversationId: string,
    messages: readonly Pick<ListedMessage, "sender_id" | "seq">[],
  ): Promise<MessageStatus[]> {
    if (messages.length === 0) return [];
    const floors = await this.#find(conversationId);
    return messages.map(({ sender_id: senderId, seq }) => {
      if (leastOfOthers(floors.read, senderId) >= seq) return "read";
      return leastOfOthers(floors.delivered, senderId) >= seq ? "delivered" : "sent";
    });
  }

  async #find(conversationId: string): Promise<Floors> {
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

function floorOf(marks: { userId: string; seq: number }[]): Floor {
  let lowest: Floor["lowest"] = null;
  let secondLowest = Number.POSITIVE_INFINITY;
  for (const mark of marks) {
    if (lowest === null || mark.seq < lowest.seq) {
      secondLowest = lowest?.seq ?? Number.POSITIVE_INFINITY;
      lowest = mark;
    } else if (mark.seq < secondLowest) secondLowest = mark.seq;
  }
  return { lowest, secondLowest };
}

/** Nobody else there: nothing was delivered to anybody. */
function leastOfOthers({ lowest, secondLowest }: Floor, senderId: string): number {
  const least = lowest !== null && lowest.userId !== senderId ? lowest.seq : secondLowest;
  return Number.isFinite(least) ? least : 0;
}
