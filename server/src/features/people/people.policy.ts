import type { Actor } from "../../platform/http/actor.ts";

export function canUseDirectory(actor: Actor): boolean {
  return actor.role !== "guest";
}

export function canSeeEmail(actor: Actor, userId: string): boolean {
  return actor.userId === userId || actor.role === "admin";
}
