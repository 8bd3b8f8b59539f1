import type { Actor } from "../../platform/http/actor.ts";
import type { Membership, ParticipantRole } from "./memberships.ts";

export function canCreateConversations(actor: Actor): boolean {
  return actor.role !== "guest";
}

export function canSeePublicRooms(actor: Actor): boolean {
  return actor.role !== "guest";
}

export function canAddParticipants(role: ParticipantRole): boolean {
  return role === "admin";
}

/** Administrators remove anybody, moderators members. */
export function canRemoveParticipant(role: ParticipantRole, targetRole: ParticipantRole): boolean {
  return role === "admin" || (role === "moderator" && targetRole === "member");
}

export function canChangeRoles(role: ParticipantRole): boolean {
  return role === "admin";
}

export function canRename(role: ParticipantRole): boolean {
  return role === "admin" || role === "moderator";
}

/** Both sides of a direct conversation may; elsewhere its administrators. */
export function canChangeSettings(membership: Membership, role: ParticipantRole): boolean {
  return membership.type === "direct" || role === "admin";
}
