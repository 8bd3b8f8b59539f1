import type { RequestsTrail } from "../../features/audit/index.ts";
import type { AppError } from "../../platform/errors.ts";
import type { Actor, Caller } from "../../platform/http/actor.ts";
import { idsIn } from "../../platform/http/answered.ts";

export interface RefusedFrame {
  /** The path of the socket. */
  endpoint: string;
  /** The frame's type or the event's name; it stands where a request has its method. */
  type: string;
  /** Null: nobody has signed in on this connection. */
  actor: Actor | null;
  caller: Caller;
  /** What it named. */
  given: unknown;
}

/** What was refused on an open connection is noted as a refused request is. */
export function noteRefusedFrame(
  trail: RequestsTrail,
  { status }: AppError,
  { endpoint, type, actor, caller, given }: RefusedFrame,
): void {
  trail.note({ method: type, endpoint, status, ms: 0, caller, actor, fields: [], ids: () => idsIn(given) });
}
