import type { Owner } from "../workspace/index.ts";
import type { AiMessageRow } from "./ai-messages.queries.ts";
import type { Usage } from "./provider.ts";

/** How an answer ended. Failed: what had come, if anything, is the message. Gone: its conversation was deleted. */
export type AnswerOutcome =
  | { kind: "ended"; message: AiMessageRow | null }
  | { kind: "failed"; fault: string; message: AiMessageRow | null }
  | { kind: "gone" };

interface AnswerListener {
  /** More has come and is stored. */
  grew(content: string): void;
  ended(outcome: AnswerOutcome): void;
}

interface AnswerParts {
  id: string;
  conversationId: string;
  questionId: string;
  owner: Owner;
  model: string;
}

/** One answer in the making. What listeners hear of it is stored already. */
export class Answer {
  readonly id: string;
  readonly conversationId: string;
  /** The message that it answers. */
  readonly questionId: string;
  readonly owner: Owner;
  readonly model: string;
  readonly abort = new AbortController();
  /** Resolves at the first stored words, or at the end. */
  readonly begun: Promise<void>;
  readonly outcome: Promise<AnswerOutcome>;
  leftOut = 0;
  contextWindow: number | null = null;
  usage: Usage | null = null;
  /** Why the provider ended it before the model did, for a person. */
  shortened: string | null = null;
  /** How many parts are stored; 0: its message is not in the log yet. */
  parts = 0;
  /** How much of `text` is stored, in UTF-16 code units. */
  stored = 0;
  #text = "";
  #half = "";
  #ended: AnswerOutcome | null = null;
  readonly #listeners = new Set<AnswerListener>();
  readonly #begin: () => void;
  readonly #end: (outcome: AnswerOutcome) => void;

  constructor({ id, conversationId, questionId, owner, model }: AnswerParts) {
    this.id = id;
    this.conversationId = conversationId;
    this.questionId = questionId;
    this.owner = owner;
    this.model = model;
    const begun = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<AnswerOutcome>();
    this.begun = begun.promise;
    this.#begin = begun.resolve;
    this.outcome = outcome.promise;
    this.#end = outcome.resolve;
  }

  /** One that was written before. */
  static finished(owner: Owner, questionId: string, message: AiMessageRow): Answer {
    const { message_id: id, conversation_id: conversationId, model, content } = message;
    const answer = new Answer({ id, conversationId, questionId, owner, model: model ?? "" });
    answer.append(content);
    answer.grew(content.length);
    answer.end({ kind: "ended", message });
    return answer;
  }

  /** All that has come so far, as it can be stored. */
  get text(): string {
    return this.#text;
  }

  /** Text may come cut in the middle of a character: its first half waits for the second. */
  append(piece: string): void {
    const joined = this.#half + piece;
    const last = joined.charCodeAt(joined.length - 1);
    const isHalf = last >= 0xd800 && last <= 0xdbff;
    this.#half = isHalf ? joined.slice(-1) : "";
    const whole = isHalf ? joined.slice(0, -1) : joined;
    this.#text += whole.toWellFormed().replaceAll("\0", "\uFFFD");
  }

  /** Hears what is stored already at once, then the rest. @returns what ends it. */
  follow(listener: AnswerListener): () => void {
    if (this.stored > 0) listener.grew(this.#text.slice(0, this.stored));
    if (this.#ended !== null) listener.ended(this.#ended);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The text up to `upTo` is stored. */
  grew(upTo: number): void {
    const content = this.#text.slice(this.stored, upTo);
    this.stored = upTo;
    for (const listener of this.#listeners) listener.grew(content);
    this.#begin();
  }

  end(outcome: AnswerOutcome): void {
    if (this.#ended !== null) return;
    this.#ended = outcome;
    for (const listener of this.#listeners) listener.ended(outcome);
    this.#listeners.clear();
    this.#begin();
    this.#end(outcome);
  }
}
