import type { Actor } from "../../platform/http/actor.ts";
import type { Membership, ParticipantRole } from "./memberships.ts";
import { hasRank } from "./permissions.ts";

export function canCreateConversations(actor: Actor): boolean {
  return actor.role !== "guest";
}

export function canSeePublicRooms(actor: Actor): boolean {
  return actor.role !== "guest";
}

/** Whoever keeps order on the server does so in public rooms, whether they are in them or not. */
export function keepsOrderIn(actor: Actor, { type, visibility }: Membership): boolean {
  return type === "room" && visibility === "public" && (actor.role === "moderator" || actor.role === "admin");
}

/** Moderators, admins, and whoever the conversation lets manage it, keep order. */
export function canModerate({ permissions }: Membership, role: ParticipantRole): boolean {
  return hasRank(role, "moderator") || hasRank(role, permissions.manage);
}

/** Who may only invite brings in members, nobody above. */
export function canAddParticipants(
  { permissions }: Membership,
  role: ParticipantRole,
  given: ParticipantRole[],
): boolean {
  if (role === "admin") return true;
  return hasRank(role, permissions.invite) && given.every((each) => each === "member");
}

/** Administrators remove anybody; moderators, and whoever may manage, members. */
export function canRemoveParticipant(
  { permissions }: Membership,
  role: ParticipantRole,
  targetRole: ParticipantRole,
): boolean {
  if (role === "admin") return true;
  return targetRole === "member" && (role === "moderator" || hasRank(role, permissions.manage));
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
