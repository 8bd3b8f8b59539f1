import { forbidden } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";

/** @throws AppError FORBIDDEN for whoever has neither the role nor a higher one. */
export function requireServerRole(actor: Actor, least: "moderator" | "admin"): void {
  if (actor.role === "admin" || actor.role === least) return;
  throw forbidden("Only those who run the server may do this.");
}
