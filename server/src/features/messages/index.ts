export { HistoryPages } from "./history-pages.ts";
export { type ImportedLine, MalformedLine, readImportLine } from "./import-lines.ts";
export { MessageLog, type Preparation } from "./message-log.ts";
export { MessagePages } from "./message-pages.ts";
export { MessageViews } from "./message-views.ts";
export { MessageWriter } from "./message-writer.ts";
export { ChatMessages } from "./messages.chat.service.ts";
export { closedConversation } from "./messages.errors.ts";
export {
  everybodyCalled,
  messageDeleted,
  messageEdited,
  messageSent,
  type ReactionChange,
  reactionAdded,
  reactionRemoved,
  usersMentioned,
} from "./messages.events.ts";
export { RoomImport } from "./messages.import.ts";
export { replyList } from "./messages.lists.ts";
export { listMessagesAt, type MessageRow, wordsOf } from "./messages.queries.ts";
export { Resume, type ResumedConversation, type ResumedState } from "./messages.resume.ts";
export {
  chatCommand,
  type MessageBody,
  type MessageView,
  mentionsIn,
  message,
  messageBody,
  messagePage,
  type PageQuery,
  pageQuery,
  presentMessage,
  resumeCommand,
} from "./messages.schema.ts";
export { Messages } from "./messages.service.ts";
export { allOwnMessages } from "./own-messages.ts";
export { Pins } from "./pins.service.ts";
export type { Reaction } from "./reactions.queries.ts";
export { Reactions } from "./reactions.service.ts";
export { ReceiptFloors } from "./receipt-floors.ts";
export { type Gatekeeper, Sending } from "./sending.service.ts";
export { markSharedFiles } from "./shared-files.ts";
export { StoredMessages } from "./stored-messages.ts";
export { Threads } from "./threads.ts";
