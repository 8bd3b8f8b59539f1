import { forbidden } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";

/** What somebody is on the server and in which organization. */
export type Position = Pick<Actor, "role" | "organizationId" | "organizationRole">;

export type OrganizationRole = Actor["organizationRole"];

/** A Viewer changes nothing of the organization's, on no surface. */
function canWrite(actor: Actor): boolean {
  return actor.organizationRole !== "Viewer";
}

/** @throws AppError FORBIDDEN. */
export function requireWriter(actor: Actor): void {
  if (!canWrite(actor))
    throw forbidden("You are a Viewer here: you may read. Ask an Admin for another role.");
}

/** Its members, and whoever runs the server: of other organizations they see the account, never the content. */
export function canSeeOrganization(actor: Actor, organizationId: string): boolean {
  return actor.organizationId === organizationId || actor.role === "admin";
}

/** Its Admins, and whoever runs the server. */
export function canManageOrganization(actor: Position, organizationId: string): boolean {
  if (actor.role === "admin") return true;
  return actor.organizationId === organizationId && actor.organizationRole === "Admin";
}

/** What an organization may use is between it and whoever runs the server. */
export function canChangePlan(actor: Actor): boolean {
  return actor.role === "admin";
}

/** Managers invite too, but nobody above themselves. */
export function canInvite(actor: Position, organizationId: string, role: OrganizationRole): boolean {
  if (canManageOrganization(actor, organizationId)) return true;
  const isManager = actor.organizationId === organizationId && actor.organizationRole === "Manager";
  return isManager && role !== "Admin";
}
