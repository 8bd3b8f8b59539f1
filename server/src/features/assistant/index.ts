export { AiConversations } from "./ai-conversations.service.ts";
export type { AiMessageRow } from "./ai-messages.queries.ts";
export { aiMessage, presentAiMessage } from "./ai-messages.schema.ts";
export { AiMessages } from "./ai-messages.service.ts";
export { AiResume, type ResumedAiConversation } from "./ai-resume.ts";
export { AnswerRecovery } from "./answer-recovery.ts";
export { AnswerWriter } from "./answer-writer.ts";
export { Answers } from "./answers.service.ts";
export {
  aiAnswerEnded,
  aiAnswerFailed,
  aiAnswerGrew,
  aiConversationDeleted,
  aiMessageAdded,
} from "./assistant.events.ts";
export { OpenAiProvider } from "./open-ai-provider.ts";
export { allAiConversations, allAiMessages } from "./own-ai-conversations.ts";
