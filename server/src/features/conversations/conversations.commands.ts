import { z } from "zod";
import { now } from "../../platform/clock.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { idField } from "../../platform/http/fields.ts";
import { typingChanged } from "./conversations.events.ts";
import type { Memberships } from "./memberships.ts";
import type { Receipts } from "./receipts.service.ts";

export const typingCommand = z.object({ conversation_id: idField, is_typing: z.boolean().optional() });

export const markCommand = z.object({
  conversation_id: idField,
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});

/** Socket commands of a conversation, the same for every socket surface. */
export class ConversationCommands {
  readonly #events: Events;
  readonly #memberships: Memberships;
  readonly #receipts: Receipts;

  constructor(events: Events, memberships: Memberships, receipts: Receipts) {
    this.#events = events;
    this.#memberships = memberships;
    this.#receipts = receipts;
  }

  /** Tells the others at once; never stored. @throws AppError NOT_FOUND or FORBIDDEN. */
  async typing(actor: Actor, command: z.output<typeof typingCommand>): Promise<void> {
    const { membership } = await this.#memberships.require(actor, command.conversation_id);
    this.#memberships.requireUnblocked(membership);
    this.#events.emitNow(typingChanged, {
      conversationId: command.conversation_id,
      userId: actor.userId,
      isTyping: command.is_typing ?? true,
      at: now(),
    });
  }

  /** @throws AppError, see `Receipts.advance`. */
  async mark(actor: Actor, kind: "read" | "delivered", command: z.output<typeof markCommand>): Promise<void> {
    await this.#receipts.advance(actor, command.conversation_id, kind, command.seq);
  }
}
