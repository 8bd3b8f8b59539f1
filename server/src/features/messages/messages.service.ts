import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { AppError, forbidden } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { listConversationMarks, type Memberships } from "../conversations/index.ts";
import { deleteShares } from "../storage/index.ts";
import { requireContent } from "./content.ts";
import { messageDeleted, messageEdited } from "./messages.events.ts";
import { canDelete, canEdit, canSeeEdits, isInEditWindow } from "./messages.policy.ts";
import {
  insertMessageEdit,
  type ListedMessage,
  listMessageEdits,
  listMessages,
  type MessageFilter,
  type MessageRow,
  updateMessage,
} from "./messages.queries.ts";
import { deleteReactions, listReactionsOf } from "./reactions.queries.ts";
import { type MessageChange, requireUndeleted, type StoredMessages } from "./stored-messages.ts";

interface MessagesParts {
  database: Database;
  events: Events;
  memberships: Memberships;
  stored: StoredMessages;
  editWindowMs: number;
  trail: ChangeTrail;
}

/** Messages that are stored: the verbs that every surface shares. Sending them: `Sending`. */
export class Messages {
  readonly #parts: MessagesParts;

  constructor(parts: MessagesParts) {
    this.#parts = parts;
  }

  /** @throws AppError NOT_FOUND or FORBIDDEN. */
  async get(actor: Actor, messageId: string): Promise<MessageRow> {
    const { message } = await this.#parts.stored.require(actor, messageId);
    return message;
  }

  /** @throws AppError NOT_FOUND or FORBIDDEN. */
  async requireMember(actor: Actor, conversationId: string): Promise<void> {
    await this.#parts.memberships.require(actor, conversationId);
  }

  /** Newest first. @throws AppError NOT_FOUND or FORBIDDEN. */
  async list(actor: Actor, conversationId: string, filter: MessageFilter): Promise<ListedMessage[]> {
    await this.requireMember(actor, conversationId);
    return listMessages(this.#parts.database.query, conversationId, filter);
  }

  /** Others' receipts for a message; a mark beyond it counts with the time of the mark. */
  async receipts(actor: Actor, messageId: string) {
    const { database, stored } = this.#parts;
    const { message } = await stored.require(actor, messageId);
    const marks = await listConversationMarks(database.query, [message.conversation_id]);
    return marks
      .filter((mark) => mark.user_id !== message.sender_id)
      .map((mark) => ({
        userId: mark.user_id,
        deliveredAt: mark.last_delivered_seq >= message.seq ? mark.last_delivered_at : null,
        readAt: mark.last_read_seq >= message.seq ? mark.last_read_at : null,
      }));
  }

  /**
   * Replaces the text; the former one is kept.
   * @throws AppError FORBIDDEN for others' messages, EDIT_WINDOW_CLOSED, CONFLICT for a deleted one.
   */
  async edit(
    actor: Actor,
    messageId: string,
    content: string,
    isEncrypted: boolean | undefined,
  ): Promise<MessageRow> {
    const { events, stored, editWindowMs } = this.#parts;
    const { message, membership } = await stored.requireToSpeak(actor, messageId);
    if (!canEdit(actor, message)) throw forbidden("Only its author may edit a message.");
    const text = { content, isEncrypted: isEncrypted ?? message.is_encrypted === 1, metadata: null };
    requireContent(text, membership);
    return stored.change(actor, message, async ({ tx, current, version, membership: held }) => {
      requireUndeleted(current);
      requireContent(text, held);
      const at = now();
      if (!isInEditWindow(current, at, editWindowMs)) throw editWindowClosed(editWindowMs);
      await insertMessageEdit(tx.query, {
        message_id: messageId,
        version,
        organization_id: actor.organizationId,
        former_content: current.content,
        edited_by: actor.userId,
        edited_at: at,
      });
      const edited = await updateMessage(tx.query, current, {
        content,
        version,
        edited_at: at,
        ...(isEncrypted === undefined ? {} : { is_encrypted: isEncrypted ? 1 : 0 }),
      });
      const reactions = await listReactionsOf(tx.query, edited);
      events.emit(tx, messageEdited, { message: edited, reactions, at });
      return edited;
    });
  }

  /** What the message said before each edit, oldest first. @throws AppError FORBIDDEN for whoever may not manage. */
  async edits(actor: Actor, messageId: string) {
    const { database, stored } = this.#parts;
    const { membership, role } = await stored.require(actor, messageId);
    if (!canSeeEdits(membership, role))
      throw forbidden("Only admins of the conversation may read what a message said before.");
    return listMessageEdits(database.query, actor.organizationId, messageId);
  }

  /** Empties the message; its row and seq stay. Deleting it again changes nothing. @throws AppError FORBIDDEN. */
  async delete(actor: Actor, messageId: string): Promise<MessageRow> {
    const { events, stored, trail } = this.#parts;
    const found = await stored.requireInReach(actor, messageId);
    const { message, role } = found;
    const requireRight = ({ membership, role }: Pick<MessageChange, "membership" | "role">) => {
      if (!canDelete(actor, message, membership, role))
        throw forbidden("Only its author or an admin of the conversation may delete a message.");
    };
    requireRight(found);
    if (message.deleted_at !== null) return message;
    const change = async (locked: MessageChange) => {
      const { tx, current, version } = locked;
      requireRight(locked);
      if (current.deleted_at !== null) return current;
      await deleteReactions(tx.query, current.conversation_id, current.seq);
      await deleteShares(tx.query, current.conversation_id, current.seq);
      const deleted = await updateMessage(tx.query, current, {
        content: "",
        metadata: null,
        pinned_at: null,
        pinned_by: null,
        version,
        deleted_at: now(),
      });
      events.emit(tx, messageDeleted, { message: deleted });
      if (current.sender_id !== actor.userId) {
        const change = { action: "message.deleted", targetType: "message", targetId: messageId };
        trail.record(tx, changeBy(actor, change));
      }
      return deleted;
    };
    return role === undefined
      ? stored.changeFromOutside(actor, message, change)
      : stored.change(actor, message, change);
  }
}

function editWindowClosed(windowMs: number): AppError {
  const minutes = Math.ceil(windowMs / 60_000);
  return new AppError(
    "EDIT_WINDOW_CLOSED",
    `A message can be edited for ${minutes} minutes after it was sent.`,
  );
}
