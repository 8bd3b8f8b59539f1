import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError, conflict, notFound, unavailable, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import { advanceAiConversation, hasAiConversation } from "./ai-conversations.queries.ts";
import {
  type AiMessageRow,
  findAiMessage,
  findAnswerTo,
  findLastQuestion,
  listContents,
  listWeights,
} from "./ai-messages.queries.ts";
import type { AiMessages } from "./ai-messages.service.ts";
import { Answer } from "./answer.ts";
import { type AnswerWriter, conversationGone, type Ending } from "./answer-writer.ts";
import { findClaim, insertClaim, touchClaims } from "./answers.queries.ts";
import { aiConversationDeleted, aiStopAsked } from "./assistant.events.ts";
import { fitInto } from "./context-window.ts";
import { type Provider, ProviderFault, type ProviderMessage, type ProviderModel } from "./provider.ts";

interface Question {
  content: string;
  /** By default the server's. */
  model?: string | undefined;
  /** The sender's own key: the same one is asked once. */
  clientMessageId: string | null;
}

/** A question with its answer, which goes on by itself. */
export interface Asked {
  question: AiMessageRow;
  answer: Answer;
}

/** Who answers, and with which model. */
interface Chosen {
  provider: Provider;
  model: string;
}

const stopped = new Error("the answer was stopped by its owner");
const endless = new ProviderFault("The answer was cut off: it had no end.");
const restarting = new Error("the server stops");
const roles = { User: "user", Assistant: "assistant", System: "system" } as const;
/** No model takes less: a shorter conversation needs no look at the model's window. */
const leastWindow = 4_096;
const stopPollMs = 50;
const stopWaitMs = 5_000;

interface AnswersParts {
  database: Database;
  events: Events;
  log: Log;
  messages: AiMessages;
  writer: AnswerWriter;
  /** Null: none is configured. */
  provider: Provider | null;
  /** Tokens that a model takes where the provider does not say. */
  contextWindow: number;
}

/** Asks the provider for answers and sees to it that none is lost, whoever goes away meanwhile. */
export class Answers {
  readonly #parts: AnswersParts;
  /** Answers that this process writes, by conversation. */
  readonly #running = new Map<string, Answer>();

  constructor(parts: AnswersParts) {
    this.#parts = parts;
    const { events } = parts;
    events.on(aiStopAsked, ({ conversationId }) => this.#running.get(conversationId)?.abort.abort(stopped));
    events.on(aiConversationDeleted, ({ conversationId }) =>
      this.#running.get(conversationId)?.abort.abort(conversationGone),
    );
  }

  /** The provider's models. @throws AppError UNAVAILABLE if there is no provider, PROVIDER_UNAVAILABLE. */
  async models(): Promise<{ models: ProviderModel[]; defaultModel: string | null }> {
    const provider = this.#requireProvider();
    try {
      return { models: await provider.models(), defaultModel: provider.defaultModel };
    } catch (error) {
      throw providerUnavailable(error);
    }
  }

  /**
   * Stores the question and begins the answer, which goes on by itself from here. The same key again stores nothing and
   * gives the answer that is there or on its way; where none came, or it broke off, it is asked for again.
   * @throws AppError NOT_FOUND, UNAVAILABLE if there is no provider, VALIDATION_ERROR without a model, CONFLICT while
   * another answer is being written, or for the key of something that was no question.
   */
  async ask(
    actor: Actor,
    conversationId: string,
    { content, model, clientMessageId }: Question,
  ): Promise<Asked> {
    const { database, messages } = this.#parts;
    if (!(await hasAiConversation(database.query, actor, conversationId))) throw notFound("conversation");
    const chosen = this.#choose(model);
    const messageId = newId();
    const answer = newAnswer(actor, conversationId, messageId, chosen.model);
    const { message: question, isNew } = await messages.send(
      actor,
      conversationId,
      { role: "User", content, model: null, messageId, clientMessageId },
      (tx) => this.#claim(tx, answer),
    );
    if (!isNew) return { question, answer: await this.#knownAnswer(actor, question, chosen) };
    void this.#write(chosen.provider, answer, question.seq);
    return { question, answer };
  }

  /**
   * Answers the last question once more, after what was said before it; an earlier answer stays where it is.
   * @throws AppError NOT_FOUND, UNAVAILABLE, VALIDATION_ERROR without a model, CONFLICT for what is not the last
   * question and while an answer is being written.
   */
  async answerAgain(
    actor: Actor,
    conversationId: string,
    messageId: string,
    model: string | undefined,
  ): Promise<Asked> {
    const { query } = this.#parts.database;
    if (!(await hasAiConversation(query, actor, conversationId))) throw notFound("conversation");
    const question = await findAiMessage(query, conversationId, messageId);
    if (question === undefined) throw notFound("message");
    const last = await findLastQuestion(query, conversationId);
    if (last?.message_id !== messageId)
      throw conflict("message", "Only the last thing that you said can be answered again.");
    return { question, answer: await this.#begin(actor, question, this.#choose(model)) };
  }

  async #knownAnswer(actor: Actor, question: AiMessageRow, chosen: Chosen): Promise<Answer> {
    const { conversation_id: conversationId, message_id: id, role } = question;
    if (role !== "User") throw conflict("client_message_id", "This key is of a message that asks nothing.");
    const running = this.#running.get(conversationId);
    if (running?.questionId === id) return running;
    const known = await findAnswerTo(this.#parts.database.query, conversationId, id);
    if (known?.status === "Complete" || known?.status === "Stopped") return Answer.finished(actor, id, known);
    return this.#begin(actor, question, chosen);
  }

  /** Begins an answer to what is stored already. */
  async #begin(actor: Actor, question: AiMessageRow, { provider, model }: Chosen): Promise<Answer> {
    const { conversation_id: conversationId, message_id: questionId, seq } = question;
    const answer = newAnswer(actor, conversationId, questionId, model);
    await this.#parts.database.transaction(async (tx) => {
      const advance = { messages: 0, tokens: 0, at: now() };
      if ((await advanceAiConversation(tx.query, actor, conversationId, advance)) === undefined)
        throw notFound("conversation");
      await this.#claim(tx, answer);
    });
    void this.#write(provider, answer, seq);
    return answer;
  }

  /** @throws AppError UNAVAILABLE if there is no provider, VALIDATION_ERROR without a model. */
  #choose(named: string | undefined): Chosen {
    const provider = this.#requireProvider();
    const model = named ?? provider.defaultModel;
    if (model !== null) return { provider, model };
    throw validationError({ path: "model", message: "is required: the server has no AI_DEFAULT_MODEL" });
  }

  async #claim(tx: Tx, answer: Answer): Promise<void> {
    const { id, conversationId, questionId, owner, model } = answer;
    if ((await findClaim(tx.query, conversationId)) !== undefined)
      throw conflict("answer", "An answer is being written here. Wait for it, or stop it.");
    const at = now();
    await insertClaim(tx.query, {
      conversation_id: conversationId,
      organization_id: owner.organizationId,
      user_id: owner.userId,
      message_id: id,
      question_id: questionId,
      model,
      started_at: at,
      alive_at: at,
    });
    tx.afterCommit(() => this.#running.set(conversationId, answer));
  }

  async #write(provider: Provider, answer: Answer, seq: number): Promise<void> {
    let ending: Ending;
    try {
      const messages = await this.#contextOf(provider, answer, seq);
      await this.#follow(provider, answer, messages);
      ending = { status: "Complete", fault: null };
    } catch (error) {
      ending = this.#endingOf(answer, error);
    }
    await this.#parts.writer.end(answer, ending);
    if (this.#running.get(answer.conversationId) === answer) this.#running.delete(answer.conversationId);
  }

  async #follow(provider: Provider, answer: Answer, messages: ProviderMessage[]): Promise<void> {
    for await (const event of provider.answer(answer.model, messages, answer.abort.signal)) {
      if (event.kind === "usage") answer.usage = event.usage;
      else if (event.kind === "shortened") answer.shortened = event.why;
      else {
        answer.append(event.text);
        this.#parts.writer.grown(answer);
      }
      // By the signal, as a stop does: leaving the loop alone would leave the line open.
      if (answer.text.length > limits.answerCodeUnits) answer.abort.abort(endless);
    }
    if (answer.text === "") throw new ProviderFault("The AI provider gave an empty answer.");
  }

  #endingOf(answer: Answer, error: unknown): Ending {
    if (error === stopped) return { status: "Stopped", fault: null };
    if (error === restarting)
      return { status: "Interrupted", fault: "The server was restarted while the answer was written." };
    const isKnown = error instanceof ProviderFault || error === conversationGone;
    const level = isKnown ? "warn" : "error";
    this.#parts.log[level]("an answer failed", {
      conversation_id: answer.conversationId,
      model: answer.model,
      error,
    });
    const fault = error instanceof ProviderFault ? error.message : "The answer failed on the server.";
    return { status: "Interrupted", fault };
  }

  /** As much of the conversation as the model takes. */
  async #contextOf(provider: Provider, answer: Answer, seq: number): Promise<ProviderMessage[]> {
    const { database, contextWindow } = this.#parts;
    const { query } = database;
    const weights = withoutReplaced(await listWeights(query, answer.conversationId, seq));
    let { fitting, leftOut } = fitInto(weights, Math.min(leastWindow, contextWindow));
    if (leftOut > 0) {
      const window = (await provider.windowOf(answer.model)) ?? contextWindow;
      ({ fitting, leftOut } = fitInto(weights, window));
      answer.leftOut = leftOut;
      answer.contextWindow = window;
    }
    const seqs = fitting.map((message) => message.seq);
    const contents = await listContents(query, answer.conversationId, seqs);
    return contents.map(({ role, content }) => ({ role: roles[role], content }));
  }

  /**
   * Ends the answer in the making; what had come stays.
   * @returns the message, or null if nothing had come.
   * @throws AppError NOT_FOUND, CONFLICT if there is none.
   */
  async stop(actor: Actor, conversationId: string): Promise<AiMessageRow | null> {
    const { database, events } = this.#parts;
    const { query } = database;
    if (!(await hasAiConversation(query, actor, conversationId))) throw notFound("conversation");
    const claim = await findClaim(query, conversationId);
    if (claim === undefined) throw conflict("answer", "No answer is being written here.");
    events.emitNow(aiStopAsked, { conversationId });
    for (let waitedMs = 0; waitedMs < stopWaitMs; waitedMs += stopPollMs) {
      if ((await findClaim(query, conversationId))?.message_id !== claim.message_id) break;
      await new Promise((resolve) => setTimeout(resolve, stopPollMs));
    }
    return (await findAiMessage(query, conversationId, claim.message_id)) ?? null;
  }

  /** Says that this process still writes its answers. Called about every second. */
  async sayAlive(): Promise<void> {
    const ids = [...this.#running.values()].map((answer) => answer.id);
    if (ids.length > 0) await touchClaims(this.#parts.database.query, ids, now());
  }

  isWriting(messageId: string): boolean {
    for (const answer of this.#running.values()) if (answer.id === messageId) return true;
    return false;
  }

  /** The server stops: answers get a moment to end by themselves, then what has come is kept. */
  async settle(): Promise<void> {
    const all = Promise.all([...this.#running.values()].map((answer) => answer.outcome));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, limits.answerDrainMs))]);
    for (const answer of this.#running.values()) answer.abort.abort(restarting);
    await all;
  }

  #requireProvider(): Provider {
    const { provider } = this.#parts;
    if (provider !== null) return provider;
    throw unavailable(
      "This server has no AI provider. Its operator can name one: set AI_BASE_URL (it ends in /v1), AI_DEFAULT_MODEL, and AI_API_KEY if it needs a key.",
      60,
    );
  }
}

function newAnswer(owner: Actor, conversationId: string, questionId: string, model: string): Answer {
  return new Answer({ id: newId(), conversationId, questionId, owner, model });
}

/** Of several answers to one question the model sees the latest. */
function withoutReplaced<Message extends { seq: number; question_id: string | null }>(
  messages: Message[],
): Message[] {
  const latest = new Map(messages.map((message) => [message.question_id, message.seq]));
  return messages.filter(({ seq, question_id: id }) => id === null || latest.get(id) === seq);
}

/** 502 with what the provider did. */
function providerUnavailable(error: unknown): AppError {
  if (!(error instanceof ProviderFault)) throw error;
  return new AppError("PROVIDER_UNAVAILABLE", error.message, { cause: error });
}
