import { defineEvent } from "../../platform/events/events.ts";
import type { MessageRow } from "./messages.queries.ts";
import type { Reaction } from "./reactions.queries.ts";

export const messageSent = defineEvent<{ message: MessageRow }>("message.sent");

/** Follows `messageSent` if the message names others than its sender. */
export const usersMentioned = defineEvent<{ message: MessageRow; userIds: readonly string[] }>(
  "message.users_mentioned",
);

/** Follows `messageSent` if the message calls all of its conversation, or those of them who are connected. */
export const everybodyCalled = defineEvent<{ message: MessageRow; calls: "room" | "here" }>(
  "message.everybody_called",
);

/** The text was edited, or the message was pinned or unpinned. `at`: when that was. */
export const messageEdited = defineEvent<{ message: MessageRow; reactions: Reaction[]; at: number }>(
  "message.edited",
);
export const messageDeleted = defineEvent<{ message: MessageRow }>("message.deleted");

export interface ReactionChange {
  /** With the version of the change. */
  message: MessageRow;
  userId: string;
  emoji: string;
  /** All of the message, as they are now. */
  reactions: Reaction[];
  at: number;
}

export const reactionAdded = defineEvent<ReactionChange>("reaction.added");
export const reactionRemoved = defineEvent<ReactionChange>("reaction.removed");
