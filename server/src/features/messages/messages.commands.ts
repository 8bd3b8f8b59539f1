import type { z } from "zod";
import type { Actor } from "../../platform/http/actor.ts";
import type { chatCommand } from "./messages.schema.ts";
import type { SendAnswer, Sending } from "./sending.service.ts";

/** Socket commands of messages, the same for every socket surface. */
export class MessageCommands {
  readonly #sending: Sending;

  constructor(sending: Sending) {
    this.#sending = sending;
  }

  /** @returns a promise while the caller's next command must wait, see `Sending.send`. */
  chat(actor: Actor, command: z.output<typeof chatCommand>, answer: SendAnswer): Promise<void> | undefined {
    return this.#sending.send(
      actor,
      {
        conversationId: command.conversation_id,
        type: command.message_type ?? "text",
        content: command.content,
        isEncrypted: command.is_encrypted ?? false,
        metadata: command.metadata ?? null,
        clientMessageId: command.client_message_id ?? null,
      },
      answer,
    );
  }
}
