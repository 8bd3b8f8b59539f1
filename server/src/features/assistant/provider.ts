/** What a provider counted itself, in its tokens. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export interface ProviderMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

export interface ProviderModel {
  id: string;
  /** Tokens that it takes in all; null: the provider does not say. */
  contextWindow: number | null;
}

export type ProviderEvent =
  | { kind: "text"; text: string }
  | { kind: "usage"; usage: Usage }
  /** The provider ended the answer before the model did; `why` is for the person who asked. */
  | { kind: "shortened"; why: string };

/** A service that answers conversations with models. */
export interface Provider {
  /** The model to use where none is named; null: there is none. */
  readonly defaultModel: string | null;
  /** @throws ProviderFault. */
  models(): Promise<ProviderModel[]>;
  /** How many tokens the model takes in all, as far as the provider says. Never throws. */
  windowOf(model: string): Promise<number | null>;
  /**
   * The answer in pieces, as they come; it ends when the answer is whole.
   * @throws ProviderFault when it is refused, cut, or silent for too long; an abort throws the signal's reason.
   */
  answer(model: string, messages: ProviderMessage[], signal: AbortSignal): AsyncGenerator<ProviderEvent>;
}

/** The provider did not answer as it should. The message is for the person who asked, and says what to do. */
export class ProviderFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ProviderFault";
  }
}
