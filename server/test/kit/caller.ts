import { record } from "./record.ts";
import type { ApiError, JsonObject } from "./shapes.ts";

/** Anything with an address. It is read at each request, so a server may move between two of them. */
export interface Reachable {
  url: string;
}

export interface Answer<T = JsonObject> {
  status: number;
  headers: Headers;
  /** The bytes as text. */
  text: string;
  /** The parsed JSON, undefined when there is none. */
  body: JsonObject | undefined;
  /** `body.data`. Reading it from a refusal throws with the refusal's text, so a test fails where it went wrong. */
  readonly data: T;
  /** `body.error`, undefined on success. */
  error: ApiError | undefined;
}

export interface RequestParts {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it stands, in place of `body`. */
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

type Send = <T = JsonObject>(
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<T>>;

/** HTTP verbs bound to one server and one set of credentials. Paths are like "/v1/messages". */
export interface Caller {
  get<T = JsonObject>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  post: Send;
  put: Send;
  patch: Send;
  delete: Send;
  /** The general form, for odd methods, raw bodies and content types. */
  request<T = JsonObject>(method: string, path: string, parts?: RequestParts): Promise<Answer<T>>;
}

export function callerOf(app: Reachable, credentials: Record<string, string>): Caller {
  const request = <T>(method: string, path: string, parts: RequestParts = {}) =>
    sendRequest<T>(app, method, path, { ...parts, headers: { ...credentials, ...parts.headers } });
  const verb =
    (method: string): Send =>
    (path, body, headers = {}) =>
      request(method, path, { body, headers });
  return {
    get: (path, headers = {}) => request("GET", path, { headers }),
    post: verb("POST"),
    put: verb("PUT"),
    patch: verb("PATCH"),
    delete: verb("DELETE"),
    request,
  };
}

async function sendRequest<T>(
  app: Reachable,
  method: string,
  path: string,
  parts: RequestParts,
): Promise<Answer<T>> {
  const headers = new Headers(parts.headers);
  const body = parts.raw ?? (parts.body === undefined ? undefined : JSON.stringify(parts.body));
  if (parts.body !== undefined && !headers.has("content-type"))
    headers.set("content-type", "application/json");
  const response = await fetch(`${app.url}${path}`, { method, headers, body, redirect: "manual" });
  const answer = await readAnswer<T>(`${method} ${path}`, response);
  record({ kind: "answer", method, path, status: answer.status, body: answer.body });
  return answer;
}

async function readAnswer<T>(what: string, response: Response): Promise<Answer<T>> {
  const text = refuseLeak(await response.text());
  const body = parseObject(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    body,
    error: body?.error as ApiError | undefined,
    get data(): T {
      if (body?.success !== true)
        throw new Error(`${what} answered ${response.status}: ${text.slice(0, 500)}`);
      return body.data as T;
    },
  };
}

/** Passes text from the server on, unless it holds what no client may ever see: so every test looks for it. */
export function refuseLeak(text: string): string {
  const leak = /\$argon2|password_hash|token_hash|ticket_hash|"d":"/.exec(text);
  if (leak) throw new Error(`the server let out «${leak[0]}»: ${text.slice(0, 500)}`);
  return text;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
