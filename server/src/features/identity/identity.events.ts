import { defineEvent } from "../../platform/events/events.ts";

/** Sessions that no longer count: their tokens, tickets and sockets end with them. */
export const sessionsEnded = defineEvent<{ userId: string; sessionIds: string[] }>("sessions.ended");

/** Something of a user changed that tokens or caches may have copied. */
export const userChanged = defineEvent<{ userId: string }>("user.changed");

/** Somebody began or ceased to answer for their organization in support. */
export const answeringChanged = defineEvent<{ userId: string; isFlagged: boolean; isAgent: boolean }>(
  "user.answering_changed",
);

export const presenceChanged = defineEvent<{
  userId: string;
  organizationId: string;
  online: boolean;
  lastSeenAt: number | null;
}>("presence.changed");

/** The account is in another organization now: sockets that heard the old one must go. */
export const userMoved = defineEvent<{ userId: string; from: string; to: string }>("user.moved");

export const userBlocked = defineEvent<{ blockerId: string; blockedId: string }>("user.blocked");
export const userUnblocked = defineEvent<{ blockerId: string; blockedId: string }>("user.unblocked");

export const friendRequested = defineEvent<{ organizationId: string; from: string; to: string }>(
  "friend.requested",
);

export const presenceVisibilityChanged = defineEvent<{
  userId: string;
  organizationId: string;
  isHidden: boolean;
}>("presence.visibility_changed");
