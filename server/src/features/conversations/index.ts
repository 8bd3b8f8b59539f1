export {
  type ChatMessageView,
  ChatPresenter,
  chat,
  chatMessage,
  pageQuery,
  pagination,
  presentChatParticipant,
  presentChatUser,
  presentPagination,
} from "./conversations.chat.schema.ts";
export {
  conversationChanged,
  conversationCreated,
  conversationEnded,
  markAdvanced,
  ownStateChanged,
  participantAdded,
  participantChanged,
  participantRemoved,
  peopleAdded,
  typingChanged,
} from "./conversations.events.ts";
export { participantList } from "./conversations.lists.ts";
export { canAddParticipants, canModerate, canSeePublicRooms, keepsOrderIn } from "./conversations.policy.ts";
export {
  type ConversationRow,
  findConversationChangedSince,
  insertConversation,
  isMuted,
  listArchivedIds,
  listClosedIds,
  listEverConversationIds,
  listOwnConversationIds,
  listOwnStates,
  unarchive,
  updateConversation,
} from "./conversations.queries.ts";
export {
  participant,
  participantWithPresence,
  presentParticipant,
  presentShared,
} from "./conversations.schema.ts";
export { type Announcer, Conversations } from "./conversations.service.ts";
export { firstVersion, type HeadRow, insertHead, timeOfNext } from "./heads.queries.ts";
export { ChangedMarks, type Head, type HeadNeed, Heads, headWrites, markWrites } from "./heads.ts";
export { listConversationMarks, listReaders, markAllRead } from "./marks.queries.ts";
export { type Membership, Memberships, type ParticipantRole } from "./memberships.ts";
export { presentWithPresence } from "./participant-presence.ts";
export {
  insertParticipants,
  listActivePairs,
  listParticipantsById,
  listParticipantsChangedSince,
  listStandings,
  newParticipant,
  type ParticipantWithUser,
  removeAllParticipants,
  type Standing,
  shareConversation,
} from "./participants.queries.ts";
export { Participants } from "./participants.service.ts";
export { hasRank, type Permissions, permissionRoles, permissionsOf } from "./permissions.ts";
export { Receipts } from "./receipts.service.ts";
