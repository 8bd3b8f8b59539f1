import type { ConversationTable, ParticipantTable } from "../../platform/db/schema.ts";

/** Roles that can be asked for, from the least. */
export const permissionRoles = ["member", "moderator", "admin"] as const;
type PermissionRole = (typeof permissionRoles)[number];

/** The least role for each thing; whoever may `manage` may also delete others' messages. */
export interface Permissions {
  readonly post: PermissionRole;
  readonly invite: PermissionRole;
  readonly pin: PermissionRole;
  readonly manage: PermissionRole;
}

/** What a room has until its admins say otherwise. */
const roomDefaults: Permissions = {
  post: "member",
  invite: "member",
  pin: "moderator",
  manage: "admin",
};

/** People who were chosen one by one: what one of them pins is for all. */
const groupDefaults: Permissions = { ...roomDefaults, invite: "admin", pin: "member" };

export function permissionsOf({
  type,
  permissions,
}: Pick<ConversationTable, "type" | "permissions">): Permissions {
  if (type === "direct") return groupDefaults;
  const defaults = type === "room" ? roomDefaults : groupDefaults;
  if (permissions === null) return defaults;
  return { ...defaults, ...(JSON.parse(permissions) as Partial<Permissions>) };
}

/** Whether the role is at least the one asked for; customers and agents rank as members. */
export function hasRank(role: ParticipantTable["role"], least: PermissionRole): boolean {
  return rank(role) >= rank(least);
}

function rank(role: ParticipantTable["role"]): number {
  return role === "admin" ? 2 : role === "moderator" ? 1 : 0;
}
