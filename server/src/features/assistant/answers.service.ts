import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError, conflict, notFound, unavailable, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import { hasAiConversation } from "./ai-conversations.queries.ts";
import { type AiMessageRow, findAiMessage, listContents, listWeights } from "./ai-messages.queries.ts";
import type { AiMessages } from "./ai-messages.service.ts";
import { Answer } from "./answer.ts";
import { type AnswerWriter, conversationGone, type Ending } from "./answer-writer.ts";
import { findClaim, insertClaim, touchClaims } from "./answers.queries.ts";
import { aiConversationDeleted, aiStopAsked } from "./assistant.events.ts";
import { fitInto } from "./context-window.ts";
import { type Provider, ProviderFault, type ProviderMessage, type ProviderModel } from "./provider.ts";

export interface Question {
  content: string;
  model?: string | undefined;
}

interface AnswersOptions {
  /** Null: none is configured. */
  provider: Provider | null;
  /** Tokens that a model takes where the provider does not say. */
  contextWindow: number;
}

const stopped = new Error("the answer was stopped by its owner");
const endless = new ProviderFault("The answer was cut off: it had no end.");
const restarting = new Error("the server stops");
const roles = { User: "user", Assistant: "assistant", System: "system" } as const;
/** No model takes less: a shorter conversation needs no look at the model's window. */
const leastWindow = 4_096;
const stopPollMs = 50;
const stopWaitMs = 5_000;

/** Asks the provider for answers and sees to it that none is lost, whoever goes away meanwhile. */
export class Answers {
  readonly #database: Database;
  readonly #events: Events;
  readonly #log: Log;
  readonly #messages: AiMessages;
  readonly #writer: AnswerWriter;
  readonly #provider: Provider | null;
  readonly #contextWindow: number;
  /** Answers that this process writes, by conversation. */
  readonly #running = new Map<string, Answer>();

  constructor(
    database: Database,
    events: Events,
    log: Log,
    messages: AiMessages,
    writer: AnswerWriter,
    { provider, contextWindow }: AnswersOptions,
  ) {
    this.#database = database;
    this.#events = events;
    this.#log = log;
    this.#messages = messages;
    this.#writer = writer;
    this.#provider = provider;
    this.#contextWindow = contextWindow;
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
   * Stores the question and begins the answer, which goes on by itself from here.
   * @throws AppError NOT_FOUND, UNAVAILABLE if there is no provider, VALIDATION_ERROR without a model, CONFLICT while
   * another answer is being written.
   */
  async ask(
    actor: Actor,
    conversationId: string,
    { content, model: named }: Question,
  ): Promise<{ question: AiMessageRow; answer: Answer }> {
    if (!(await hasAiConversation(this.#database.query, actor, conversationId)))
      throw notFound("conversation");
    const provider = this.#requireProvider();
    const model = named ?? provider.defaultModel;
    if (model === null)
      throw validationError({ path: "model", message: "is required: the server has no AI_DEFAULT_MODEL" });
    const answer = new Answer({ id: newId(), conversationId, owner: actor, model });
    const question = await this.#messages.add(
      actor,
      conversationId,
      { role: "User", content, model: null },
      (tx) => this.#claim(tx, answer),
    );
    this.#running.set(conversationId, answer);
    void this.#write(provider, answer, question.seq);
    return { question, answer };
  }

  async #claim(tx: Tx, { id, conversationId, owner, model }: Answer): Promise<void> {
    if ((await findClaim(tx.query, conversationId)) !== undefined)
      throw conflict("answer", "An answer is being written here. Wait for it, or stop it.");
    const at = now();
    await insertClaim(tx.query, {
      conversation_id: conversationId,
      organization_id: owner.organizationId,
      user_id: owner.userId,
      message_id: id,
      model,
      started_at: at,
      alive_at: at,
    });
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
    await this.#writer.end(answer, ending);
    this.#running.delete(answer.conversationId);
  }

  async #follow(provider: Provider, answer: Answer, messages: ProviderMessage[]): Promise<void> {
    for await (const event of provider.answer(answer.model, messages, answer.abort.signal)) {
      if (event.kind === "usage") answer.usage = event.usage;
      else {
        answer.append(event.text);
        this.#writer.grown(answer);
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
    this.#log[level]("an answer failed", {
      conversation_id: answer.conversationId,
      model: answer.model,
      error,
    });
    const fault = error instanceof ProviderFault ? error.message : "The answer failed on the server.";
    return { status: "Interrupted", fault };
  }

  /** As much of the conversation as the model takes. */
  async #contextOf(provider: Provider, answer: Answer, seq: number): Promise<ProviderMessage[]> {
    const { query } = this.#database;
    const weights = await listWeights(query, answer.conversationId, seq);
    let { fitting, leftOut } = fitInto(weights, Math.min(leastWindow, this.#contextWindow));
    if (leftOut > 0) {
      const window = (await provider.windowOf(answer.model)) ?? this.#contextWindow;
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
    const { query } = this.#database;
    if (!(await hasAiConversation(query, actor, conversationId))) throw notFound("conversation");
    const claim = await findClaim(query, conversationId);
    if (claim === undefined) throw conflict("answer", "No answer is being written here.");
    this.#events.emitNow(aiStopAsked, { conversationId });
    for (let waitedMs = 0; waitedMs < stopWaitMs; waitedMs += stopPollMs) {
      if ((await findClaim(query, conversationId))?.message_id !== claim.message_id) break;
      await new Promise((resolve) => setTimeout(resolve, stopPollMs));
    }
    return (await findAiMessage(query, claim.message_id)) ?? null;
  }

  /** Says that this process still writes its answers. Called about every second. */
  async sayAlive(): Promise<void> {
    const ids = [...this.#running.values()].map((answer) => answer.id);
    if (ids.length > 0) await touchClaims(this.#database.query, ids, now());
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
    if (this.#provider !== null) return this.#provider;
    throw unavailable(
      "This server has no AI provider. Its operator can name one: set AI_BASE_URL (it ends in /v1), AI_DEFAULT_MODEL, and AI_API_KEY if it needs a key.",
      60,
    );
  }
}

/** 502 with what the provider did. */
export function providerUnavailable(error: unknown): AppError {
  if (!(error instanceof ProviderFault)) throw error;
  return new AppError("PROVIDER_UNAVAILABLE", error.message, { cause: error });
}
