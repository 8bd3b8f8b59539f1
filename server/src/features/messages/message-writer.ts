import { now } from "../../platform/clock.ts";
import type { PartTx, Tx } from "../../platform/db/database.ts";
import { validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor, Author } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { type Announcer, type HeadRow, type Heads, markAllRead } from "../conversations/index.ts";
import { messageSent } from "./messages.events.ts";
import { insertMessage, type MessageRow } from "./messages.queries.ts";
import { plainFault } from "./messages.schema.ts";

/** Messages that are part of a larger change: written in its transaction, told after its commit. */
export class MessageWriter implements Announcer {
  readonly #events: Events;
  readonly #heads: Heads;

  constructor(events: Events, heads: Heads) {
    this.#events = events;
    this.#heads = heads;
  }

  /** A system message: stored and counted in seq like others, never unread. */
  async announce(
    tx: PartTx,
    actor: Author,
    conversationId: string,
    text: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    const head = await this.#heads.advanceForMessage(tx.query, conversationId, now(), { isUnread: false });
    await this.#write(tx, actor, head, { type: "system", content: text, metadata: JSON.stringify(detail) });
  }

  /** The first message of a conversation that `tx` makes, by its only participant. @throws AppError VALIDATION_ERROR. */
  async begin(tx: Tx, actor: Actor, conversationId: string, content: string): Promise<void> {
    const fault = plainFault(content);
    if (fault !== null) throw validationError({ path: "content", message: fault });
    const head = await this.#heads.advanceForMessage(tx.query, conversationId, now(), { isUnread: true });
    await this.#write(tx, actor, head, { type: "text", content, metadata: null });
    await markAllRead(tx.query, head, actor.userId, now());
  }

  async #write(
    tx: PartTx,
    actor: Author,
    head: HeadRow,
    {
      type,
      content,
      metadata,
    }: { type: MessageRow["message_type"]; content: string; metadata: string | null },
  ): Promise<void> {
    const message: MessageRow = {
      conversation_id: head.conversation_id,
      seq: head.seq,
      message_id: newId(),
      organization_id: actor.organizationId,
      sender_id: actor.userId,
      client_message_id: null,
      version: head.version,
      created_version: head.version,
      ordinal: head.ordinal,
      message_type: type,
      content,
      is_encrypted: 0,
      metadata,
      reply_to: null,
      thread_root_id: null,
      created_at: head.last_message_at ?? now(),
      edited_at: null,
      deleted_at: null,
      revision: 0,
      pinned_at: null,
      pinned_by: null,
    };
    await insertMessage(tx.query, message);
    this.#events.emit(tx, messageSent, { message });
  }
}
