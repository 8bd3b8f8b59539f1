import type { Actor } from "../../platform/http/actor.ts";
import { canSeePublicRooms, type Membership, type ParticipantRole } from "../conversations/index.ts";

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
export function canEndRoom(actor: Actor, { roles, visibility }: Membership): boolean {
  if (roles.get(actor.userId) === "admin") return true;
  return visibility === "public" && (actor.role === "moderator" || actor.role === "admin");
}
