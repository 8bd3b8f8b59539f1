import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { conflict, forbidden } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import type { Memberships } from "../conversations/index.ts";
import { messageEdited } from "./messages.events.ts";
import { canPin } from "./messages.policy.ts";
import { countPins, listPins, type MessageRow, updateMessage } from "./messages.queries.ts";
import { listReactionsOf } from "./reactions.queries.ts";
import { type MessageChange, requireUndeleted, type StoredMessages } from "./stored-messages.ts";

/** Messages that a conversation keeps at hand. */
export class Pins {
  readonly #database: Database;
  readonly #events: Events;
  readonly #memberships: Memberships;
  readonly #stored: StoredMessages;

  constructor(database: Database, events: Events, memberships: Memberships, stored: StoredMessages) {
    this.#database = database;
    this.#events = events;
    this.#memberships = memberships;
    this.#stored = stored;
  }

  /** @throws AppError NOT_FOUND or FORBIDDEN. */
  async list(actor: Actor, conversationId: string, page: ListPage<MessageRow>): Promise<MessageRow[]> {
    await this.#memberships.require(actor, conversationId);
    return listPins(this.#database.query, conversationId, page);
  }

  /**
   * Pins or unpins; what is so already stays as it is.
   * @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT for a deleted message and for one pin too many.
   */
  async set(actor: Actor, messageId: string, isPinned: boolean): Promise<MessageRow> {
    const found = await this.#stored.require(actor, messageId);
    const requireRight = ({ membership, role }: Pick<MessageChange, "membership" | "role">) => {
      if (role === undefined || !canPin(membership, role))
        throw forbidden("You may not pin messages in this conversation.");
    };
    requireRight(found);
    const { message } = found;
    if ((message.pinned_at !== null) === isPinned) return message;
    return this.#stored.change(actor, message, async (change) => {
      const { tx, current, version } = change;
      requireRight(change);
      requireUndeleted(current);
      if ((current.pinned_at !== null) === isPinned) return current;
      if (isPinned && (await countPins(tx.query, current.conversation_id)) >= limits.pinsPerConversation) {
        throw conflict("pinned_at", `A conversation has at most ${limits.pinsPerConversation} pins.`);
      }
      const at = now();
      const pinned = await updateMessage(tx.query, current, {
        version,
        pinned_at: isPinned ? at : null,
        pinned_by: isPinned ? actor.userId : null,
      });
      const reactions = await listReactionsOf(tx.query, pinned);
      this.#events.emit(tx, messageEdited, { message: pinned, reactions, at });
      return pinned;
    });
  }
}
