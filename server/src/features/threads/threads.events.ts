import { defineEvent } from "../../platform/events/events.ts";

/** What a thread is to one of its readers; nobody else is told. */
export interface ThreadState {
  conversationId: string;
  rootId: string;
  isFollowing: boolean;
  lastReadSeq: number;
  /** Others' replies beyond it; 0 for whoever does not follow. */
  unreadCount: number;
  /** The last reply that was counted; 0: there is none. What says of a smaller one is older. */
  lastReplySeq: number;
}

/** Somebody follows a thread now or no more, or has read on in it. */
export const threadStateChanged = defineEvent<ThreadState & { userId: string }>("thread.state_changed");
