import { defineEvent } from "../../platform/events/events.ts";

/** Sessions that no longer count: their tokens, tickets and sockets end with them. */
export const sessionsEnded = defineEvent<{ userId: string; sessionIds: string[] }>("sessions.ended");

/** Something of a user changed that tokens or caches may have copied. */
export const userChanged = defineEvent<{ userId: string }>("user.changed");

/** Somebody began or ceased to answer for their organization in support. */
export const answeringChanged = defineEvent<{ userId: string; isFlagged: boolean; isAgent: boolean }>(
  "user.answering_changed",
);

/** The account is in another organization now: sockets that heard the old one must go. */
export const userMoved = defineEvent<{ userId: string; from: string; to: string }>("user.moved");
