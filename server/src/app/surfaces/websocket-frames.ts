import type { ResumedAiConversation } from "../../features/assistant/index.ts";
import {
  type ConversationRow,
  type ParticipantWithUser,
  presentParticipant,
  presentShared,
} from "../../features/conversations/index.ts";
import {
  type MessageRow,
  presentMessage,
  type Reaction,
  type ReactionChange,
  type ResumedConversation,
  type ResumedState,
} from "../../features/messages/index.ts";
import { type NotificationRow, presentNotification } from "../../features/notifications/index.ts";
import { presentThreadState, type ThreadState } from "../../features/threads/index.ts";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import type { AppError } from "../../platform/errors.ts";

/** The frames of `/v1/ws/chat` as text: what the server says. */

export function helloFrame(sessionId: string, userId: string, epoch: string, at: number): string {
  return JSON.stringify({
    type: "hello",
    session_id: sessionId,
    user_id: userId,
    epoch,
    server_time: isoTime(at),
  });
}

export function ackFrame(message: MessageRow, clientMessageId: string | null): string {
  return JSON.stringify({
    type: "ack",
    client_message_id: clientMessageId,
    message_id: message.message_id,
    conversation_id: message.conversation_id,
    seq: message.seq,
    version: message.version,
    created_at: isoTime(message.created_at),
  });
}

export function errorFrame(error: AppError, clientMessageId: string | null): string {
  return JSON.stringify({
    type: "error",
    code: error.code,
    message: error.message,
    client_message_id: clientMessageId,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.retryAfter === undefined ? {} : { retry_after: error.retryAfter }),
  });
}

export function pongFrame(at: number): string {
  return JSON.stringify({ type: "pong", server_time: isoTime(at) });
}

export function chatFrame(message: MessageRow, reactions: readonly Reaction[] = []): string {
  return messageFrame("chat", message, message.created_at, reactions);
}

export function messageFrame(
  type: "chat" | "message_edited" | "message_deleted",
  message: MessageRow,
  at: number,
  reactions: readonly Reaction[] = [],
): string {
  const shown = JSON.stringify(presentMessage(message, "sent", reactions));
  return `{"type":"${type}","timestamp":"${isoTime(at)}",${shown.slice(1)}`;
}

/** What one emoji of a message is now: `count` 0 says that nobody keeps it. */
export function reactionFrame(
  type: "reaction_added" | "reaction_removed",
  { message, userId, emoji, reactions, at }: ReactionChange,
): string {
  const now = reactions.find((reaction) => reaction.emoji === emoji);
  return JSON.stringify({
    type,
    conversation_id: message.conversation_id,
    message_id: message.message_id,
    seq: message.seq,
    version: message.version,
    user_id: userId,
    emoji,
    count: now?.count ?? 0,
    user_ids: now?.userIds ?? [],
    timestamp: isoTime(at),
  });
}

/** To its owner's own connections; without `value` it was deleted. */
export function settingFrame(setting: {
  category: string;
  key: string;
  value?: unknown;
  at: number;
}): string {
  const { at, ...named } = setting;
  return JSON.stringify({
    type: "setting_updated",
    ...named,
    deleted: !("value" in named),
    timestamp: isoTime(at),
  });
}

/** Something that one participant does in a conversation, of which nothing is stored. */
export function activityFrame(
  type: "typing" | "user_joined" | "user_left",
  conversationId: string,
  userId: string,
  at: number,
  detail: Record<string, unknown> = {},
): string {
  return JSON.stringify({
    type,
    conversation_id: conversationId,
    sender_id: userId,
    user_id: userId,
    timestamp: isoTime(at),
    ...detail,
  });
}

export function presenceFrame(userId: string, online: boolean, lastSeenAt: number | null): string {
  return JSON.stringify({
    type: "presence",
    user_id: userId,
    online,
    last_seen_at: isoTimeOrNull(lastSeenAt),
  });
}

export function markFrame(
  kind: "read" | "delivered",
  conversationId: string,
  userId: string,
  seq: number,
  at: number,
): string {
  const read = { last_read_seq: seq, read_at: isoTime(at) };
  const delivered = { last_delivered_seq: seq, delivered_at: isoTime(at) };
  return JSON.stringify({
    type: kind === "read" ? "read_receipt" : "delivery_receipt",
    conversation_id: conversationId,
    user_id: userId,
    seq,
    ...(kind === "read" ? read : delivered),
    timestamp: isoTime(at),
  });
}

export function conversationFrame(conversation: ConversationRow, version: number, isNew: boolean): string {
  const { type, ...shared } = presentShared(conversation);
  return JSON.stringify({
    type: "conversation_updated",
    conversation_id: conversation.id,
    version,
    ...(isNew ? { new: true } : {}),
    conversation_type: type,
    ...shared,
  });
}

/** To the user's own connections only: what they set for themselves. */
export function ownStateFrame(
  conversationId: string,
  state: { archived: boolean; muted: boolean; mutedUntil: number | null },
): string {
  return JSON.stringify({
    type: "conversation_updated",
    conversation_id: conversationId,
    archived: state.archived,
    muted: state.muted,
    muted_until: isoTimeOrNull(state.mutedUntil),
  });
}

/** To the user's own connections only: a thread that they follow now or no more, or have read on. */
export function threadFrame(state: ThreadState): string {
  return JSON.stringify({ type: "thread_updated", ...presentThreadState(state) });
}

export function participantFrame(
  participant: ParticipantWithUser,
  type: "participant_added" | "participant_updated",
): string {
  return JSON.stringify({
    type,
    conversation_id: participant.conversation_id,
    ...presentParticipant(participant),
  });
}

export function roleFrame(conversationId: string, userId: string, role: string, version: number): string {
  return JSON.stringify({
    type: "participant_updated",
    conversation_id: conversationId,
    user_id: userId,
    role,
    version,
  });
}

export function removedFrame(conversationId: string, userId: string, version: number): string {
  return JSON.stringify({
    type: "participant_removed",
    conversation_id: conversationId,
    user_id: userId,
    version,
  });
}

export function resetFrame(): string {
  return JSON.stringify({ type: "resumed", reset: true });
}

/** The end of a replay: where each conversation stands. */
export function resumedFrame(
  resumed: ResumedConversation[],
  aiResumed: readonly ResumedAiConversation[],
): string {
  const conversations: Record<string, unknown> = {};
  for (const each of resumed) {
    if (each.kind === "gone") conversations[each.conversationId] = { gone: true };
    else if (each.kind === "truncated")
      conversations[each.conversationId] = { truncated: true, ...presentState(each.state) };
    else conversations[each.conversationId] = presentState(each.state);
  }
  for (const each of aiResumed) conversations[each.conversationId] = presentAiState(each);
  return JSON.stringify({ type: "resumed", conversations });
}

/** Its owner is the only one in it, and has read what is there. */
function presentAiState({ version, seq, isArchived, isTruncated }: ResumedAiConversation) {
  const state = {
    version,
    seq,
    lastReadSeq: seq,
    unreadCount: 0,
    archived: isArchived,
    muted: false,
    receipts: [],
  };
  return { ...(isTruncated ? { truncated: true } : {}), ...presentState(state) };
}

function presentState(state: ResumedState) {
  return {
    version: state.version,
    seq: state.seq,
    last_read_seq: state.lastReadSeq,
    unread_count: state.unreadCount,
    archived: state.archived,
    muted: state.muted,
    receipts: state.receipts.map((receipt) => ({
      user_id: receipt.userId,
      last_read_seq: receipt.lastReadSeq,
      last_delivered_seq: receipt.lastDeliveredSeq,
    })),
  };
}

/** Each changed thing once, in its present state; messages in seq order. */
export function replayFrames(resumed: ResumedConversation): string[] {
  if (resumed.kind !== "replay") return [];
  const { conversation, state, isKnown, since } = resumed;
  const frames: string[] = [];
  if (conversation !== null)
    frames.push(
      conversationFrame(conversation, isKnown ? conversation.changed_version : state.version, !isKnown),
    );
  for (const participant of resumed.participants) {
    if (participant.removed_at !== null) {
      frames.push(removedFrame(participant.conversation_id, participant.user_id, participant.version));
    } else if (participant.joined_version > since)
      frames.push(participantFrame(participant, "participant_added"));
    else frames.push(participantFrame(participant, "participant_updated"));
  }
  for (const message of resumed.messages) {
    const reactions = resumed.reactions.get(message.seq);
    if (message.created_version > since) frames.push(chatFrame(message, reactions));
    else if (message.deleted_at !== null)
      frames.push(messageFrame("message_deleted", message, message.deleted_at));
    else {
      const at = message.edited_at ?? message.created_at;
      frames.push(messageFrame("message_edited", message, at, reactions));
    }
  }
  return frames;
}

export function notificationFrame(notification: NotificationRow): string {
  return JSON.stringify({ type: "notification", ...presentNotification(notification) });
}

export function keysLowFrame(remaining: number): string {
  return JSON.stringify({ type: "keys_low", one_time_keys: remaining });
}

export function keysExpiringFrame(version: number, expiresAt: number): string {
  return JSON.stringify({ type: "keys_expiring", version, expires_at: isoTime(expiresAt) });
}

/** A notification that is nobody's own, and stored nowhere. */
export function announcementFrame(id: string, message: string, at: number): string {
  return JSON.stringify({
    type: "notification",
    id,
    kind: "announcement",
    title: "Announcement",
    body: message,
    data: {},
    read_at: null,
    created_at: isoTime(at),
  });
}
