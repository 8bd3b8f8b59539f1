import {
  conversationChanged,
  conversationCreated,
  conversationEnded,
  type Memberships,
  markAdvanced,
  ownStateChanged,
  type ParticipantWithUser,
  participantAdded,
  participantChanged,
  participantRemoved,
  typingChanged,
} from "../../features/conversations/index.ts";
import { answeringChanged, sessionsEnded, userMoved } from "../../features/identity/index.ts";
import { keysExpiring, keysLow } from "../../features/keys/index.ts";
import {
  messageDeleted,
  messageEdited,
  messageSent,
  reactionAdded,
  reactionRemoved,
} from "../../features/messages/index.ts";
import { announcementMade, notificationMade } from "../../features/notifications/index.ts";
import { type Blocks, presenceChanged, userBlocked } from "../../features/people/index.ts";
import { threadStateChanged } from "../../features/threads/index.ts";
import { settingChanged } from "../../features/workspace/index.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Connection } from "../../platform/realtime/connection.ts";
import type { Hub } from "../../platform/realtime/hub.ts";
import * as frames from "./websocket-frames.ts";

interface FanOut {
  events: Events;
  hub: Hub;
  blocks: Blocks;
  memberships: Memberships;
  /** The connection hears nothing live now: it waits for its `hello`, its `resume` or the end of a replay. */
  isWaiting(connection: Connection): boolean;
  /** To all of the user's connections, in order; none hears it while it waits. */
  tellOwner(userId: string, frame: string): void;
  /** To every connection; none hears it while it waits. */
  tellEveryone(frame: string): void;
  /** For a user without a connection here. */
  findConversationIds(organizationId: string, userId: string): Promise<string[]>;
}

/** Turns what happened into frames: each is encoded once, and the hub hands the same bytes to every socket. */
export function fanOut(parts: FanOut): void {
  const { events, hub, blocks, memberships, isWaiting, tellOwner } = parts;
  fanOutMessages(events, hub);
  /** The participant's connections hear the conversation from now on, and the frame as its first. */
  const attach = (conversationId: string, participant: ParticipantWithUser, frame: string) => {
    for (const connection of hub.connectionsOf(participant.user_id)) {
      if (connection.scope !== null || connection.conversations.has(conversationId)) continue;
      hub.attach(connection, conversationId, isWaiting(connection));
      hub.publishWithin(connection, conversationId, frame, participant.version);
    }
  };

  events.on(conversationCreated, ({ conversationId, participants }) => {
    for (const participant of participants) {
      attach(conversationId, participant, frames.participantFrame(participant, "participant_added"));
    }
  });
  events.on(conversationChanged, ({ conversation, version }) => {
    hub.publish(conversation.id, frames.conversationFrame(conversation, version, false), version);
  });
  events.on(conversationEnded, ({ conversationId, version }) => {
    // Each hears that they themselves are out, as everybody does who is removed.
    for (const connection of [...hub.connectionsIn(conversationId)]) {
      hub.publishTo(connection, frames.removedFrame(conversationId, connection.actor.userId, version));
      hub.detach(connection, conversationId);
    }
  });
  events.on(participantAdded, ({ conversationId, participant }) => {
    const frame = frames.participantFrame(participant, "participant_added");
    // Before the newcomer is attached: who is in comes before who is here.
    hub.publish(conversationId, frame, participant.version);
    attach(conversationId, participant, frame);
  });
  events.on(participantChanged, ({ conversationId, userId, role, version }) => {
    hub.publish(conversationId, frames.roleFrame(conversationId, userId, role, version), version);
  });
  events.on(participantRemoved, ({ conversationId, userId, version }) => {
    hub.publish(conversationId, frames.removedFrame(conversationId, userId, version), version);
    for (const connection of hub.connectionsOf(userId)) hub.detach(connection, conversationId);
  });
  events.on(ownStateChanged, ({ conversationId, userId, ...state }) => {
    tellOwner(userId, frames.ownStateFrame(conversationId, state));
  });

  events.on(markAdvanced, ({ conversationId, userId, kind, seq, at }) => {
    const frame = frames.markFrame(kind, conversationId, userId, seq, at);
    if (memberships.isLarge(conversationId)) tellOwner(userId, frame);
    else hub.publish(conversationId, frame, null);
  });
  events.on(typingChanged, ({ conversationId, userId, isTyping, at }) => {
    const frame = frames.activityFrame("typing", conversationId, userId, at, { is_typing: isTyping });
    publishActivity(hub, blocks, userId, conversationId, frame);
  });
  fanOutPeople(parts);
}

/** Who is here, and whose sockets have to go. */
function fanOutPeople({ events, hub, blocks, tellOwner, tellEveryone, findConversationIds }: FanOut): void {
  events.on(presenceChanged, ({ userId, organizationId, online, lastSeenAt }) => {
    const frame = frames.presenceFrame(userId, online, lastSeenAt);
    const heard = hub.conversationsOf(userId);
    if (heard.size > 0) tellAcquaintances(hub, blocks, userId, heard, frame);
    else {
      findConversationIds(organizationId, userId).then(
        (ids) => tellAcquaintances(hub, blocks, userId, ids, frame),
        // Presence is never stored and never promised: without the database nobody hears of it.
        () => undefined,
      );
    }
  });
  events.on(threadStateChanged, ({ userId, ...state }) => tellOwner(userId, frames.threadFrame(state)));
  events.on(settingChanged, ({ userId, ...setting }) => {
    tellOwner(userId, frames.settingFrame(setting));
  });
  // From now on neither sees the other, and what they saw last is not left standing.
  events.on(userBlocked, ({ blockerId, blockedId }) => {
    tellOwner(blockedId, frames.presenceFrame(blockerId, false, null));
    tellOwner(blockerId, frames.presenceFrame(blockedId, false, null));
  });
  // What a socket hears and who it speaks for is of the organization that it was opened in.
  events.on(userMoved, ({ userId }) => hub.restart(userId));
  // Their sockets may hear support conversations that they saw without taking part.
  events.on(answeringChanged, ({ userId, isAgent }) => {
    if (!isAgent) hub.restart(userId);
  });
  events.on(notificationMade, ({ notification, channels }) => {
    if (channels.inApp) tellOwner(notification.user_id, frames.notificationFrame(notification));
  });
  events.on(keysLow, ({ userId, remaining }) => tellOwner(userId, frames.keysLowFrame(remaining)));
  events.on(keysExpiring, ({ userId, version, expiresAt }) => {
    tellOwner(userId, frames.keysExpiringFrame(version, expiresAt));
  });
  events.on(announcementMade, ({ id, message, at }) => {
    tellEveryone(frames.announcementFrame(id, message, at));
  });
  events.on(sessionsEnded, ({ userId, sessionIds }) => hub.endSessions(userId, new Set(sessionIds)));
}

function fanOutMessages(events: Events, hub: Hub): void {
  events.on(messageSent, ({ message }) => {
    hub.publish(message.conversation_id, frames.chatFrame(message), message.version);
  });
  events.on(messageEdited, ({ message, reactions, at }) => {
    const frame = frames.messageFrame("message_edited", message, at, reactions);
    hub.publish(message.conversation_id, frame, message.version);
  });
  events.on(reactionAdded, (change) => {
    const { conversation_id: conversationId, version } = change.message;
    hub.publish(conversationId, frames.reactionFrame("reaction_added", change), version);
  });
  events.on(reactionRemoved, (change) => {
    const { conversation_id: conversationId, version } = change.message;
    hub.publish(conversationId, frames.reactionFrame("reaction_removed", change), version);
  });
  events.on(messageDeleted, ({ message }) => {
    const at = message.deleted_at ?? message.created_at;
    hub.publish(
      message.conversation_id,
      frames.messageFrame("message_deleted", message, at),
      message.version,
    );
  });
}

/** What a participant does at this moment, for those who may see it. */
export function publishActivity(
  hub: Hub,
  blocks: Blocks,
  userId: string,
  conversationId: string,
  frame: string,
): void {
  if (!blocks.concern(userId)) {
    hub.publish(conversationId, frame, null);
    return;
  }
  for (const connection of hub.connectionsIn(conversationId))
    if (!blocks.areApart(userId, connection.actor.userId)) hub.publishTo(connection, frame);
}

/** Everybody connected who shares a conversation with the user and may see them, each connection once. */
function tellAcquaintances(
  hub: Hub,
  blocks: Blocks,
  userId: string,
  conversationIds: Iterable<string>,
  frame: string,
): void {
  const told = new Set<Connection>();
  for (const conversationId of conversationIds) {
    for (const connection of hub.connectionsIn(conversationId)) told.add(connection);
  }
  for (const connection of told) {
    const hearerId = connection.actor.userId;
    if (hearerId !== userId && !blocks.areApart(userId, hearerId)) hub.publishTo(connection, frame);
  }
}
