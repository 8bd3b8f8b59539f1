import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { AppError, forbidden, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import {
  listConversationMarks,
  type Membership,
  type Memberships,
  type ParticipantRole,
} from "../conversations/index.ts";
import { type Attachment, deleteShares, type Files } from "../storage/index.ts";
import type { Draft, MessageLog, Preparation } from "./message-log.ts";
import { messageDeleted, messageEdited } from "./messages.events.ts";
import { canCallAll, canDelete, canEdit, canPost, canSeeEdits, isInEditWindow } from "./messages.policy.ts";
import {
  findMessage,
  insertMessageEdit,
  type ListedMessage,
  listMessageEdits,
  listMessages,
  type MessageFilter,
  type MessageRow,
  updateMessage,
} from "./messages.queries.ts";
import { encryptedFault, type MessageMetadata, plainFault, storedMetadata } from "./messages.schema.ts";
import { deleteReactions, listReactionsOf } from "./reactions.queries.ts";
import { slowModeMs } from "./slow-mode.ts";
import { type MessageChange, requireUndeleted, type StoredMessages } from "./stored-messages.ts";

/** What a client sends, checked against the schema of its surface. */
export interface NewMessage {
  conversationId: string;
  type: "text" | "image" | "video" | "file";
  content: string | undefined;
  isEncrypted: boolean;
  metadata: MessageMetadata | null;
  clientMessageId: string | null;
}

/** What becomes of a send; exactly one of the three is called, once. */
export interface SendAnswer {
  /** Durable, and nobody has been told yet. */
  stored(message: MessageRow): void;
  /** The same idempotency key was used before: this is the message it made. */
  repeated(message: MessageRow): void;
  refused(error: unknown): void;
}

/** Prepares a support conversation for a message, or refuses it. The support feature does it. */
export interface Gatekeeper {
  /** @returns what the message brings about; null: nothing. @throws AppError for whoever may not post now. */
  beforePost(actor: Actor, membership: Membership): Promise<Preparation | null>;
}

interface MessagesParts {
  database: Database;
  events: Events;
  memberships: Memberships;
  messageLog: MessageLog;
  stored: StoredMessages;
  files: Files;
  editWindowMs: number;
  trail: ChangeTrail;
}

/** Messages: the verbs that every surface shares. */
export class Messages {
  readonly #parts: MessagesParts;
  #gatekeeper: Gatekeeper | null = null;

  constructor(parts: MessagesParts) {
    this.#parts = parts;
  }

  guardWith(gatekeeper: Gatekeeper): void {
    this.#gatekeeper = gatekeeper;
  }

  /**
   * Hands a message to the log. Checks first whether it may be sent; with everything in memory that happens before
   * `send` returns, so that messages of one caller keep their order.
   * @returns a promise while something must be read first: the caller's next message must wait for it.
   */
  send(actor: Actor, input: NewMessage, answer: SendAnswer): Promise<void> | undefined {
    const membership = this.#parts.memberships.peek(input.conversationId);
    if (membership !== undefined && membership.type !== "support" && input.metadata === null) {
      try {
        this.#append(this.#draft(actor, input, membership, noReferences), answer);
      } catch (error) {
        answer.refused(error);
      }
      return undefined;
    }
    return this.#sendAfterReading(actor, input).then(
      (draft) => this.#append(draft, answer),
      (error: unknown) => answer.refused(error),
    );
  }

  async #sendAfterReading(actor: Actor, input: NewMessage): Promise<Draft> {
    const { membership, preparation } = await this.#requireReady(actor, input.conversationId);
    const replyTo = input.metadata?.reply_to ?? null;
    const target =
      replyTo === null ? null : await this.#requireReplyTarget(actor, input.conversationId, replyTo);
    const fileIds = [...new Set(input.metadata?.attachments ?? [])];
    const attachments = fileIds.length === 0 ? [] : await this.#parts.files.describeOwn(actor, fileIds);
    return this.#draft(actor, input, membership, { replyTo: target, attachments, preparation });
  }

  /** Where others have a say in who may post when, they are asked first. */
  async #requireReady(
    actor: Actor,
    conversationId: string,
  ): Promise<{ membership: Membership; preparation: Preparation | null }> {
    const { memberships } = this.#parts;
    const { membership: found } = await memberships.require(actor, conversationId);
    if (found.type !== "support" || this.#gatekeeper === null)
      return { membership: found, preparation: null };
    const preparation = await this.#gatekeeper.beforePost(actor, found);
    const { membership } = await memberships.require(actor, conversationId);
    return { membership, preparation };
  }

  async #requireReplyTarget(actor: Actor, conversationId: string, id: string): Promise<MessageRow> {
    const target = await findMessage(this.#parts.database.query, actor.organizationId, id);
    if (target?.conversation_id === conversationId) return target;
    throw validationError({ path: "metadata.reply_to", message: "is not a message of this conversation" });
  }

  /** @throws AppError for what the sender may not send here. */
  #draft(
    actor: Actor,
    input: NewMessage,
    membership: Membership,
    { replyTo, attachments, preparation }: References,
  ): Draft {
    const role = this.#requirePoster(actor, membership);
    this.#parts.memberships.requireUnblocked(membership);
    requireContent(input, membership);
    requireMetadata(input.metadata, membership);
    const calls = callsOf(input.metadata);
    if (calls !== null && !canCallAll(membership, role))
      throw forbidden("Only who keeps order in this room may call everybody in it. Name people one by one.");
    return {
      // Its own string, not the frame's: every map that is asked from here on has met it, and need not read it.
      conversationId: membership.conversationId,
      organizationId: actor.organizationId,
      senderId: actor.userId,
      clientMessageId: input.clientMessageId,
      type: input.type,
      content: input.content ?? "",
      isEncrypted: input.isEncrypted,
      metadata: input.metadata === null ? null : storedMetadata(input.metadata, attachments),
      replyTo: replyTo?.message_id ?? null,
      threadRootId: replyTo === null ? null : (replyTo.thread_root_id ?? replyTo.message_id),
      fileIds: attachments.map((attachment) => attachment.file_id),
      mustBeOpen: membership.type === "support",
      preparation,
      mentionedIds: input.metadata === null ? nobody : mentionedIn(input.metadata, actor.userId),
      calls,
      slowModeMs: slowModeMs(membership, role),
    };
  }

  #append(draft: Draft, { stored, repeated, refused }: SendAnswer): void {
    this.#parts.messageLog.append({ draft, stored, repeated, refuse: refused });
  }

  /** As `send`, for callers that wait for the answer. @throws AppError. */
  sendAndWait(actor: Actor, input: NewMessage): Promise<{ message: MessageRow; isNew: boolean }> {
    return new Promise((resolve, refused) => {
      void this.send(actor, input, {
        stored: (message) => resolve({ message, isNew: true }),
        repeated: (message) => resolve({ message, isNew: false }),
        refused,
      });
    });
  }

  /** For who has much to send: whether it may be sent at all. @throws AppError NOT_FOUND or FORBIDDEN. */
  async requirePoster(actor: Actor, conversationId: string): Promise<void> {
    this.#requirePoster(actor, await this.#parts.memberships.find(conversationId));
  }

  #requirePoster(actor: Actor, found: Membership | undefined): ParticipantRole {
    const { membership, role } = this.#parts.memberships.admit(actor, found);
    if (!canPost(membership, role)) throw forbidden("You may read this conversation, but not write in it.");
    return role;
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
    requireContent(
      { content, isEncrypted: isEncrypted ?? message.is_encrypted === 1, metadata: null },
      membership,
    );
    return stored.change(actor, message, async ({ tx, current, version }) => {
      requireUndeleted(current);
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
    const { message, membership, role } = await stored.requireInReach(actor, messageId);
    if (!canDelete(actor, message, membership, role)) {
      throw forbidden("Only its author or an admin of the conversation may delete a message.");
    }
    if (message.deleted_at !== null) return message;
    const change = async ({ tx, current, version }: MessageChange) => {
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

/** What a message points to, found and admitted, and what it brings about. */
interface References {
  replyTo: MessageRow | null;
  attachments: Attachment[];
  preparation: Preparation | null;
}

const noReferences: References = { replyTo: null, attachments: [], preparation: null };

const nobody: readonly string[] = [];

/** Each once, and not the sender: nobody is told of what they wrote themselves. */
function mentionedIn({ mentions }: MessageMetadata, senderId: string): readonly string[] {
  if (mentions === undefined || mentions.length === 0) return nobody;
  return [...new Set(mentions)].filter((id) => id !== senderId);
}

/** `@room` reaches whoever `@here` does. */
function callsOf(metadata: MessageMetadata | null): "room" | "here" | null {
  if (metadata?.mention_room === true) return "room";
  return metadata?.mention_here === true ? "here" : null;
}

function editWindowClosed(windowMs: number): AppError {
  const minutes = Math.ceil(windowMs / 60_000);
  return new AppError(
    "EDIT_WINDOW_CLOSED",
    `A message can be edited for ${minutes} minutes after it was sent.`,
  );
}

/** @throws AppError VALIDATION_ERROR for content that the conversation does not take. */
function requireContent(
  input: Pick<NewMessage, "content" | "isEncrypted" | "metadata">,
  { isE2ee }: Membership,
): void {
  const { content, isEncrypted } = input;
  if (isE2ee && !isEncrypted) {
    throw validationError({
      path: "is_encrypted",
      message: "must be true in an end-to-end encrypted conversation",
    });
  }
  if (content === undefined || content === "") {
    if ((input.metadata?.attachments ?? []).length > 0) return;
    throw validationError({ path: "content", message: "is required without attachments" });
  }
  const fault = isE2ee ? encryptedFault(content) : plainFault(content);
  if (fault !== null) throw validationError({ path: "content", message: fault });
}

/** @throws AppError VALIDATION_ERROR naming the mention that is not allowed. */
function requireMetadata(metadata: MessageMetadata | null, { roles }: Membership): void {
  for (const [index, id] of (metadata?.mentions ?? []).entries()) {
    if (roles.has(id)) continue;
    throw validationError({
      path: `metadata.mentions.${index}`,
      message: "is not a participant of this conversation",
    });
  }
}
