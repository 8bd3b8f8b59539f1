import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import type { Tokenizer } from "../../platform/tokenizer/tokenizer.ts";
import { advanceAiConversation } from "./ai-conversations.queries.ts";
import {
  type AiMessageRow,
  deleteParts,
  findAiMessage,
  insertAiMessage,
  insertParts,
  updateAiMessage,
} from "./ai-messages.queries.ts";
import type { Answer, AnswerOutcome } from "./answer.ts";
import { deleteClaim } from "./answers.queries.ts";
import { aiAnswerEnded, aiAnswerFailed, aiAnswerGrew, aiMessageAdded } from "./assistant.events.ts";

/** How an answer ends: `fault` says why it is not whole. */
export type Ending =
  | { status: "Complete" | "Stopped"; fault: null }
  | { status: "Interrupted"; fault: string };

const retryMs = 500;
const attempts = 10;

/**
 * Stores answers while they are written. What came for all of them within a moment shares one commit, and is told
 * only after it: whoever has seen a word finds it again after `kill -9`.
 */
export class AnswerWriter {
  readonly #database: Database;
  readonly #events: Events;
  readonly #tokenizer: Tokenizer;
  readonly #log: Log;
  readonly #grown = new Set<Answer>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The last write; each waits for the one before. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(database: Database, events: Events, tokenizer: Tokenizer, log: Log) {
    this.#database = database;
    this.#events = events;
    this.#tokenizer = tokenizer;
    this.#log = log;
  }

  /** More of the answer has come. */
  grown(answer: Answer): void {
    this.#grown.add(answer);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#inTurn(() => this.#flush());
    }, limits.answerFlushMs);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#writing.then(work);
    this.#writing = mine.catch(() => undefined);
    return mine;
  }

  async #flush(): Promise<void> {
    // In one order, so that two processes that lock several conversations do not wait for each other.
    const answers = [...this.#grown].sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1));
    this.#grown.clear();
    if (answers.length === 0) return;
    try {
      await this.#database.transaction((tx) => this.#store(tx, answers));
    } catch (error) {
      this.#log.error("what came of answers could not be stored", { answers: answers.length, error });
      for (const answer of answers) this.grown(answer);
    }
  }

  async #store(tx: Tx, answers: Answer[]): Promise<void> {
    const parts: Parameters<typeof insertParts>[1] = [];
    for (const answer of answers) {
      const { length } = answer.text;
      if (length === answer.stored) continue;
      if (answer.parts === 0 && !(await this.#begin(tx, answer))) continue;
      parts.push({
        message_id: answer.id,
        part: answer.parts,
        content: answer.text.slice(answer.stored, length),
      });
      this.#tellGrowth(tx, answer, length);
    }
    if (parts.length > 0) await insertParts(tx.query, parts);
  }

  #tellGrowth(tx: Tx, answer: Answer, length: number): void {
    const { id: messageId, conversationId, owner, stored: offset } = answer;
    if (length === offset) return;
    const content = answer.text.slice(offset, length);
    this.#events.emit(tx, aiAnswerGrew, { userId: owner.userId, conversationId, messageId, content, offset });
    tx.afterCommit(() => {
      answer.parts++;
      answer.grew(length);
    });
  }

  /** The answer takes its place in the log. @returns false if there is no log any more. */
  async #begin(tx: Tx, answer: Answer): Promise<boolean> {
    const at = now();
    const advance = { messages: 1, tokens: 0, at };
    const head = await advanceAiConversation(tx.query, answer.owner, answer.conversationId, advance);
    if (head === undefined) {
      answer.abort.abort(conversationGone);
      return false;
    }
    const message = messageOf(answer, head.seq, head.version, at);
    await insertAiMessage(tx.query, message);
    this.#events.emit(tx, aiMessageAdded, { userId: answer.owner.userId, message });
    return true;
  }

  /** The answer becomes a message like others; with nothing come of it, none. Then its listeners hear of the end. */
  async end(answer: Answer, ending: Ending): Promise<void> {
    let outcome: AnswerOutcome = { kind: "failed", fault: "The answer could not be stored.", message: null };
    try {
      const tokens = await this.#tokenizer.count(answer.text);
      outcome = await this.#retried(() =>
        this.#inTurn(() => this.#database.transaction((tx) => this.#finish(tx, answer, tokens, ending))),
      );
    } catch (error) {
      // Its claim stays and is found dead before long: then what is stored becomes the message.
      this.#log.error("an answer could not be stored", { conversation_id: answer.conversationId, error });
    }
    this.#grown.delete(answer);
    answer.end(outcome);
  }

  async #retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === attempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  async #finish(tx: Tx, answer: Answer, tokens: number, ending: Ending): Promise<AnswerOutcome> {
    const { id, conversationId, owner } = answer;
    // Without the claim somebody else has ended it: the conversation was deleted, or this process was taken for dead.
    if (!(await deleteClaim(tx.query, id))) {
      const message = await findAiMessage(tx.query, conversationId, id);
      await deleteParts(tx.query, id);
      if (message === undefined) return { kind: "gone" };
      return { kind: "failed", fault: message.fault ?? "The answer was interrupted.", message };
    }
    const message = answer.text === "" ? null : await this.#complete(tx, answer, tokens, ending);
    if (ending.fault === null) {
      if (message !== null) this.#events.emit(tx, aiAnswerEnded, { userId: owner.userId, message });
      return { kind: "ended", message };
    }
    const failure = { userId: owner.userId, conversationId, messageId: id, fault: ending.fault, message };
    this.#events.emit(tx, aiAnswerFailed, failure);
    return { kind: "failed", fault: ending.fault, message };
  }

  async #complete(tx: Tx, answer: Answer, tokens: number, { status, fault }: Ending): Promise<AiMessageRow> {
    const at = now();
    const isNew = answer.parts === 0;
    const advance = { messages: isNew ? 1 : 0, tokens, at };
    const head = await advanceAiConversation(tx.query, answer.owner, answer.conversationId, advance);
    if (head === undefined) throw new Error("a conversation with a claim is missing");
    const changes = {
      content: answer.text,
      token_count: tokens,
      status,
      fault: fault ?? answer.shortened,
      usage: answer.usage === null ? null : JSON.stringify(answer.usage),
      version: head.version,
      finished_at: at,
    };
    if (isNew)
      await insertAiMessage(tx.query, { ...messageOf(answer, head.seq, head.version, at), ...changes });
    else await updateAiMessage(tx.query, answer.conversationId, answer.id, changes);
    await deleteParts(tx.query, answer.id);
    this.#tellGrowth(tx, answer, answer.text.length);
    const message = await findAiMessage(tx.query, answer.conversationId, answer.id);
    if (message === undefined) throw new Error("a message that was just written is missing");
    return message;
  }
}

/** Why an answer is given up: nobody can read it any more. */
export const conversationGone = new Error("the conversation was deleted");

function messageOf(answer: Answer, seq: number, version: number, at: number): AiMessageRow {
  return {
    conversation_id: answer.conversationId,
    seq,
    message_id: answer.id,
    client_message_id: null,
    version,
    role: "Assistant",
    content: "",
    model: answer.model,
    token_count: 0,
    status: "Writing",
    usage: null,
    left_out: answer.leftOut,
    context_window: answer.contextWindow,
    fault: null,
    question_id: answer.questionId,
    created_at: at,
    finished_at: null,
  };
}
