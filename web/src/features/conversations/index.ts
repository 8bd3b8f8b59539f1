export { ChoosePeople } from "./choose-people.tsx";
export { useConversationActions } from "./conversation-actions.ts";
export { markReadHere, startConversations } from "./conversation-frames.ts";
export { ConversationList } from "./conversation-list.tsx";
export { type Appearance, kindOf, otherOf, titleOf, useAppearance } from "./conversation-name.ts";
export {
  conversations,
  findConversation,
  loadConversation,
  loadConversations,
  putConversations,
} from "./conversation-store.ts";
export { DetailsPanel } from "./details-panel.tsx";
export { NewDirect, useWriteTo } from "./new-direct.tsx";
export { NewGroup } from "./new-group.tsx";
export { type ParticipantView, startParticipants, useParticipants } from "./participants.ts";
export { useConversation, useUnreadTotal } from "./use-conversations.ts";
