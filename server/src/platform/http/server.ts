import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import type { z } from "zod";
import { UnboundQuery } from "../db/tenant-fence.ts";
import { AppError, type FieldFault, unauthorized, unavailable, validationError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { Quota } from "../rate-limits/rate-limits.ts";
import type { Actor, Caller } from "./actor.ts";
import { type AnsweredRequest, Seen } from "./answered.ts";
import { readJsonBody } from "./body.ts";
import { type ClientAddresses, networkOf } from "./client-address.ts";
import { asAppError, failureBody, logFailure, messageBody, successBody } from "./envelope.ts";
import type { RateGate, SurfaceRates } from "./rate-gate.ts";
import { pathOf, Reply, type Route, Said } from "./route.ts";
import { requestIdOf, setStandardHeaders } from "./standard-headers.ts";

/** Checks credentials. Null: there are none. Throws AppError 401 for bad ones. */
export type Authenticate = (request: Request) => Promise<Actor | null>;

/** Who may come in. */
export interface Gate {
  authenticate: Authenticate;
  /**
   * Refuses what another's page sent along with a browser's cookie, and what the caller's role forbids whatever the
   * object. Throws AppError 403.
   */
  admit(spec: Route["spec"], actor: Actor, request: Request): void;
}

export interface HttpEnvironment {
  Bindings: RequestBindings;
  /** `quota`: what the caller has left; known once a limit was asked. */
  Variables: { caller: Caller; quota: Quota; seen: Seen };
}

/** What the listening server knows of a request. */
export interface RequestBindings {
  /** The other end of the connection, which may be a proxy. */
  ip: string | null;
  /** Set by a route that took the connection over: there is no answer to send. */
  isUpgraded: boolean;
  /** The event loop has turned since the request was read. */
  isLate(): boolean;
}

export type HttpApp = Hono<HttpEnvironment>;

/** Contract section 1: what a page of a listed origin may send and read. */
const corsRules = {
  allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  allowHeaders: [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "X-API-Key",
    "X-CSRF-Token",
    "X-Request-ID",
    "X-Session-ID",
  ],
  exposeHeaders: [
    "X-Request-ID",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "ETag",
  ],
  maxAge: 600,
};

interface HttpOptions {
  log: Log;
  newRequestId(): string;
  /** Answers only over https may ask for it always. */
  https: boolean;
  corsOrigins: string[];
  addresses: ClientAddresses;
  /** A page of another origin never reads what a browser's session sees. */
  hasSessionCookie(headers: Headers): boolean;
  /** Called once a request has its answer. It must neither throw nor wait. */
  onAnswered?(answered: AnsweredRequest): void;
  /** While true, requests that come over connections still open are refused: nothing new is begun. */
  isStopping(): boolean;
}

/** An empty HTTP application that answers every request in the contract's manner, also the ones it does not know. */
export function createHttpApp(options: HttpOptions): HttpApp {
  const { log, newRequestId, https, corsOrigins, addresses, hasSessionCookie, isStopping } = options;
  const app: HttpApp = new Hono();
  app.use(async (c, next) => {
    const requestId = requestIdOf(c.req.raw.headers, newRequestId);
    const ip = addresses.of(c.env.ip, c.req.header("x-forwarded-for") ?? null);
    const userAgent = c.req.header("user-agent")?.slice(0, 400) ?? null;
    const caller = { requestId, ip, network: networkOf(ip), userAgent };
    c.set("caller", caller);
    c.set("quota", new Quota());
    c.set("seen", new Seen());
    const started = performance.now();
    await next();
    const { headers, status } = c.res;
    setStandardHeaders(headers, requestId, https);
    setQuotaHeaders(headers, c.get("quota"));
    const ms = Math.round((performance.now() - started) * 100) / 100;
    log.info("request", { request_id: requestId, method: c.req.method, path: c.req.path, status, ms });
    const seen = c.get("seen");
    options.onAnswered?.({
      method: c.req.method,
      endpoint: seen.endpoint ?? `${/^(\/api\/\w+|\/\w+)/.exec(c.req.path)?.[0] ?? ""}/*`,
      route: seen.endpoint,
      status,
      ms,
      caller,
      actor: seen.actor,
      fields: seen.fields,
      isFenced: seen.isFenced,
      ids: () => seen.ids(),
    });
  });
  const allow = corsOrigins.length > 0 ? cors({ origin: corsOrigins, ...corsRules }) : null;
  app.use((c, next) => {
    if (isStopping()) throw unavailable("The server is stopping. Connect again in a moment.", 2);
    if (allow !== null && !hasSessionCookie(c.req.raw.headers)) return allow(c, next);
    // A page without leave is refused by what its preflight's answer does not say.
    return isPreflight(c.req.raw) ? Promise.resolve(new Response(null, { status: 204 })) : next();
  });
  app.onError((thrown, c) => {
    const error = asAppError(thrown);
    if (thrown instanceof UnboundQuery) c.get("seen").isFenced = true;
    // A client that goes away in the middle of its body is no fault of the server.
    if (c.req.raw.signal.aborted)
      log.debug("request given up by its client", { request_id: c.get("caller").requestId });
    else logFailure(log, "request failed", thrown, { request_id: c.get("caller").requestId });
    return failure(error, c);
  });
  app.notFound((c) =>
    failure(new AppError("NOT_FOUND", `No such path: ${c.req.path}. See /openapi.json.`), c),
  );
  return app;
}

function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

function failure(error: AppError, c: Context<HttpEnvironment>): Response {
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": cacheControl(c.get("seen").actor !== null),
    ...error.headers,
  };
  if (error.retryAfter !== undefined) headers["retry-after"] = String(error.retryAfter);
  if (error.status === 401) headers["www-authenticate"] = 'Bearer realm="parley"';
  return new Response(failureBody(error, c.get("caller").requestId), { status: error.status, headers });
}

/** Contract section 8: of the limit nearest to exhaustion. */
function setQuotaHeaders(headers: Headers, quota: Quota): void {
  if (!quota.isKnown) return;
  headers.set("ratelimit-limit", String(quota.limit));
  headers.set("ratelimit-remaining", String(quota.remaining));
  headers.set("ratelimit-reset", String(Math.ceil(quota.resetMs / 1000)));
}

/** What stands before a surface's routes. */
interface Entrance {
  gate: Gate;
  rateGate: RateGate;
  rates: SurfaceRates;
}

/**
 * Mounts a surface's routes under each of its base paths, and 405 with `Allow` on their other methods. Fixed paths come
 * first: `/stats` is no `/:id`.
 */
export function mountRoutes(
  app: HttpApp,
  bases: readonly string[],
  routes: Route[],
  entrance: Entrance,
): void {
  const [fixed = [], others = []] = [true, false].map((isFixed) =>
    routes.filter(({ spec }) => !spec.path.includes(":") === isFixed),
  );
  for (const base of bases) {
    mountUnder(app, base, fixed, entrance);
    mountUnder(app, base, others, entrance);
  }
}

function mountUnder(app: HttpApp, base: string, routes: Route[], entrance: Entrance): void {
  const methods = new Map<string, Set<string>>();
  for (const each of routes) {
    const path = pathOf(base, each);
    app.on(each.spec.method, path, (c) => answer(c, path, each, entrance));
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(each.spec.method));
    if (each.spec.method === "GET") known.add("HEAD");
  }
  for (const [path, known] of methods) app.all(path, () => refuseMethod(known));
}

function refuseMethod(allowed: Set<string>): never {
  const allow = [...allowed].join(", ");
  throw new AppError("METHOD_NOT_ALLOWED", `This path takes ${allow}.`, { headers: { allow } });
}

/**
 * The order of checks is the contract's: rates of the address, credentials, rates of the user, role, body size and
 * type, fields; the rest is the handler's.
 */
async function answer(
  c: Context<HttpEnvironment>,
  path: string,
  each: Route,
  entrance: Entrance,
): Promise<Response> {
  const { spec, signedIn } = each;
  const seen = c.get("seen");
  seen.endpoint = path;
  const actor = await enter(c, each, entrance);
  const given = spec.body === undefined ? undefined : await readJsonBody(c.req.raw, spec.otherBodies);
  if (spec.body !== undefined && given === undefined && spec.bodyOptional !== true) throw missingBody(c);
  const faults: FieldFault[] = [];
  const params = checked(spec.params, c.req.param(), faults);
  const query = checked(spec.query, readQuery(c.req.raw.url), faults);
  const body = checked(spec.body, given === undefined ? {} : given, faults);
  if (faults.length > 0) throw validationError(...faults);
  seen.given = [params, query, body];
  if (given !== undefined && typeof body === "object" && body !== null) seen.fields = Object.keys(body);
  const header = (name: string) => c.req.header(name) ?? null;
  const incoming = c.req.raw;
  const handled = each.handle({ params, query, body, caller: c.get("caller"), incoming, header }, actor);
  const isTimed = spec.streamed === undefined && spec.answersBytes !== true;
  const result = await (isTimed ? withinTime(handled) : handled);
  if (result instanceof Response) return result;
  return respond(c, result, spec.etag === true, signedIn);
}

/** @returns who asks; null on a route that anybody may call. */
async function enter(
  c: Context<HttpEnvironment>,
  { spec, signedIn }: Route,
  { gate, rateGate, rates }: Entrance,
): Promise<Actor | null> {
  const caller = c.get("caller");
  const quota = c.get("quota");
  const check = () => gate.authenticate(c.req.raw);
  if (spec.isSigned === true && /[?&]signature=/.test(c.req.raw.url)) return null;
  const { actor, refusal } = await rateGate.identify(check, caller, quota);
  if (spec.refusedAfter !== undefined) await rateGate.requireLeft(spec.refusedAfter, caller, quota);
  if (signedIn && actor === null) throw refusal ?? unauthorized();
  if (actor === null) return null;
  c.get("seen").actor = actor;
  await rateGate.admit(actor, rates, spec.rates ?? [], quota);
  if (!signedIn) return null;
  gate.admit(spec, actor, c.req.raw);
  return spec.method === "GET" ? actor : { ...actor, caller };
}

/** A POST without a body and without the right type is told of the type first, as one with a body would be. */
function missingBody(c: Context<HttpEnvironment>): AppError {
  const type = c.req.header("content-type");
  if (type !== undefined && !type.toLowerCase().startsWith("application/json")) {
    return new AppError(
      "UNSUPPORTED_MEDIA_TYPE",
      "Send the body as JSON, with «Content-Type: application/json».",
    );
  }
  return validationError({ path: "body", message: "is required: send a JSON object" });
}

/** The first value of each parameter. Text that is not valid UTF-8 after decoding is refused. */
function readQuery(url: string): Record<string, string> {
  const at = url.indexOf("?");
  const query: Record<string, string> = {};
  if (at === -1) return query;
  for (const [name, value] of pairsOf(url.slice(at + 1))) {
    if (value.includes("\0") || value.includes("\uFFFD")) {
      throw validationError({ path: name, message: "must be valid UTF-8 without NUL" });
    }
    if (!Object.hasOwn(query, name) && name !== "__proto__") query[name] = value;
  }
  return query;
}

/** Most queries are ids, numbers and words: in those nothing is encoded, and taking them apart is cheaper. */
function pairsOf(query: string): Iterable<[string, string]> {
  if (!/^[\w.~=&-]*$/.test(query)) return new URLSearchParams(query);
  const pairs: [string, string][] = [];
  for (const part of query.split("&")) {
    const at = part.indexOf("=");
    if (part !== "") pairs.push(at === -1 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)]);
  }
  return pairs;
}

function checked(schema: z.ZodType | undefined, value: unknown, faults: FieldFault[]): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  faults.push(...zodFaults(result.error));
  return undefined;
}

/** Zod's issues as the contract's details. */
export function zodFaults(error: z.ZodError): FieldFault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return [{ path: path || "body", message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === "" ? key : `${path}.${key}`,
      message: "is not a field of this request",
    }));
  });
}

async function withinTime(work: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(unavailable("The request took too long. It may have been carried out.", 5)),
      limits.requestMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param isPrivate it answers somebody who is signed in. */
function cacheControl(isPrivate: boolean): string {
  return isPrivate ? "private, no-cache" : "no-store";
}

function respond(c: Context<HttpEnvironment>, result: unknown, etag: boolean, isPrivate: boolean): Response {
  const reply = result instanceof Reply ? result : new Reply(result, 200);
  const body = reply.data instanceof Said ? messageBody(reply.data.message) : successBody(reply.data);
  const headers: Record<string, string> = {
    ...reply.headers,
    "content-type": "application/json; charset=utf-8",
  };
  headers["cache-control"] = cacheControl(isPrivate);
  if (etag) {
    headers.etag = `"${Bun.hash(body).toString(36)}"`;
    if (matches(c.req.header("if-none-match"), headers.etag))
      return new Response(null, { status: 304, headers });
  }
  return new Response(c.env.isLate() ? sentWhole(body) : body, { status: reply.status, headers });
}

/** From this size on Bun 1.4.5 sends the head of a late answer piece by piece. */
const piecemealBytes = 15_360;

/**
 * An answer that is there before the event loop turns leaves in one write. Of a later one Bun sends each name and each
 * value of the head by itself, some fifty writes, unless its body is small or a stream.
 */
function sentWhole(text: string): string | ReadableStream {
  // Three bytes a character at most.
  if (text.length * 3 < piecemealBytes || Buffer.byteLength(text) < piecemealBytes) return text;
  return new ReadableStream({
    type: "direct",
    pull(controller) {
      controller.write(text);
      controller.end();
    },
  });
}

function matches(given: string | undefined, etag: string): boolean {
  if (given === undefined) return false;
  return given.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}
