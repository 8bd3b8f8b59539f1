import type { Room } from "../../../../sdk/src/index.ts";

const ranks = ["member", "moderator", "admin"] as const;

/** Whether what one is in a room is at least the role asked for. */
export function hasRank(role: Room["role"], least: (typeof ranks)[number]): boolean {
  return role !== null && ranks.indexOf(role) >= ranks.indexOf(least);
}
