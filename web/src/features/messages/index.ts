export { draftOf, draftPreviewOf, forgetDrafts, keepDraft } from "./drafts.ts";
export { startMessages } from "./logs.ts";
export { MessagePane } from "./message-pane.tsx";
export { useMessageSearch } from "./message-search.ts";
export { startOutbox } from "./outbox.ts";
export { PinnedMessages, startPins } from "./pinned-messages.tsx";
export { startReceipts } from "./receipts.ts";
export { summaryOf } from "./reply-quote.tsx";
export { startTyping } from "./typing.ts";
