import type { AiMessage } from "../../../server/src/contract.ts";
import type { Answer, Body, Call, CallOptions, Query, Stream } from "../wire/call.ts";
import { isObject, ParleyError } from "../wire/errors.ts";
import { readServerEvents } from "../wire/server-events.ts";

export interface AskOptions extends CallOptions {
  /** By default the server's. */
  model?: string | null | undefined;
  /** Each piece of the answer as it comes. */
  onDelta?: ((content: string) => void) | undefined;
}

export interface QuestionOptions extends AskOptions {
  /** A key of one's own: the same question sent again with it is stored once and gets the same answer. */
  clientMessageId?: string | undefined;
}

/** What was said, and the answer; its `message` is null if it was stopped before its first word. */
export type Asked = Answer<"askAi">;

/** A message in the form of OpenAI's chat completions. */
export interface PlainMessage {
  role: "user" | "assistant" | "system";
  content: string;
}

const roles = { user: "User", assistant: "Assistant", system: "System" } as const;

/** What the model says. */
function answers(call: Call, stream: Stream) {
  return {
    /**
     * Says something in the conversation and waits for the whole answer, which `onDelta` hears as it comes. Who gives up
     * (`signal`, a lost network) loses nothing: the answer is written to its end and found in the conversation.
     * @throws ParleyError PROVIDER_UNAVAILABLE, where what was said is kept.
     */
    ask: async (conversationId: string, content: string, options: QuestionOptions = {}): Promise<Asked> => {
      const { model, onDelta, clientMessageId: client_message_id, ...rest } = options;
      const body = { content, model, stream: true, client_message_id };
      const bytes = await stream("askAi", { params: { id: conversationId }, body }, rest);
      return await readAnswer(bytes, onDelta, rest.signal);
    },
    /** Has the last question answered again, perhaps by another model; an earlier answer stays. */
    askAgain: async (
      conversationId: string,
      questionId: string,
      options: AskOptions = {},
    ): Promise<Asked> => {
      const { model, onDelta, ...rest } = options;
      const params = { id: conversationId, message_id: questionId };
      const bytes = await stream("answerAiMessage", { params, body: { model, stream: true } }, rest);
      return await readAnswer(bytes, onDelta, rest.signal);
    },
    /** Ends the answer that is being written; what has come stays. */
    stop: async (conversationId: string, options?: CallOptions): Promise<AiMessage | null> =>
      (await call("stopAiAnswer", { params: { id: conversationId } }, options)).message,
  };
}

/** Conversations with a language model; keys and addresses of providers are the server's own. */
export function llmService(call: Call, stream: Stream) {
  const createConversation = (data: Body<"createAiConversation">, options?: CallOptions) =>
    call("createAiConversation", { body: data }, options);
  const deleteConversation = async (id: string, options?: CallOptions): Promise<void> => {
    await call("deleteAiConversation", { params: { id } }, options);
  };
  const addMessage = (conversationId: string, data: Body<"addAiMessage">, options?: CallOptions) =>
    call("addAiMessage", { params: { id: conversationId }, body: data }, options);

  const { ask, askAgain, stop } = answers(call, stream);

  return {
    createConversation,
    listConversations: (query: Query<"listAiConversations"> = {}, options?: CallOptions) =>
      call("listAiConversations", { query }, options),
    getConversation: (id: string, options?: CallOptions) =>
      call("getAiConversation", { params: { id } }, options),
    updateConversation: (id: string, changes: Body<"updateAiConversation">, options?: CallOptions) =>
      call("updateAiConversation", { params: { id }, body: changes }, options),
    deleteConversation,
    /** Adds a message without asking the model. */
    addMessage,
    getMessages: (conversationId: string, offset = 0, limit = 50, options?: CallOptions) =>
      call("listAiMessages", { params: { id: conversationId }, query: { offset, limit } }, options),
    /** The models that the provider offers. */
    models: (options?: CallOptions) => call("listAiModels", {}, options),
    ask,
    askAgain,
    stop,
    /** `ask`, with both sides' messages kept in the conversation. */
    chatWithTracking: async (
      conversationId: string,
      model: string,
      userMessage: string,
      options: Omit<AskOptions, "model"> = {},
    ): Promise<{ message: AiMessage | null; llmResponse: string; userMessage: AiMessage }> => {
      const asked = await ask(conversationId, userMessage, { ...options, model });
      const { message, user_message } = asked;
      return { message, llmResponse: message?.content ?? "", userMessage: user_message };
    },
    /** An answer to these messages of which nothing is kept, in the form of OpenAI's chat completions. */
    chat: async (
      model: string,
      messages: readonly PlainMessage[],
      options: Omit<AskOptions, "model"> = {},
    ) => {
      const earlier = messages.slice(0, -1);
      const last = messages.at(-1);
      if (last?.role !== "user") throw new ParleyError("MISUSE", "The last message has to be a user's.");
      const { conversation_id: id } = await createConversation({ title: "Chat" }, options);
      try {
        for (const { role, content } of earlier) {
          const said =
            role === "assistant" ? { role: roles[role], content, model } : { role: roles[role], content };
          await addMessage(id, said, options);
        }
        const { message } = await ask(id, last.content, { ...options, model });
        const content = message?.content ?? "";
        return { model, choices: [{ index: 0, message: { role: "assistant" as const, content } }] };
      } finally {
        await deleteConversation(id).catch(() => undefined);
      }
    },
  };
}

async function readAnswer(
  body: ReadableStream<Uint8Array>,
  onDelta: AskOptions["onDelta"],
  signal: AbortSignal | undefined,
): Promise<Asked> {
  for await (const { event, data } of readServerEvents(body, signal)) {
    const value: unknown = JSON.parse(data);
    if (event === "done") return value as Asked;
    if (event === "delta" && isObject(value)) onDelta?.(String(value.content));
    if (event === "error" && isObject(value)) throw failureOf(value);
  }
  throw new ParleyError(
    "NETWORK_ERROR",
    "The connection was lost. The answer goes on being written: find it in the conversation.",
  );
}

/** The stream had begun, so what would have been the answer's status comes as an event. */
function failureOf({ code, message }: Record<string, unknown>): ParleyError {
  const isProviders = code === "PROVIDER_UNAVAILABLE";
  return new ParleyError(isProviders ? "PROVIDER_UNAVAILABLE" : "NOT_FOUND", String(message), {
    status: isProviders ? 502 : 404,
  });
}
