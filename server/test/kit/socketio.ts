import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { type Reachable, refuseLeak } from "./caller.ts";
import type { Person } from "./person.ts";
import type { JsonObject } from "./shapes.ts";

export type Transport = "websocket" | "polling";

interface Heard {
  event: string;
  payload: JsonObject;
}

interface Acknowledgement {
  ok: boolean;
  error?: { code: string; message: string; retryAfter?: number };
}

type Wanted = string | ((heard: Heard) => boolean);

/** A public Socket.IO client that remembers every event and hands each out once. */
export class IoClient {
  /** Every event, in order, taken or not. */
  readonly heard: Heard[] = [];
  readonly socket: Socket;
  readonly #untaken: Heard[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((event: string, payload: JsonObject) => {
      refuseLeak(JSON.stringify(payload ?? null));
      const heard = { event, payload };
      this.heard.push(heard);
      this.#untaken.push(heard);
      for (const wake of this.#waiting) wake();
    });
  }

  /** Connects as `person`; rejects with what `connect_error` says. */
  static async connect(
    app: Reachable,
    person: Person | null,
    options: Partial<ManagerOptions & SocketOptions> = {},
  ): Promise<IoClient> {
    const client = new IoClient(
      io(app.url, {
        transports: ["websocket"],
        forceNew: true,
        reconnection: false,
        auth: person === null ? {} : { token: person.accessToken },
        ...options,
      }),
    );
    await client.connected();
    return client;
  }

  async connected(timeoutMs = 5_000): Promise<void> {
    const { socket } = this;
    if (socket.connected) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("not connected in time")), timeoutMs);
      socket.once("connect", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.once("connect_error", (error) => {
        clearTimeout(timer);
        socket.disconnect();
        reject(error);
      });
    });
  }

  async disconnected(timeoutMs = 5_000): Promise<string> {
    const { socket } = this;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("still connected")), timeoutMs);
      socket.once("disconnect", (reason) => {
        clearTimeout(timer);
        resolve(reason);
      });
    });
  }

  send(event: string, ...args: unknown[]): Promise<Acknowledgement> {
    return this.socket.timeout(5_000).emitWithAck(event, ...args) as Promise<Acknowledgement>;
  }

  /** @throws Error if it is refused. */
  async join(chatId: string): Promise<void> {
    const { ok, error } = await this.send("join-chat-room", chatId);
    if (!ok) throw new Error(`join refused: ${JSON.stringify(error)}`);
  }

  /** Takes the first matching event that nobody took yet, waiting for it if need be. */
  async next(wanted: Wanted, timeoutMs = 3_000): Promise<JsonObject> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const index = this.#untaken.findIndex((heard) => matches(heard, wanted));
      const found = index === -1 ? undefined : this.#untaken.splice(index, 1)[0];
      if (found !== undefined) return found.payload;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(
          `no ${String(wanted)} in time; untaken: ${JSON.stringify(this.#untaken).slice(0, 800)}`,
        );
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  /** Asserts that no matching event waits to be taken, nor comes within `ms`. */
  async none(wanted: Wanted, ms = 200): Promise<void> {
    await Bun.sleep(ms);
    const found = this.#untaken.find((heard) => matches(heard, wanted));
    if (found) throw new Error(`expected no ${String(wanted)}, got ${JSON.stringify(found)}`);
  }

  /** What came so far is taken by nobody any more. */
  forget(): void {
    this.#untaken.length = 0;
  }

  /** What `new-message` said so far, as contents, system messages left out. */
  get texts(): string[] {
    return this.heard
      .filter(({ event }) => event === "new-message")
      .map(({ payload }) => payload.message as { content: string; type: string })
      .filter(({ type }) => type !== "system")
      .map(({ content }) => content);
  }

  /** Loses the connection as a network does. */
  drop(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }
}

function matches(heard: Heard, wanted: Wanted): boolean {
  return typeof wanted === "string" ? heard.event === wanted : wanted(heard);
}
