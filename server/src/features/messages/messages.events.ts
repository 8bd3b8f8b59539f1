import { defineEvent } from "../../platform/events/events.ts";
import type { MessageRow } from "./messages.queries.ts";

export const messageSent = defineEvent<{ message: MessageRow }>("message.sent");
export const messageEdited = defineEvent<{ message: MessageRow }>("message.edited");
export const messageDeleted = defineEvent<{ message: MessageRow }>("message.deleted");
