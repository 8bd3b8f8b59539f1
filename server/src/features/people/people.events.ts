import { defineEvent } from "../../platform/events/events.ts";

export const presenceChanged = defineEvent<{
  userId: string;
  organizationId: string;
  online: boolean;
  lastSeenAt: number | null;
}>("presence.changed");

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
