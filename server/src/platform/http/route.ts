import type { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import type { RateName } from "../limits.ts";
import type { Actor, Caller } from "./actor.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One success that a route can answer. */
export interface Success {
  status: 200 | 201;
  about: string;
  /** Of `data`; null: the answer is a bare `message` instead. */
  schema: z.ZodType | null;
  /** Fields of the reference's example that should not be as the cast and the schema have them. */
  example?: unknown;
}

export interface RouteSpec<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  method: Method;
  /** Under the surface's base path, `/` for the base itself; parameters as `:name`. */
  path: string;
  /** Stable name for clients made from the OpenAPI document. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** What to say to bodies of other media types than JSON, by type; see `UNSUPPORTED_MEDIA_TYPE`. */
  otherBodies?: Readonly<Record<string, string>>;
  /** The body is no JSON: the handler reads it from `incoming`, as long as it comes. Its type, for the reference. */
  streamed?: { mediaType: string; about: string; fields?: z.ZodType };
  /** The answer is no JSON but a stream of bytes, for the reference. */
  answersBytes?: boolean;
  /** A `?signature=` in its URL lets it in, and then it counts for no rate; see `signedRoute`. */
  isSigned?: boolean;
  /** A request without a body counts as `{}`. */
  bodyOptional?: boolean;
  success: Success[];
  /** Codes beyond those that every route of its kind may answer. */
  errors?: ErrorCode[];
  /** Answers carry an ETag, and `If-None-Match` gets 304. */
  etag?: boolean;
  /** It changes only the caller's own account, sessions or marks: people who may only read may use it too. */
  own?: boolean;
  /** The least server role that may use it; everybody else gets 403 at once. Under `/admin` it is admin by itself. */
  serverRole?: "moderator" | "admin";
  /** Rates of its own that a request counts for, beside those of the surface; by user. */
  rates?: RateName[];
  /** Rates by network that the verb itself counts (only successes, or only failures): used up, they refuse at once. */
  refusedAfter?: RateName[];
}

/** What a handler gets: everything already checked against the route's schemas. */
interface RouteRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  caller: Caller;
  /** As it came. */
  incoming: Request;
  header(name: string): string | null;
}

/** An answer that differs from 200 with the returned data. */
export class Reply {
  readonly data: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(data: unknown, status: number, headers: Readonly<Record<string, string>> = {}) {
    this.data = data;
    this.status = status;
    this.headers = headers;
  }
}

/** A success that only says so, for a person: `{"success":true,"message":"…"}`. */
export class Said {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export function created(data: unknown): Reply {
  return new Reply(data, 201);
}

/** A route as the surfaces mount it and the reference describes it. */
export interface Route {
  spec: RouteSpec<z.ZodType, z.ZodType, z.ZodType>;
  /** False: anybody may call it. */
  signedIn: boolean;
  handle(request: RouteRequest<unknown, unknown, unknown>, actor: Actor | null): Promise<unknown>;
}

/** Where a route stands under a base; `/` is the base itself. */
export function pathOf(base: string, { spec }: Route): string {
  return spec.path === "/" ? base : base + spec.path;
}

type Unchecked = RouteRequest<unknown, unknown, unknown>;

/** A route for signed-in callers: `handle` answers the data, a `Reply`, `Said`, or a `Response` of its own (a stream). */
export function route<
  Params extends z.ZodType = z.ZodUnknown,
  Query extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
>(
  spec: RouteSpec<Params, Query, Body>,
  handle: (
    request: RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>>,
    actor: Actor,
  ) => Promise<unknown>,
): Route {
  return {
    spec,
    signedIn: true,
    // The server has parsed the three parts with this spec's own schemas and found the actor.
    handle: (request: Unchecked, actor) =>
      handle(request as RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>>, actor as Actor),
  };
}

/** A route that needs no sign-in. */
export function publicRoute<
  Params extends z.ZodType = z.ZodUnknown,
  Query extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
>(
  spec: RouteSpec<Params, Query, Body>,
  handle: (request: RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<unknown>,
): Route {
  return {
    spec,
    signedIn: false,
    handle: (request: Unchecked) =>
      handle(request as RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>>),
  };
}

/** A route for whoever holds a URL that the server has signed (`?signature=`), or is signed in: then with an actor. */
export function signedRoute<
  Params extends z.ZodType = z.ZodUnknown,
  Query extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
>(
  spec: RouteSpec<Params, Query, Body>,
  handle: (
    request: RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>>,
    actor: Actor | null,
  ) => Promise<unknown>,
): Route {
  return {
    spec: { ...spec, isSigned: true },
    signedIn: true,
    handle: (request: Unchecked, actor) =>
      handle(request as RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>>, actor),
  };
}
