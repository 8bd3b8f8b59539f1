import { forbidden } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";

/** A Viewer changes nothing of the organization's, on no surface (contract section 2). */
export function canWrite(actor: Actor): boolean {
  return actor.organizationRole !== "Viewer";
}

/** @throws AppError FORBIDDEN. */
export function requireWriter(actor: Actor): void {
  if (!canWrite(actor))
    throw forbidden("You are a Viewer here: you may read. Ask an Admin for another role.");
}
