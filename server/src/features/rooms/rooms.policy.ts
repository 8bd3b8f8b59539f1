import type { Actor } from "../../platform/http/actor.ts";
import {
  canModerate,
  canSeePublicRooms,
  keepsOrderIn,
  type Membership,
  type ParticipantRole,
} from "../conversations/index.ts";

export function canCreateRooms(actor: Actor): boolean {
  return actor.role !== "guest";
}

/** Members see their rooms; public ones are open to all but guests. */
export function canSeeRoom(actor: Actor, { roles, visibility }: Membership): boolean {
  return roles.has(actor.userId) || (visibility === "public" && canSeePublicRooms(actor));
}

export function canChangeRoom(role: ParticipantRole | undefined): boolean {
  return role === "admin";
}

/** Its admins; and of public rooms whoever keeps order on the server. */
export function canEndRoom(actor: Actor, membership: Membership): boolean {
  return membership.roles.get(actor.userId) === "admin" || keepsOrderIn(actor, membership);
}

/** Nobody bans who stands as high as they do. @param target undefined: not in the room. */
export function canBan(
  membership: Membership,
  role: ParticipantRole,
  target: ParticipantRole | undefined,
): boolean {
  if (!canModerate(membership, role)) return false;
  return target === undefined || target === "member" || (role === "admin" && target !== "admin");
}
