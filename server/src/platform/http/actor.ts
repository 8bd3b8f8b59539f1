import { forbidden } from "../errors.ts";

/** What an API key may do; each holds those before it. */
export const scopes = ["read", "write", "admin"] as const;
export type Scope = (typeof scopes)[number];

/** @throws AppError FORBIDDEN for an API key that was not made for this. */
export function requireScope({ scopes: given }: Pick<Actor, "scopes">, wanted: Scope): void {
  if (given === undefined || given.some((one) => scopes.indexOf(one) >= scopes.indexOf(wanted))) return;
  throw forbidden(`This API key has not the scope «${wanted}».`);
}

/** Who asks: from a checked session, never from the request's own words. */
export interface Actor {
  userId: string;
  organizationId: string;
  sessionId: string;
  /** On the server. */
  role: "admin" | "moderator" | "user" | "guest";
  /** In the organization. */
  organizationRole: "Admin" | "Developer" | "Manager" | "Viewer";
  /** Of an API key; undefined: a person, who may do whatever their roles allow. */
  scopes?: readonly Scope[];
  /** Of a request that may change something: where it came from. */
  caller?: Caller;
}

/** In whose name something is written, and where. */
export type Author = Pick<Actor, "userId" | "organizationId">;

/** Where a request came from. */
export interface Caller {
  requestId: string;
  /** The client's own address, behind the trusted proxies. */
  ip: string | null;
  /** What limits count as one place, see `networkOf`. */
  network: string;
  userAgent: string | null;
}
