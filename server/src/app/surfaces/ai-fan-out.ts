import {
  aiAnswerEnded,
  aiAnswerFailed,
  aiAnswerGrew,
  aiConversationDeleted,
  aiMessageAdded,
} from "../../features/assistant/index.ts";
import type { Events } from "../../platform/events/events.ts";
import * as frames from "./ai-frames.ts";

/** What happens in somebody's AI conversations goes to all of their own connections, and to nobody else's. */
export function fanOutAi(events: Events, tellOwner: (userId: string, frame: string) => void): void {
  events.on(aiMessageAdded, ({ userId, message }) => tellOwner(userId, frames.aiMessageFrame(message)));
  events.on(aiAnswerGrew, ({ userId, conversationId, messageId, content, offset }) =>
    tellOwner(userId, frames.aiDeltaFrame(conversationId, messageId, content, offset)),
  );
  events.on(aiAnswerEnded, ({ userId, message }) => tellOwner(userId, frames.aiDoneFrame(message)));
  events.on(aiAnswerFailed, ({ userId, conversationId, messageId, fault, message }) =>
    tellOwner(userId, frames.aiErrorFrame(conversationId, messageId, fault, message)),
  );
  events.on(aiConversationDeleted, ({ userId, conversationId }) =>
    tellOwner(userId, frames.aiDeletedFrame(conversationId)),
  );
}
