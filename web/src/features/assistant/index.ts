export { AiConversationList } from "./ai-conversation-list.tsx";
export { AiConversationPane } from "./ai-conversation-pane.tsx";
export { startAiLogs } from "./ai-logs.ts";
export { NewAiConversation } from "./new-ai-conversation.tsx";
export { SessionConversations } from "./session-conversations.tsx";
