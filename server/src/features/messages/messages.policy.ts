import type { Actor } from "../../platform/http/actor.ts";
import {
  canModerate,
  hasRank,
  keepsOrderIn,
  type Membership,
  type ParticipantRole,
} from "../conversations/index.ts";
import type { MessageRow } from "./messages.queries.ts";

export function canEdit(actor: Actor, message: MessageRow): boolean {
  return message.sender_id === actor.userId && message.message_type !== "system";
}

export function isInEditWindow(message: MessageRow, at: number, windowMs: number): boolean {
  return at - message.created_at <= windowMs;
}

/** The author, whoever may manage the conversation, and in public rooms whoever keeps order on the server. */
export function canDelete(
  actor: Actor,
  message: MessageRow,
  membership: Membership,
  role: ParticipantRole | undefined,
): boolean {
  if (keepsOrderIn(actor, membership)) return true;
  if (role === undefined) return false;
  if (message.sender_id === actor.userId && message.message_type !== "system") return true;
  return canManage(membership, role);
}

/** Who may delete others' messages may also read what a message said before it was edited. */
export function canSeeEdits(membership: Membership, role: ParticipantRole): boolean {
  return canManage(membership, role);
}

export function canPost({ permissions }: Pick<Membership, "permissions">, role: ParticipantRole): boolean {
  return hasRank(role, permissions.post);
}

/** In a room whoever keeps order, so that nobody wakes ten thousand by chance; elsewhere everybody. */
export function canCallAll(membership: Membership, role: ParticipantRole): boolean {
  return membership.type !== "room" || canModerate(membership, role);
}

export function canPin(membership: Membership, role: ParticipantRole): boolean {
  return hasRank(role, membership.permissions.pin);
}

function canManage(membership: Membership, role: ParticipantRole): boolean {
  return role === "admin" || hasRank(role, membership.permissions.manage);
}
