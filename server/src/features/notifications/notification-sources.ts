import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import {
  conversationChanged,
  type Membership,
  type Memberships,
  peopleAdded,
} from "../conversations/index.ts";
import type { Agents } from "../identity/index.ts";
import { keysLow } from "../keys/index.ts";
import {
  everybodyCalled,
  type MessageRow,
  mentionsIn,
  messageSent,
  usersMentioned,
} from "../messages/index.ts";
import { invitationMade } from "../organizations/index.ts";
import { type Blocks, friendRequested } from "../people/index.ts";
import { supportAssigned, supportWaiting } from "../support/index.ts";
import type { Draft, NotificationWriter } from "./notification-writer.ts";
import { findUserByEmail } from "./notifications.queries.ts";

interface SourceParts {
  database: Database;
  events: Events;
  memberships: Memberships;
  blocks: Blocks;
  agents: Agents;
  writer: NotificationWriter;
  log: Log;
  /** Whether the user has a live connection, of whatever kind. */
  isConnected(userId: string): boolean;
}

/**
 * Which events tell whom of what. A further kind is one more `events.on` here, and its word in
 * `notifications.schema.ts`. Events of messages come by the hundred a second: they decide from memory alone.
 */
export function watch(parts: SourceParts): void {
  const { events, writer, agents, log } = parts;
  watchMessages(parts);
  events.on(conversationChanged, ({ conversation }) => writer.forgetTitle(conversation.id));
  events.on(peopleAdded, ({ organizationId, conversationId, actorId, userIds }) => {
    writer.add({
      ...plain(
        "invitation",
        organizationId,
        userIds.filter((id) => id !== actorId),
      ),
      actorId,
      conversationId,
      body: "added you.",
      data: { conversation_id: conversationId, by: actorId },
    });
  });
  events.on(friendRequested, ({ organizationId, from, to }) => {
    writer.add({
      ...plain("friend_request", organizationId, [to]),
      actorId: from,
      title: "Friend request",
      body: "wants to be your friend.",
      data: { user_id: from },
    });
  });
  events.on(supportAssigned, ({ support, agentId, byId }) => {
    if (agentId === byId) return;
    writer.add({
      ...plain("support_assignment", support.organization_id, [agentId]),
      actorId: byId,
      conversationId: support.conversation_id,
      body: "handed you this conversation.",
      data: { conversation_id: support.conversation_id, by: byId },
    });
  });
  events.on(supportWaiting, ({ support }) => {
    agents.listIds(support.organization_id).then(
      (ids) =>
        writer.add({
          ...plain(
            "support_assignment",
            support.organization_id,
            ids.filter((id) => id !== support.customer_id),
          ),
          conversationId: support.conversation_id,
          body: "A customer waits for an agent.",
          data: { conversation_id: support.conversation_id, customer_id: support.customer_id },
        }),
      (error: unknown) => log.error("agents could not be told of a waiting customer", { error }),
    );
  });
  events.on(keysLow, ({ userId, organizationId, remaining, isFirst }) => {
    if (!isFirst) return;
    writer.add({
      ...plain("keys_low", organizationId, [userId]),
      title: "Encryption keys",
      body: `Only ${remaining} one-time keys are left. Open the app that holds your keys, so that it can make new ones.`,
      data: { one_time_keys: remaining },
    });
  });
  events.on(invitationMade, ({ invitation, organizationName }) => {
    if (invitation.email_key === null) return;
    tellInvited(parts, invitation.email_key, organizationName, invitation.organization_id).catch(
      (error: unknown) => log.error("somebody could not be told of an invitation", { error }),
    );
  });
}

function watchMessages({ events, memberships, blocks, writer, isConnected }: SourceParts): void {
  events.on(messageSent, ({ message }) => {
    if (message.message_type === "system") return;
    const membership = memberships.peek(message.conversation_id);
    if (membership === undefined || membership.roles.size > limits.notifiedParticipants) return;
    const { userIds, isToRoom } = mentionsIn(message.metadata);
    if (isToRoom) return;
    const mentioned = new Set(userIds);
    const away: string[] = [];
    for (const userId of membership.roles.keys()) {
      if (userId === message.sender_id || isConnected(userId) || mentioned.has(userId)) continue;
      if (!blocks.has(userId, message.sender_id)) away.push(userId);
    }
    if (away.length > 0) writer.add(ofMessage("message", membership, message, away));
  });
  events.on(usersMentioned, ({ message, userIds }) => {
    const membership = memberships.peek(message.conversation_id);
    const willing = userIds.filter((id) => !blocks.has(id, message.sender_id));
    if (membership !== undefined) writer.add(ofMessage("mention", membership, message, willing));
  });
  events.on(everybodyCalled, ({ message, calls }) => {
    const membership = memberships.peek(message.conversation_id);
    if (membership === undefined) return;
    const named = new Set(mentionsIn(message.metadata).userIds);
    const called = [...membership.roles.keys()].filter(
      (id) =>
        id !== message.sender_id &&
        !named.has(id) &&
        (calls === "room" || isConnected(id)) &&
        !blocks.has(id, message.sender_id),
    );
    const draft = ofMessage("mention", membership, message, []);
    for (let from = 0; from < called.length; from += calledAtOnce)
      writer.add({ ...draft, isToAll: true, userIds: called.slice(from, from + calledAtOnce) });
  });
}

/** A draft is written in one go: of many people, it is several. */
const calledAtOnce = 500;

function ofMessage(
  kind: "message" | "mention",
  { organizationId, conversationId }: Membership,
  message: MessageRow,
  userIds: readonly string[],
): Draft {
  const { seq, content, message_id, sender_id } = message;
  return {
    ...plain(kind, organizationId, userIds),
    actorId: sender_id,
    conversationId,
    message: { seq, content, isEncrypted: message.is_encrypted === 1 },
    data: { conversation_id: conversationId, message_id, seq, sender_id },
    at: message.created_at,
  };
}

async function tellInvited(
  { database, writer }: SourceParts,
  emailKey: string,
  organizationName: string,
  organizationId: string,
): Promise<void> {
  const user = await findUserByEmail(database.query, emailKey);
  if (user === undefined) return;
  writer.add({
    ...plain("invitation", user.organization_id, [user.id]),
    title: organizationName,
    body: `You are invited to ${organizationName}. The mail you got has the link.`,
    data: { organization_id: organizationId },
  });
}

function plain(kind: Draft["kind"], organizationId: string, userIds: readonly string[]): Draft {
  const nothing = { actorId: null, title: null, body: null, conversationId: null, message: null, data: {} };
  return { kind, organizationId, userIds, ...nothing, at: now() };
}
