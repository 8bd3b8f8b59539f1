import { isObject, ParleyError, refusalOf } from "./errors.ts";

/** What proves to the server who asks. */
export interface Credentials {
  /** Adds headers; answers which credential they carry. */
  apply(headers: Record<string, string>, method: string): Promise<Proof>;
  /** The server refused `used`. True: there is a newer one of the same person, ask again. */
  recover(used: Proof): Promise<boolean>;
  readonly cookies: "omit" | "same-origin" | "include";
}

/** Whose credential a request carried, and which one. */
export interface Proof {
  userId: string;
  secret: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  /** Base address without a slash at the end. */
  url: string;
  fetch: Fetch;
  timeoutMs: number;
  credentials(): Credentials;
}

export interface WireRequest {
  method: string;
  /** With its query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
  /** The route needs no sign-in: no credentials are sent, and none renewed. */
  isAnonymous?: boolean;
}

/** Refusals that say something of the credential and not of the request. */
const renewable: ReadonlySet<string> = new Set(["TOKEN_EXPIRED", "UNAUTHORIZED", "CSRF_FAILED"]);

/** One HTTP request and its answer, with the credentials renewed once where the server asks for it. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#options.url;
  }

  /** @returns `data` of the answer. @throws ParleyError. */
  async send(request: WireRequest): Promise<unknown> {
    const credentials = this.#options.credentials();
    const headers: Record<string, string> = { accept: "application/json", ...request.headers };
    if (request.body !== undefined) headers["content-type"] = "application/json";
    const used = request.isAnonymous === true ? null : await credentials.apply(headers, request.method);
    const answer = await this.#exchange(request, headers);
    if (answer.ok) return answer.data;
    const isRenewable = used !== null && renewable.has(answer.error.code);
    if (!isRenewable || !(await credentials.recover(used))) throw answer.error;
    await credentials.apply(headers, request.method);
    const second = await this.#exchange(request, headers);
    if (second.ok) return second.data;
    throw second.error;
  }

  async #exchange(request: WireRequest, headers: Record<string, string>): Promise<Exchanged> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#options.timeoutMs);
    const giveUp = () => deadline.abort();
    request.signal?.addEventListener("abort", giveUp);
    try {
      if (request.signal?.aborted === true) deadline.abort();
      const response = await this.#options.fetch(this.#options.url + request.path, {
        method: request.method,
        headers,
        credentials: this.#options.credentials().cookies,
        signal: deadline.signal,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      return readAnswer(response.status, await response.text());
    } catch (error) {
      throw failureOf(error, request, deadline.signal.aborted);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", giveUp);
    }
  }
}

type Exchanged = { ok: true; data: unknown } | { ok: false; error: ParleyError };

function readAnswer(status: number, text: string): Exchanged {
  const body = parse(text);
  if (status >= 200 && status < 300 && isObject(body) && body.success === true) {
    // Workspace routes answer a bare `message` where there is no data.
    return { ok: true, data: "data" in body ? body.data : body };
  }
  return { ok: false, error: refusalOf(status, body) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failureOf(error: unknown, { method, path, signal }: WireRequest, isAborted: boolean): ParleyError {
  if (error instanceof ParleyError) return error;
  if (signal?.aborted === true) return new ParleyError("ABORTED", "The request was given up.");
  const what = `${method} ${path.split("?", 1)[0]}`;
  if (isAborted) return new ParleyError("TIMEOUT", `${what}: no answer in time. Try again.`);
  return new ParleyError("NETWORK_ERROR", `${what}: the server cannot be reached. Try again.`, {
    cause: error,
  });
}
