import {
  type AiMessageRow,
  presentAiMessage,
  type ResumedAiConversation,
} from "../../features/assistant/index.ts";

/** Frames about AI conversations, to their owner's own connections. */

/** A message was added; an answer begins so, `Writing` and without words. */
export function aiMessageFrame(message: AiMessageRow): string {
  return JSON.stringify({
    type: "ai_message",
    conversation_id: message.conversation_id,
    message_id: message.message_id,
    version: message.version,
    message: presentAiMessage(message),
  });
}

/** @param offset where `content` begins in the answer, in UTF-16 code units: what a client has already, it skips. */
export function aiDeltaFrame(
  conversationId: string,
  messageId: string,
  content: string,
  offset: number,
): string {
  return JSON.stringify({
    type: "ai_delta",
    conversation_id: conversationId,
    message_id: messageId,
    content,
    offset,
  });
}

export function aiDoneFrame(message: AiMessageRow): string {
  return JSON.stringify({
    type: "ai_done",
    conversation_id: message.conversation_id,
    message_id: message.message_id,
    version: message.version,
    message: presentAiMessage(message),
  });
}

/** @param message what had come, if anything had. */
export function aiErrorFrame(
  conversationId: string,
  messageId: string,
  fault: string,
  message: AiMessageRow | null,
): string {
  return JSON.stringify({
    type: "ai_error",
    conversation_id: conversationId,
    message_id: messageId,
    code: "PROVIDER_UNAVAILABLE",
    error: fault,
    ...(message === null
      ? { message: null }
      : { version: message.version, message: presentAiMessage(message) }),
  });
}

export function aiDeletedFrame(conversationId: string): string {
  return JSON.stringify({ type: "ai_conversation_deleted", conversation_id: conversationId });
}

/** Each message that was missed, in its present state; of one that is being written what has come. */
export function aiReplayFrames({ conversationId, messages }: ResumedAiConversation): string[] {
  return messages.flatMap((message) => {
    const { message_id: id, content, status, role } = message;
    if (status === "Writing") {
      const begun = aiMessageFrame({ ...message, content: "" });
      return content === "" ? [begun] : [begun, aiDeltaFrame(conversationId, id, content, 0)];
    }
    return [role === "Assistant" ? aiDoneFrame(message) : aiMessageFrame(message)];
  });
}
