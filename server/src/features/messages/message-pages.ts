import { validationError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { readIdempotencyKey } from "../../platform/http/idempotency-key.ts";
import { created } from "../../platform/http/route.ts";
import type { HistoryPages } from "./history-pages.ts";
import type { MessageViews } from "./message-views.ts";
import { type MessageBody, type PageQuery, presentMessage } from "./messages.schema.ts";
import type { Sending } from "./sending.service.ts";

/** What the routes of conversations and of rooms answer alike: a page of history, and a send. */
export class MessagePages {
  readonly #sending: Sending;
  readonly #views: MessageViews;
  readonly #history: HistoryPages;

  constructor(sending: Sending, views: MessageViews, history: HistoryPages) {
    this.#history = history;
    this.#sending = sending;
    this.#views = views;
  }

  /** Newest first. @throws AppError, see `Messages.list`. */
  list(actor: Actor, conversationId: string, query: PageQuery) {
    return this.#history.read(actor, conversationId, {
      before: placeBefore(conversationId, query.page_state, query.before_seq),
      beforeDate: query.before_date,
      afterDate: query.after_date,
      senderId: query.sender_id,
      limit: query.limit,
    });
  }

  /**
   * @param idempotencyKey the header of that name.
   * @returns the message with 201, or with 200 if its key was used before. @throws AppError, see `Sending.send`.
   */
  async send(actor: Actor, conversationId: string, body: MessageBody, idempotencyKey: string | null) {
    const sent = await this.#sending.sendAndWait(actor, {
      conversationId,
      type: body.message_type ?? "text",
      content: body.content,
      isEncrypted: body.is_encrypted ?? false,
      metadata: body.metadata ?? null,
      clientMessageId: body.client_message_id ?? readIdempotencyKey(idempotencyKey),
    });
    return sent.isNew ? created(presentMessage(sent.message, "sent")) : this.#views.showOne(sent.message);
  }
}

/** Where a page begins: before the nearer of the two, when both are given. */
function placeBefore(
  conversationId: string,
  pageState: string | undefined,
  beforeSeq: number | undefined,
): number | null {
  if (pageState === undefined) return beforeSeq ?? null;
  return Math.min(readPageState(conversationId, pageState), beforeSeq ?? Number.MAX_SAFE_INTEGER);
}

/** @returns the seq of the oldest message of the page before. */
function readPageState(conversationId: string, pageState: string): number {
  const [id, seq] = decodeCursor("messages", pageState, ["string", "number"], "page_state");
  if (id !== conversationId)
    throw validationError({ path: "page_state", message: "is of another conversation" });
  return Number(seq);
}
