import { z } from "zod";
import { AppError, notFound, unavailable } from "../../platform/errors.ts";
import { byId, idField } from "../../platform/http/fields.ts";
import { readIdempotencyKey } from "../../platform/http/idempotency-key.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { limits } from "../../platform/limits.ts";
import { againBody, aiMessage, chatBody, modelList, presentAiMessage } from "./ai-messages.schema.ts";
import type { Answer, AnswerOutcome } from "./answer.ts";
import { streamAnswer } from "./answer-stream.ts";
import type { Answers, Asked } from "./answers.service.ts";

const tag = "AI conversations";
const exchange = z.object({ user_message: aiMessage, message: aiMessage.nullable() });

/** Answers of the AI provider. */
export function answersRoutes(answers: Answers): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/conversations/:id/chat",
        id: "askAi",
        tag,
        summary: "Say something and get the model's answer",
        description:
          "With `stream` the answer comes as server-sent events: `delta` {content, message_id} …, then `done` {message, user_message}, or `error` {code, message, partial}. A client that goes away loses nothing: the answer is written to its end and found in the conversation. With the same `client_message_id`, or header `Idempotency-Key`, a question is stored once: asking again gives the answer that is there or on its way, and asks the model again where none came or it broke off.",
        params: byId,
        body: chatBody,
        rates: ["workspaceMessages"],
        success: [
          {
            status: 200,
            about:
              "What was said, and the answer; its `message` is null if it was stopped before its first word",
            schema: exchange,
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT", "PROVIDER_UNAVAILABLE"],
      },
      async ({ params, body: { content, model, stream, client_message_id: own }, header }, actor) => {
        const clientMessageId = own ?? readIdempotencyKey(header("idempotency-key"));
        const question = { content, model: model ?? undefined, clientMessageId };
        return answerTo(await answers.ask(actor, params.id, question), stream === true);
      },
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/messages/:message_id/answer",
        id: "answerAiMessage",
        tag,
        summary: "Have the last question answered again",
        description:
          "For an answer that broke off, never came, or did not please; it may be another model's. The earlier answer stays, and the model is not shown it. The answer comes as that of `chat` does.",
        params: z.object({ id: idField, message_id: idField }),
        body: againBody,
        bodyOptional: true,
        rates: ["workspaceMessages"],
        success: [{ status: 200, about: "The question, and the answer", schema: exchange }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT", "PROVIDER_UNAVAILABLE"],
      },
      async ({ params, body: { model, stream } }, actor) => {
        const asked = await answers.answerAgain(actor, params.id, params.message_id, model ?? undefined);
        return answerTo(asked, stream === true);
      },
    ),
    route(
      {
        method: "POST",
        path: "/conversations/:id/stop",
        id: "stopAiAnswer",
        tag,
        summary: "Stop the answer that is being written; what has come stays",
        params: byId,
        success: [
          {
            status: 200,
            about: "What had come, or null if nothing had",
            schema: z.object({ message: aiMessage.nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => {
        const message = await answers.stop(actor, params.id);
        return { message: message === null ? null : presentAiMessage(message) };
      },
    ),
    route(
      {
        method: "GET",
        path: "/models",
        id: "listAiModels",
        tag,
        summary: "The models that the AI provider offers",
        success: [{ status: 200, about: "The models", schema: modelList }],
        errors: ["PROVIDER_UNAVAILABLE"],
      },
      async () => {
        const { models, defaultModel } = await answers.models();
        return {
          models: models.map(({ id, contextWindow }) => ({ id, context_window: contextWindow })),
          default_model: defaultModel,
        };
      },
    ),
  ];
}

async function answerTo({ question, answer }: Asked, asStream: boolean) {
  if (asStream) {
    await within(answer.begun, limits.answerBeginMs);
    const early = answer.stored === 0 ? await within(answer.outcome, 0) : null;
    if (early?.kind === "failed") throw failureOf(early);
    return streamAnswer(question, answer);
  }
  const message = await messageOf(answer);
  return {
    user_message: presentAiMessage(question),
    message: message === null ? null : presentAiMessage(message),
  };
}

async function messageOf(answer: Answer) {
  const outcome = await within(answer.outcome, limits.answerWaitMs);
  if (outcome === null)
    throw unavailable(
      "The answer takes long. It goes on being written: find it in the conversation's messages, or ask with `stream`.",
      5,
    );
  if (outcome.kind === "gone") throw notFound("conversation");
  if (outcome.kind === "failed") throw failureOf(outcome);
  return outcome.message;
}

function failureOf({ fault, message }: Extract<AnswerOutcome, { kind: "failed" }>): AppError {
  const kept = message === null ? "Your message is kept." : "What had come is kept, marked as interrupted.";
  return new AppError("PROVIDER_UNAVAILABLE", `${fault} ${kept}`);
}

/** Null once the time is over. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
