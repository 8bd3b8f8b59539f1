import type { Database, Tx } from "../../platform/db/database.ts";
import { conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import {
  type Heads,
  keepsOrderIn,
  type Membership,
  type Memberships,
  type ParticipantRole,
} from "../conversations/index.ts";
import { findMessage, type MessageRow } from "./messages.queries.ts";

/** A message that somebody may see, and what they are in its conversation. */
interface FoundMessage {
  message: MessageRow;
  membership: Membership;
  role: ParticipantRole;
}

/** As `FoundMessage`, also for whoever keeps order without being in the conversation: `role` is then undefined. */
type ReachedMessage = Omit<FoundMessage, "role"> & { role: ParticipantRole | undefined };

/** One change of a message, with its conversation locked. */
export interface MessageChange {
  tx: Tx;
  /** The message as it is under the lock. */
  current: MessageRow;
  /** What the changed message carries from now on. */
  version: number;
  /** As it is under the lock; of who is in, `roles` holds the actor alone. */
  membership: Membership;
  /** Undefined: the actor keeps order from outside. */
  role: ParticipantRole | undefined;
}

type LockedMessage = Omit<MessageChange, "membership" | "role">;

/** Messages that are in the log: found for an actor, and changed under the lock of their conversation. */
export class StoredMessages {
  readonly #database: Database;
  readonly #heads: Heads;
  readonly #memberships: Memberships;

  constructor(database: Database, heads: Heads, memberships: Memberships) {
    this.#database = database;
    this.#heads = heads;
    this.#memberships = memberships;
  }

  /** @throws AppError NOT_FOUND, or FORBIDDEN for whoever is not in the conversation. */
  async require(actor: Actor, messageId: string): Promise<FoundMessage> {
    const message = await this.#find(actor, messageId);
    return { message, ...(await this.#memberships.require(actor, message.conversation_id)) };
  }

  /**
   * As `require`, for what says something to the others anew.
   * @throws AppError FORBIDDEN also between two of whom one blocked the other.
   */
  async requireToSpeak(actor: Actor, messageId: string): Promise<FoundMessage> {
    const found = await this.require(actor, messageId);
    this.#memberships.requireUnblocked(found.membership);
    return found;
  }

  /** @throws AppError NOT_FOUND, or FORBIDDEN for whoever neither is in the conversation nor keeps order in it. */
  async requireInReach(actor: Actor, messageId: string): Promise<ReachedMessage> {
    const message = await this.#find(actor, messageId);
    const membership = await this.#memberships.find(message.conversation_id);
    if (membership !== undefined && keepsOrderIn(actor, membership))
      return { message, membership, role: membership.roles.get(actor.userId) };
    return { message, ...this.#memberships.admit(actor, membership) };
  }

  async #find(actor: Actor, messageId: string): Promise<MessageRow> {
    const message = await findMessage(this.#database.query, actor.organizationId, messageId);
    if (message === undefined) throw notFound("message");
    return message;
  }

  /**
   * One transaction with the next version of the conversation. Two changes of one message wait for each other.
   * @throws AppError FORBIDDEN if the actor has left since, and whatever `work` throws; then nothing is changed.
   */
  change<T>(actor: Actor, found: MessageRow, work: (change: MessageChange) => Promise<T>): Promise<T> {
    return this.#change(actor, found, async (locked) => {
      const { query } = locked.tx;
      const held = await this.#memberships.requireOwnWithin(query, actor, found.conversation_id);
      return work({ ...locked, ...held });
    });
  }

  /** As `change`, for whoever keeps order in the conversation from outside. */
  changeFromOutside<T>(
    actor: Actor,
    found: MessageRow,
    work: (change: MessageChange) => Promise<T>,
  ): Promise<T> {
    return this.#change(actor, found, async (locked) => {
      const { query } = locked.tx;
      // Its admins may have closed the room to the public since.
      const membership = await this.#memberships.readOwnWithin(query, actor, found.conversation_id);
      if (membership === undefined || !keepsOrderIn(actor, membership))
        throw forbidden("You are not a participant of this conversation.");
      return work({ ...locked, membership, role: undefined });
    });
  }

  #change<T>(actor: Actor, found: MessageRow, work: (locked: LockedMessage) => Promise<T>): Promise<T> {
    const { conversation_id: conversationId, message_id: messageId } = found;
    return this.#database.transaction(async (tx) => {
      const version = await this.#heads.advanceVersion(tx.query, conversationId);
      const current = await findMessage(tx.query, actor.organizationId, messageId);
      if (current === undefined) throw notFound("message");
      return work({ tx, current, version });
    });
  }
}

/** @throws AppError CONFLICT. */
export function requireUndeleted(message: MessageRow): void {
  if (message.deleted_at !== null) throw conflict("deleted_at", "This message has been deleted.");
}
