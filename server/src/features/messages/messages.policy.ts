import type { Actor } from "../../platform/http/actor.ts";
import type { Membership, ParticipantRole } from "../conversations/index.ts";
import type { MessageRow } from "./messages.queries.ts";

export function canEdit(actor: Actor, message: MessageRow): boolean {
  return message.sender_id === actor.userId && message.message_type !== "system";
}

export function isInEditWindow(message: MessageRow, at: number, windowMs: number): boolean {
  return at - message.created_at <= windowMs;
}

/** The author, the conversation's admins, and in a room whoever may manage it. */
export function canDelete(
  actor: Actor,
  message: MessageRow,
  membership: Membership,
  role: ParticipantRole,
): boolean {
  if (message.sender_id === actor.userId && message.message_type !== "system") return true;
  return role === "admin" || (membership.type === "room" && rank(role) >= rank(membership.manageRole));
}

function rank(role: ParticipantRole): number {
  return role === "admin" ? 2 : role === "moderator" ? 1 : 0;
}
