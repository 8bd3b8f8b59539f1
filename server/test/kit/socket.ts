import { randomBytes } from "node:crypto";
import { type Reachable, refuseLeak } from "./caller.ts";
import type { Person } from "./person.ts";
import { record } from "./record.ts";
import { requestHead, sendBytes } from "./wire.ts";

export type Frame = { type: string } & Record<string, unknown>;
export type Wanted = string | ((frame: Frame) => boolean);

type Auth = "header" | "subprotocol" | "ticket" | "none";

interface ConnectOptions {
  path?: string;
  query?: Record<string, string>;
  /** How the access token goes along; `none` when `query` says it all. */
  auth?: Auth;
  /** False returns as soon as the socket is open; `hello` is then undefined until it is taken with `next`. */
  hello?: boolean;
}

/** Whoever has a session, of any surface. */
type SocketOwner = Pick<Person, "accessToken" | "post">;

interface Waiter {
  wanted: Wanted;
  resolve(frame: Frame): void;
}

/** A chat connection that remembers every frame and hands each out once. */
export class TestSocket {
  /** Every frame received, in order, taken or not. */
  readonly frames: Frame[] = [];
  /** The first frame, once it was waited for. */
  hello: Frame = { type: "hello" };
  /** Settles when the connection ends, whoever ended it. */
  readonly closed: Promise<{ code: number; reason: string }>;

  readonly #socket: WebSocket;
  readonly #untaken: Frame[] = [];
  readonly #waiters = new Set<Waiter>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", (event) =>
      this.#receive(JSON.parse(refuseLeak(String(event.data))) as Frame),
    );
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", (event) => resolve({ code: event.code, reason: event.reason }));
    });
  }

  /** Opens `/v1/ws/chat` as `person` and waits for `hello`. Rejects when the upgrade is refused. */
  static async connect(
    app: Reachable,
    person: SocketOwner,
    options: ConnectOptions = {},
  ): Promise<TestSocket> {
    const url = new URL(options.path ?? "/v1/ws/chat", app.url.replace(/^http/, "ws"));
    for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
    const socket = new TestSocket(await openSocket(url, person, options.auth ?? "header"));
    await socket.#opened();
    if (options.hello !== false) socket.hello = await socket.next("hello");
    return socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The subprotocol the server chose, or "". */
  get protocol(): string {
    return this.#socket.protocol;
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendRaw(payload: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(payload);
  }

  /** Takes the first matching frame that nobody took yet, waiting for it if need be. */
  async next(wanted: Wanted, timeoutMs = 2_000): Promise<Frame> {
    const index = this.#untaken.findIndex((frame) => matches(frame, wanted));
    if (index >= 0) return this.#untaken.splice(index, 1)[0] as Frame;
    const { promise, resolve, reject } = Promise.withResolvers<Frame>();
    const waiter = { wanted, resolve };
    this.#waiters.add(waiter);
    const fail = (why: string) =>
      reject(new Error(`${why} ${describe(wanted)}; untaken: ${this.#summary()}`));
    const timer = setTimeout(() => fail(`no frame within ${timeoutMs} ms:`), timeoutMs);
    void this.closed.then(({ code }) => fail(`closed with ${code} while waiting for`));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** Asserts that no matching frame is waiting to be taken, nor arrives within `ms`. */
  async none(wanted: Wanted, ms = 150): Promise<void> {
    await Bun.sleep(ms);
    const found = this.#untaken.find((frame) => matches(frame, wanted));
    if (found) throw new Error(`expected no ${describe(wanted)}, got ${JSON.stringify(found)}`);
  }

  /** What came so far is taken by nobody any more. */
  forget(): void {
    this.#untaken.length = 0;
  }

  /** Closes with a handshake and waits for it to end. */
  async close(code = 1000): Promise<void> {
    this.#socket.close(code);
    await this.closed;
  }

  /** Drops the connection without a close frame, as a lost network does. */
  terminate(): void {
    this.#socket.terminate();
  }

  #opened(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#socket.addEventListener("open", () => resolve());
      void this.closed.then(({ code, reason }) => reject(new Error(`upgrade refused: ${code} ${reason}`)));
    });
  }

  #receive(frame: Frame): void {
    record({ kind: "frame", socket: new URL(this.#socket.url).pathname, body: frame });
    this.frames.push(frame);
    for (const waiter of this.#waiters) {
      if (!matches(frame, waiter.wanted)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(frame);
      return;
    }
    this.#untaken.push(frame);
  }

  #summary(): string {
    const shown = this.#untaken.slice(-20).map((frame) => JSON.stringify(frame).slice(0, 160));
    return shown.length === 0 ? "nothing" : shown.join(" ");
  }
}

export interface UpgradeAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Asks for an upgrade over plain TCP and answers what came, which a WebSocket client would hide. */
export async function rawUpgrade(
  app: Reachable,
  options: { headers?: Record<string, string>; query?: Record<string, string>; path?: string } = {},
): Promise<UpgradeAnswer> {
  const query = new URLSearchParams(options.query).toString();
  const target = `${options.path ?? "/v1/ws/chat"}${query === "" ? "" : `?${query}`}`;
  const head = requestHead(app, `GET ${target}`, {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...options.headers,
  });
  const { status, headers, body } = await sendBytes(app, head);
  return { status, headers, body };
}

/** A fresh single-use ticket for `?ticket=`. */
export async function takeTicket(person: SocketOwner): Promise<string> {
  const answer = await person.post<{ ticket: string; expires_at: string }>("/v1/auth/ws-ticket");
  return answer.data.ticket;
}

async function openSocket(url: URL, person: SocketOwner, auth: Auth): Promise<WebSocket> {
  if (auth === "subprotocol") return new WebSocket(url, ["bearer", person.accessToken]);
  if (auth === "header") {
    return new WebSocket(url, { headers: { authorization: `Bearer ${person.accessToken}` } });
  }
  if (auth === "ticket") url.searchParams.set("ticket", await takeTicket(person));
  return new WebSocket(url);
}

function matches(frame: Frame, wanted: Wanted): boolean {
  return typeof wanted === "string" ? frame.type === wanted : wanted(frame);
}

function describe(wanted: Wanted): string {
  return typeof wanted === "string" ? `"${wanted}"` : `a frame for ${wanted.toString().slice(0, 120)}`;
}

export async function closeAll(...sockets: TestSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.close()));
}

/** The code that it was closed with, or «open» after the two seconds in which the end of a session must be felt. */
export async function endOf(socket: TestSocket): Promise<number | "open"> {
  const code = socket.closed.then((end) => end.code);
  return await Promise.race([code, Bun.sleep(2_000).then(() => "open" as const)]);
}
