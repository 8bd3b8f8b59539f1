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
  send(request: WireRequest): Promise<unknown> {
    return this.#withCredentials(request, (headers) =>
      this.#exchange(request, headers, async (response) =>
        readAnswer(response.status, await response.text()),
      ),
    );
  }

  /** @returns the answer's bytes as they come, for as long as they come. @throws ParleyError before the first. */
  stream(request: WireRequest): Promise<ReadableStream<Uint8Array>> {
    return this.#withCredentials(request, (headers) =>
      this.#exchange(request, headers, async (response): Promise<Exchanged<ReadableStream<Uint8Array>>> => {
        if (response.ok && response.body !== null) return { ok: true, data: response.body };
        return { ok: false, error: refusalOf(response.status, parse(await response.text())) };
      }),
    );
  }

  async #withCredentials<Data>(
    request: WireRequest,
    exchange: (headers: Record<string, string>) => Promise<Exchanged<Data>>,
  ): Promise<Data> {
    const credentials = this.#options.credentials();
    const headers: Record<string, string> = { accept: "application/json", ...request.headers };
    if (request.body !== undefined) headers["content-type"] = "application/json";
    const used = request.isAnonymous === true ? null : await credentials.apply(headers, request.method);
    const answer = await exchange(headers);
    if (answer.ok) return answer.data;
    const isRenewable = used !== null && renewable.has(answer.error.code);
    if (!isRenewable || !(await credentials.recover(used))) throw answer.error;
    await credentials.apply(headers, request.method);
    const second = await exchange(headers);
    if (second.ok) return second.data;
    throw second.error;
  }

  /** The deadline is for what `read` waits for; a stream that it hands on is the caller's signal's to end. */
  async #exchange<Data>(
    request: WireRequest,
    headers: Record<string, string>,
    read: (response: Response) => Promise<Exchanged<Data>>,
  ): Promise<Exchanged<Data>> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#options.timeoutMs);
    const giveUp = () => deadline.abort();
    request.signal?.addEventListener("abort", giveUp);
    if (request.signal?.aborted === true) giveUp();
    let isHandedOn = false;
    try {
      const response = await this.#options.fetch(this.#options.url + request.path, {
        method: request.method,
        headers,
        credentials: this.#options.credentials().cookies,
        signal: deadline.signal,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      const answer = await read(response);
      isHandedOn = answer.ok && answer.data instanceof ReadableStream;
      return answer;
    } catch (error) {
      throw failureOf(error, request, deadline.signal.aborted);
    } finally {
      clearTimeout(timer);
      if (!isHandedOn) request.signal?.removeEventListener("abort", giveUp);
    }
  }
}

type Exchanged<Data> = { ok: true; data: Data } | { ok: false; error: ParleyError };

function readAnswer(status: number, text: string): Exchanged<unknown> {
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
