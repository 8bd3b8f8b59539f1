import { z } from "zod";
import { uptime } from "../../platform/clock.ts";
import { limits } from "../../platform/limits.ts";
import { readEvents } from "./event-stream.ts";
import {
  type Provider,
  type ProviderEvent,
  ProviderFault,
  type ProviderMessage,
  type ProviderModel,
} from "./provider.ts";

interface OpenAiProviderOptions {
  /** Such as `http://127.0.0.1:1234/v1`; `/chat/completions` is appended. */
  baseUrl: string;
  apiKey: string | null;
  defaultModel: string | null;
  /** The longest silence before the provider counts as gone. */
  silenceMs: number;
}

const retryAfterMs = [250, 1_000];
const retryStatuses = new Set([408, 429, 500, 502, 503, 504]);
const longestRetryAfterMs = 5_000;
const modelsKeptMs = 60_000;

const usageShape = z.object({
  prompt_tokens: z.number().int().nonnegative(),
  completion_tokens: z.number().int().nonnegative(),
  total_tokens: z.number().int().nonnegative(),
});
/** By `finish_reason`: what a person is told of an answer that the model did not end itself. */
const shortenings: Readonly<Record<string, string>> = {
  length: "The answer was cut off: it reached the length that the model may write.",
  content_filter: "The answer was cut off by the AI provider's content filter.",
};
const textShape = z.object({ content: z.string().nullish() }).nullish();
const chunkShape = z.object({
  choices: z
    .array(z.object({ delta: textShape, message: textShape, finish_reason: z.string().nullish() }))
    .nullish(),
  usage: usageShape.nullish().catch(null),
  error: z.unknown().optional(),
});
const tokenCount = z.number().int().positive().nullish().catch(null);
const modelsShape = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1),
      context_window: tokenCount,
      context_length: tokenCount,
      max_context_length: tokenCount,
      loaded_context_length: tokenCount,
      max_model_len: tokenCount,
    }),
  ),
});

/** Speaks to whatever offers OpenAI's chat completions: LM Studio, Ollama, vLLM, OpenAI itself. */
export class OpenAiProvider implements Provider {
  readonly #options: OpenAiProviderOptions;
  #models: { at: number; listed: Promise<ProviderModel[]> } | null = null;

  constructor(options: OpenAiProviderOptions) {
    this.#options = options;
  }

  get defaultModel(): string | null {
    return this.#options.defaultModel;
  }

  models(): Promise<ProviderModel[]> {
    if (this.#models !== null && uptime() - this.#models.at < modelsKeptMs) return this.#models.listed;
    const listed = this.#listModels();
    const kept = { at: uptime(), listed };
    this.#models = kept;
    listed.catch(() => {
      if (this.#models === kept) this.#models = null;
    });
    return listed;
  }

  async windowOf(model: string): Promise<number | null> {
    try {
      const models = await this.models();
      return models.find(({ id }) => id === model)?.contextWindow ?? null;
    } catch {
      return null;
    }
  }

  async #listModels(): Promise<ProviderModel[]> {
    const silence = AbortSignal.timeout(Math.min(this.#options.silenceMs, limits.providerModelsMs));
    const response = await this.#send("GET", "/models", undefined, silence);
    if (!response.ok) throw refusal(response.status);
    const parsed = modelsShape.safeParse(await response.json().catch(() => null));
    if (!parsed.success) throw new ProviderFault("The AI provider's list of models could not be read.");
    return parsed.data.data.map((model) => ({
      id: model.id,
      contextWindow:
        model.loaded_context_length ??
        model.context_window ??
        model.context_length ??
        model.max_model_len ??
        model.max_context_length ??
        null,
    }));
  }

  async *answer(
    model: string,
    messages: ProviderMessage[],
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent> {
    const silence = new Silence(this.#options.silenceMs);
    const either = AbortSignal.any([signal, silence.signal]);
    try {
      const response = await this.#ask({ model, messages }, either, silence);
      const type = response.headers.get("content-type") ?? "";
      if (type.includes("application/json")) yield* eventsOf(await response.text()).events;
      else yield* this.#follow(response, silence);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof ProviderFault) throw error;
      if (silence.signal.aborted) throw fellSilent(this.#options.silenceMs);
      throw new ProviderFault("The connection to the AI provider was lost.", error);
    } finally {
      silence.hangUp();
    }
  }

  async *#follow(response: Response, silence: Silence): AsyncGenerator<ProviderEvent> {
    if (response.body === null) throw new ProviderFault("The AI provider sent no answer.");
    let isWhole = false;
    for await (const data of readEvents(heard(response.body, silence))) {
      if (data === "[DONE]") return;
      const { events, isLast } = eventsOf(data);
      yield* events;
      isWhole ||= isLast;
    }
    if (!isWhole) throw new ProviderFault("The AI provider broke off in the middle of its answer.");
  }

  /** Asks again, after a short while, where that may help: nothing has been answered yet. */
  async #ask(body: object, signal: AbortSignal, silence: Silence): Promise<Response> {
    const text = JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } });
    for (let attempt = 0; ; attempt++) {
      const waitMs = retryAfterMs[attempt];
      let response: Response;
      silence.heard();
      try {
        response = await this.#send("POST", "/chat/completions", text, signal);
      } catch (error) {
        if (signal.aborted || waitMs === undefined) throw error;
        silence.rest();
        await pause(waitMs, signal);
        continue;
      }
      if (response.ok) return response;
      await response.body?.cancel();
      if (waitMs === undefined || !retryStatuses.has(response.status)) throw refusal(response.status);
      const askedMs = Number(response.headers.get("retry-after") ?? "0") * 1_000;
      if (askedMs > longestRetryAfterMs) throw refusal(response.status);
      silence.rest();
      await pause(Math.max(waitMs, askedMs || 0), signal);
    }
  }

  async #send(
    method: string,
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const { baseUrl, apiKey } = this.#options;
    const headers: Record<string, string> = { accept: "application/json, text/event-stream" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
    try {
      // Another address never gets the key.
      return await fetch(baseUrl + path, { method, headers, body, signal, redirect: "manual" });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new ProviderFault(
        "The AI provider cannot be reached. Check that it runs and AI_BASE_URL.",
        error,
      );
    }
  }
}

/** Aborts once nothing was heard for too long. */
class Silence {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number) {
    this.#ms = ms;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  /** Silence is no fault until something is heard again. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Nobody listens any more: whatever is still open is closed. */
  hangUp(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#controller.abort(fellSilent(this.#ms)), this.#ms);
  }
}

async function* heard(body: AsyncIterable<Uint8Array>, silence: Silence): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    silence.heard();
    yield chunk;
  }
}

/** @throws ProviderFault for an error that the provider tells in place of an answer. */
function eventsOf(data: string): { events: ProviderEvent[]; isLast: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new ProviderFault("The AI provider sent something that is no answer.");
  }
  const parsed = chunkShape.safeParse(value);
  if (!parsed.success) throw new ProviderFault("The AI provider sent something that is no answer.");
  const { choices, usage, error } = parsed.data;
  if (error !== undefined && error !== null)
    throw new ProviderFault("The AI provider met an error while it answered.", error);
  const events: ProviderEvent[] = [];
  const [choice] = choices ?? [];
  const text = choice?.delta?.content ?? choice?.message?.content ?? "";
  if (text !== "") events.push({ kind: "text", text });
  if (usage !== null && usage !== undefined) events.push({ kind: "usage", usage });
  const ending = choice?.finish_reason;
  const why = shortenings[ending ?? ""];
  if (why !== undefined) events.push({ kind: "shortened", why });
  return { events, isLast: typeof ending === "string" };
}

function refusal(status: number): ProviderFault {
  const advice =
    status === 401 || status === 403
      ? "It does not accept the key: check AI_API_KEY."
      : status === 404
        ? "It knows no such model, or AI_BASE_URL is wrong."
        : status === 429
          ? "It is asked too often. Try again later."
          : status < 500
            ? "It does not take this request."
            : "Try again later.";
  return new ProviderFault(`The AI provider answered ${status}. ${advice}`);
}

function fellSilent(ms: number): ProviderFault {
  return new ProviderFault(`The AI provider was silent for ${Math.round(ms / 1000)} s.`);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
