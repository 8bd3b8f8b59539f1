import type { Tx } from "./db/database.ts";
import type { Actor, Caller } from "./http/actor.ts";

/** One sensitive operation, as the trail keeps it: ids and names of fields, never their values. */
export interface Change {
  organizationId: string;
  /** Null: nobody signed in, such as a reset by mail. */
  actorId: string | null;
  caller: Caller | null;
  /** What was done, such as «user.banned». */
  action: string;
  targetType: string;
  targetId: string;
  /** Names of the fields that changed. */
  details?: readonly string[];
  outcome?: "success" | "refused";
}

/**
 * Remembers sensitive operations. What `record` is given is written by the transaction that makes the change: both
 * are durable, or neither. Call it anywhere in the transaction; the row is written as its last step.
 */
export interface ChangeTrail {
  record(tx: Tx, change: Change): void;
}

type OwnChange = Omit<Change, "organizationId" | "actorId" | "caller">;

/** A change that `actor` makes in their own organization. */
export function changeBy(actor: Actor, change: OwnChange): Change {
  return {
    organizationId: actor.organizationId,
    actorId: actor.userId,
    caller: actor.caller ?? null,
    ...change,
  };
}

/** The names of the fields that are given. */
export function changedFields(changes: object): string[] {
  return Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}
