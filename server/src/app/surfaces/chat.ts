import { conversationsChatRoutes } from "../../features/conversations/conversations.chat.routes.ts";
import { participantsChatRoutes } from "../../features/conversations/participants.chat.routes.ts";
import { filesChatRoutes } from "../../features/messages/files.chat.routes.ts";
import { messagesChatRoutes } from "../../features/messages/messages.chat.routes.ts";
import { supportChatRoutes } from "../../features/support/support.chat.routes.ts";
import { AppError, validationError } from "../../platform/errors.ts";
import type { Route } from "../../platform/http/route.ts";
import type { Features } from "../features.ts";

export const chatBases = ["/api/chat"] as const;

/** Every route of the chat surface, in the order of the reference. */
export function chatRoutes(features: Features): Route[] {
  return [
    ...conversationsChatRoutes(features.conversations, features.chats),
    ...supportChatRoutes(features.support, features.conversations, features.chats),
    ...participantsChatRoutes(features.participants, features.conversations, features.chats),
    ...messagesChatRoutes(features.sending, features.messages, features.chatMessages),
    ...filesChatRoutes(features.sending, features.chatMessages, features.uploads),
  ].map(inDialect);
}

/** The core's names of fields, where a fault names one that the dialect calls otherwise. */
const words: ReadonlyMap<string, string> = new Map([
  ["participant_ids", "participantIds"],
  ["seller_id", "sellerId"],
  ["metadata.reply_to", "replyToMessageId"],
]);

/** The same route, with the faults that the core finds in the words of the dialect. */
function inDialect(each: Route): Route {
  return {
    ...each,
    handle: (request, actor) =>
      each.handle(request, actor).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== "VALIDATION_ERROR") throw error;
        const details = (error.details ?? []).map(({ path, message }) => ({
          path: words.get(path) ?? path,
          message,
        }));
        throw validationError(...details);
      }),
  };
}
