import type { Database } from "../../platform/db/database.ts";
import { forbidden, validationError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Membership, Memberships, ParticipantRole } from "../conversations/index.ts";
import type { Attachment, Files } from "../storage/index.ts";
import { requireContent } from "./content.ts";
import type { Draft, MessageLog, Preparation } from "./message-log.ts";
import { readOnlyConversation } from "./messages.errors.ts";
import { canCallAll, canPost } from "./messages.policy.ts";
import { findMessage, type MessageRow } from "./messages.queries.ts";
import { type MessageMetadata, storedMetadata } from "./messages.schema.ts";
import { slowModeMs } from "./slow-mode.ts";

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

interface SendingParts {
  database: Database;
  memberships: Memberships;
  messageLog: MessageLog;
  files: Files;
}

/** The one way in for messages that people and their programs send, the same for every surface. */
export class Sending {
  readonly #parts: SendingParts;
  #gatekeeper: Gatekeeper | null = null;

  constructor(parts: SendingParts) {
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
    if (!canPost(membership, role)) throw readOnlyConversation();
    return role;
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
