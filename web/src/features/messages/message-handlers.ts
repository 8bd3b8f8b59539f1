import type { Message } from "../../../../sdk/src/index.ts";

/** What a row can ask for. */
export interface RowHandlers {
  reply(message: Message): void;
  edit(message: Message): void;
  remove(message: Message): void;
  /** Scrolls to a message and marks it. */
  show(messageId: string): void;
  /** Opens the thread of a message; missing where it is open already, or there is no place for it. */
  openThread?(message: Message): void;
  /** Tells those who keep order of a message; missing where nobody does. */
  report?(message: Message): void;
}
