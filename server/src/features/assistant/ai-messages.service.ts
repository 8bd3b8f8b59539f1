import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import type { Tokenizer } from "../../platform/tokenizer/tokenizer.ts";
import { advanceAiConversation, findAiConversation, hasAiConversation } from "./ai-conversations.queries.ts";
import {
  type AiMessageRow,
  findSentMessage,
  insertAiMessage,
  listAiMessages,
} from "./ai-messages.queries.ts";
import { aiMessageAdded } from "./assistant.events.ts";

interface NewAiMessage {
  role: AiMessageRow["role"];
  content: string;
  model: string | null;
  /** By default a new one. */
  messageId?: string;
  /** The sender's own key: the same one is stored once. */
  clientMessageId?: string | null;
}

/** The log of an AI conversation: one `seq` a message, no gaps, and counters that change with it. */
export class AiMessages {
  readonly #database: Database;
  readonly #events: Events;
  readonly #tokenizer: Tokenizer;

  constructor(database: Database, events: Events, tokenizer: Tokenizer) {
    this.#database = database;
    this.#events = events;
    this.#tokenizer = tokenizer;
  }

  /**
   * @param also written in the same transaction as a new message, once the conversation is locked.
   * @returns the message that came with the same key before, if one did.
   * @throws AppError NOT_FOUND.
   */
  async send(
    actor: Actor,
    conversationId: string,
    message: NewAiMessage,
    also: (tx: Tx) => Promise<void> = async () => undefined,
  ): Promise<{ message: AiMessageRow; isNew: boolean }> {
    const { query } = this.#database;
    if (!(await hasAiConversation(query, actor, conversationId))) throw notFound("conversation");
    const known = await this.#findSent(conversationId, message);
    if (known !== undefined) return { message: known, isNew: false };
    try {
      return { message: await this.#add(actor, conversationId, message, also), isNew: true };
    } catch (error) {
      // The same key came at the same time, and that one was first.
      const winner = this.#database.isUniqueViolation(error)
        ? await this.#findSent(conversationId, message)
        : undefined;
      if (winner === undefined) throw error;
      return { message: winner, isNew: false };
    }
  }

  async #findSent(
    conversationId: string,
    { clientMessageId }: NewAiMessage,
  ): Promise<AiMessageRow | undefined> {
    if (typeof clientMessageId !== "string") return undefined;
    return findSentMessage(this.#database.query, conversationId, clientMessageId);
  }

  async #add(
    actor: Actor,
    conversationId: string,
    { role, content, model, messageId = newId(), clientMessageId = null }: NewAiMessage,
    also: (tx: Tx) => Promise<void>,
  ): Promise<AiMessageRow> {
    const tokens = await this.#tokenizer.count(content);
    return this.#database.transaction(async (tx) => {
      const at = now();
      const head = await advanceAiConversation(tx.query, actor, conversationId, { messages: 1, tokens, at });
      if (head === undefined) throw notFound("conversation");
      const message: AiMessageRow = {
        conversation_id: conversationId,
        seq: head.seq,
        message_id: messageId,
        client_message_id: clientMessageId,
        version: head.version,
        role,
        content,
        model,
        token_count: tokens,
        status: "Complete",
        usage: null,
        left_out: 0,
        context_window: null,
        fault: null,
        question_id: null,
        created_at: at,
        finished_at: at,
      };
      await insertAiMessage(tx.query, message);
      await also(tx);
      this.#events.emit(tx, aiMessageAdded, { userId: actor.userId, message });
      return message;
    });
  }

  /** In the conversation's order; one that is being written with what has come. @throws AppError NOT_FOUND. */
  list(
    actor: Actor,
    conversationId: string,
    page: { limit: number; offset: number },
  ): Promise<{ messages: AiMessageRow[]; total: number }> {
    return this.#database.snapshot(async (query) => {
      const conversation = await findAiConversation(query, actor, conversationId);
      if (conversation === undefined) throw notFound("conversation");
      const messages = await listAiMessages(query, conversationId, page);
      return { messages, total: conversation.message_count };
    });
  }
}
