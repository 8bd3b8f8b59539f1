import { defineEvent } from "../../platform/events/events.ts";
import type { ConversationRow } from "./conversations.queries.ts";
import type { ParticipantRow, ParticipantWithUser } from "./participants.queries.ts";

/** A conversation came to be, with all its first participants. */
export const conversationCreated = defineEvent<{
  conversationId: string;
  version: number;
  participants: ParticipantWithUser[];
}>("conversation.created");

/** The conversation's own row changed: title, description, picture, settings. */
export const conversationChanged = defineEvent<{ conversation: ConversationRow; version: number }>(
  "conversation.changed",
);

/** It ended for everybody who was in it. */
export const conversationEnded = defineEvent<{ conversationId: string; version: number }>(
  "conversation.ended",
);

export const participantAdded = defineEvent<{ conversationId: string; participant: ParticipantWithUser }>(
  "participant.added",
);

/** Follows `participantAdded`, where somebody else added them to a conversation. */
export const peopleAdded = defineEvent<{
  organizationId: string;
  conversationId: string;
  actorId: string;
  userIds: readonly string[];
}>("participant.people_added");

export const participantChanged = defineEvent<{
  conversationId: string;
  userId: string;
  role: ParticipantRow["role"];
  version: number;
}>("participant.changed");

export const participantRemoved = defineEvent<{ conversationId: string; userId: string; version: number }>(
  "participant.removed",
);

/** What one participant set for themselves; nobody else is told. */
export const ownStateChanged = defineEvent<{
  conversationId: string;
  userId: string;
  archived: boolean;
  muted: boolean;
  mutedUntil: number | null;
}>("participant.own_state_changed");

export const markAdvanced = defineEvent<{
  conversationId: string;
  userId: string;
  kind: "read" | "delivered";
  seq: number;
  /** Where the mark stood before. */
  formerSeq: number;
  at: number;
}>("mark.advanced");

/** Never stored. */
export const typingChanged = defineEvent<{
  conversationId: string;
  userId: string;
  isTyping: boolean;
  at: number;
}>("typing.changed");
