import { defineEvent } from "../../platform/events/events.ts";
import type { AiMessageRow } from "./ai-messages.queries.ts";

/** A message was added to an AI conversation: by its owner, or the first words of an answer. */
export const aiMessageAdded = defineEvent<{ userId: string; message: AiMessageRow }>("ai.message-added");

/** More of an answer has come, and is stored. `offset` is where `content` begins, in UTF-16 code units. */
export const aiAnswerGrew = defineEvent<{
  userId: string;
  conversationId: string;
  messageId: string;
  content: string;
  offset: number;
}>("ai.answer-grew");

/** An answer is whole, or was stopped: then what had come is the message. */
export const aiAnswerEnded = defineEvent<{ userId: string; message: AiMessageRow }>("ai.answer-ended");

/** An answer could not be had, or broke off: then what had come is the message. */
export const aiAnswerFailed = defineEvent<{
  userId: string;
  conversationId: string;
  messageId: string;
  fault: string;
  message: AiMessageRow | null;
}>("ai.answer-failed");

/** Somebody wants the answer in the making to stop; the process that writes it listens. */
export const aiStopAsked = defineEvent<{ conversationId: string }>("ai.stop-asked");

export const aiConversationDeleted = defineEvent<{ userId: string; conversationId: string }>(
  "ai.conversation-deleted",
);
