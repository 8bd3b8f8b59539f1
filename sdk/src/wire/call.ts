import type { Routes } from "../../../server/src/contract.ts";
import { openRoutes, routes } from "./routes.ts";
import type { Transport, WireRequest } from "./transport.ts";

export type RouteId = keyof Routes;
export type Answer<Id extends RouteId> = Routes[Id]["answer"];
export type Body<Id extends RouteId> = Routes[Id]["body"];
export type Query<Id extends RouteId> = Routes[Id]["query"];

type Part<Name extends string, Value> = undefined extends Value
  ? { [Key in Name]?: Value }
  : { [Key in Name]: Value };

export type CallInput<Id extends RouteId> = Part<"params", Routes[Id]["params"]> &
  Part<"query", Routes[Id]["query"]> &
  Part<"body", Routes[Id]["body"]>;

export interface CallOptions {
  /** Ends the request; it then rejects with `ABORTED`. */
  signal?: AbortSignal | undefined;
  headers?: Record<string, string> | undefined;
}

/** Any route by the id of its operation. @throws ParleyError. */
export type Call = <Id extends RouteId>(
  id: Id,
  input: CallInput<Id>,
  options?: CallOptions,
) => Promise<Answer<Id>>;

/** The same for a route that answers server-sent events: its bytes as they come. */
export type Stream = <Id extends RouteId>(
  id: Id,
  input: CallInput<Id>,
  options?: CallOptions,
) => Promise<ReadableStream<Uint8Array>>;

export function callThrough(transport: Transport): Call {
  return async <Id extends RouteId>(id: Id, input: CallInput<Id>, options?: CallOptions) =>
    (await transport.send(requestOf(id, input, options))) as Answer<Id>;
}

export function streamThrough(transport: Transport): Stream {
  return (id, input, options) => transport.stream(requestOf(id, input, options));
}

function requestOf<Id extends RouteId>(id: Id, input: CallInput<Id>, options: CallOptions = {}): WireRequest {
  const [method = "GET", template = ""] = routes[id].split(" ");
  const { params, query, body } = input as {
    params?: Record<string, string>;
    query?: Record<string, QueryValue>;
    body?: unknown;
  };
  return {
    method,
    path: fill(template, params ?? {}) + queryText(query ?? {}),
    body,
    headers: options.headers,
    signal: options.signal,
    isAnonymous: openRoutes.has(id),
  };
}

type QueryValue = string | number | boolean | undefined;

function fill(template: string, params: Record<string, string>): string {
  return template.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

function queryText(query: Record<string, QueryValue>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
