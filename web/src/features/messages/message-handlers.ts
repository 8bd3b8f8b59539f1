import type { Message } from "../../../../sdk/src/index.ts";

/** What a row can ask for. */
export interface RowHandlers {
  reply(message: Message): void;
  edit(message: Message): void;
  remove(message: Message): void;
  /** Scrolls to a message and marks it. */
  show(messageId: string): void;
}
