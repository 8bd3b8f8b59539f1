import { limits } from "../../platform/limits.ts";
import type { AiMessageRow } from "./ai-messages.queries.ts";
import { presentAiMessage } from "./ai-messages.schema.ts";
import type { Answer, AnswerOutcome } from "./answer.ts";

const encoder = new TextEncoder();

/**
 * The answer as server-sent events: `delta` {content, message_id} as it comes, then `done` {message, user_message}, or
 * `error` {code, message, partial}. A client that goes away ends nothing but its own stream.
 */
export function streamAnswer(question: AiMessageRow, answer: Answer): Response {
  let leave = () => undefined as unknown;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      // Silent connections are cut, by proxies too.
      const heartbeat = setInterval(
        () => send(": the answer is being written\n\n"),
        limits.answerHeartbeatMs,
      );
      const unfollow = answer.follow({
        grew: (content) => send(eventText("delta", { content, message_id: answer.id })),
        ended(outcome) {
          clearInterval(heartbeat);
          send(endOf(question, outcome));
          controller.close();
        },
      });
      leave = () => {
        clearInterval(heartbeat);
        unfollow();
      };
    },
    cancel() {
      leave();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}

function endOf(question: AiMessageRow, outcome: AnswerOutcome): string {
  switch (outcome.kind) {
    case "ended":
      return eventText("done", {
        message: outcome.message === null ? null : presentAiMessage(outcome.message),
        user_message: presentAiMessage(question),
      });
    case "failed":
      return eventText("error", {
        code: "PROVIDER_UNAVAILABLE",
        message: outcome.fault,
        partial: outcome.message === null ? null : presentAiMessage(outcome.message),
      });
    case "gone":
      return eventText("error", {
        code: "NOT_FOUND",
        message: "The conversation was deleted.",
        partial: null,
      });
  }
}

function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
