import { isId } from "../ids.ts";
import type { Actor, Caller } from "./actor.ts";

/** A request and how it was answered, for whoever keeps a trail: names of fields, nothing that was in them. */
export interface AnsweredRequest {
  method: string;
  /** The route, with names in place of ids and tokens; of no route the surface and `/*`. */
  endpoint: string;
  /** The route alone; null: none of ours. */
  route?: string | null;
  status: number;
  ms: number;
  caller: Caller;
  actor: Actor | null;
  fields: string[];
  /** A query of it was stopped at the fence between organizations. */
  isFenced?: boolean;
  /** Ids that the request named, in its path, query and body. */
  ids(): string[];
}

/** What is learnt of a request on its way. */
export class Seen {
  endpoint: string | null = null;
  actor: Actor | null = null;
  fields: string[] = [];
  isFenced = false;
  /** Path parameters, query and body as given. */
  given: unknown[] = [];

  ids(): string[] {
    return this.given.flatMap((part) => idsIn(part));
  }
}

const deepest = 2;

/** Every id among what a request named. */
export function idsIn(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return isId(value) ? [value.toLowerCase()] : [];
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  return Object.values(value).flatMap((member) => idsIn(member, depth + 1));
}
