export { type ImportedLine, MalformedLine, readImportLine } from "./import-lines.ts";
export { MessageLog } from "./message-log.ts";
export { messageDeleted, messageEdited, messageSent } from "./messages.events.ts";
export { type ImportPlan, RoomImport } from "./messages.import.ts";
export { type MessageRow, messageCells, messageTable } from "./messages.queries.ts";
export { Resume, type ResumedConversation, type ResumedState } from "./messages.resume.ts";
export { chatCommand, presentMessage } from "./messages.schema.ts";
export { Messages } from "./messages.service.ts";
export { ReceiptFloors } from "./receipt-floors.ts";
