import type { Reachable } from "./caller.ts";

/** Engine.IO as the protocol says it (revision 4), by hand: for what no client would send. */

export const separator = "\x1e";

export interface Opening {
  sid: string;
  upgrades: string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
}

interface EngineAnswer {
  status: number;
  text: string;
}

/** @param query what stands behind `EIO=4&`. */
export async function engineRequest(
  app: Reachable,
  query: string,
  init: RequestInit = {},
): Promise<EngineAnswer> {
  const answer = await fetch(`${app.url}/socket.io/?${query}`, init);
  return { status: answer.status, text: await answer.text() };
}

/** A session over long polling. */
export class PollingSession {
  readonly opening: Opening;
  readonly #app: Reachable;
  #packets: string[] = [];

  private constructor(app: Reachable, opening: Opening) {
    this.#app = app;
    this.opening = opening;
  }

  static async open(app: Reachable): Promise<PollingSession> {
    const { text } = await engineRequest(app, "EIO=4&transport=polling");
    return new PollingSession(app, JSON.parse(text.slice(1)) as Opening);
  }

  get query(): string {
    return `EIO=4&transport=polling&sid=${this.opening.sid}`;
  }

  /** Packets, sent as one payload. */
  push(...packets: string[]): Promise<EngineAnswer> {
    return engineRequest(this.#app, this.query, { method: "POST", body: packets.join(separator) });
  }

  poll(): Promise<EngineAnswer> {
    return engineRequest(this.#app, this.query);
  }

  /** The next packet, polling for it if need be. */
  async next(): Promise<string> {
    while (this.#packets.length === 0) {
      const { status, text } = await this.poll();
      if (status !== 200) throw new Error(`polling answered ${status}`);
      this.#packets.push(...text.split(separator));
    }
    return this.#packets.shift() ?? "";
  }
}

/** A session, or its upgrade, over a WebSocket. */
export class WebSocketSession {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number }>;
  readonly #packets: (string | Uint8Array)[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      this.#packets.push(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer));
      this.#wake();
    });
    this.closed = new Promise((resolve) =>
      socket.addEventListener("close", ({ code }) => {
        resolve({ code });
        this.#wake();
      }),
    );
  }

  /** @param sid of a polling session to upgrade. @throws Error if the server does not take the upgrade. */
  static async open(app: Reachable, sid?: string): Promise<WebSocketSession> {
    const ofSession = sid === undefined ? "" : `&sid=${sid}`;
    return WebSocketSession.openAt(app, `EIO=4&transport=websocket${ofSession}`);
  }

  static async openAt(app: Reachable, query: string): Promise<WebSocketSession> {
    const socket = new WebSocket(`${app.url.replace("http", "ws")}/socket.io/?${query}`);
    const session = new WebSocketSession(socket);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("refused")));
    });
    return session;
  }

  send(packet: string | Uint8Array<ArrayBuffer>): void {
    this.socket.send(packet);
  }

  async next(timeoutMs = 5_000): Promise<string | Uint8Array> {
    const deadline = Date.now() + timeoutMs;
    while (this.#packets.length === 0) {
      const left = deadline - Date.now();
      if (left <= 0 || this.socket.readyState === WebSocket.CLOSED) throw new Error("no packet");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#packets.shift() ?? "";
  }
}

/** Either, with the handshake done. */
export interface EngineSession {
  send(packet: string): Promise<void>;
  /** Over a WebSocket it waits so long at most, else as long as the server lets a poll wait. */
  next(timeoutMs?: number): Promise<string>;
  /** Resolves once the server has ended the session. */
  ended(): Promise<void>;
}

export async function openSession(
  app: Reachable,
  transport: "polling" | "websocket",
): Promise<EngineSession> {
  if (transport === "polling") {
    const session = await PollingSession.open(app);
    return {
      send: async (packet) => void (await session.push(packet)),
      next: () => session.next(),
      ended: async () => {
        while ((await session.poll()).status === 200);
      },
    };
  }
  const session = await WebSocketSession.open(app);
  await session.next();
  return {
    send: async (packet) => session.send(packet),
    next: async (timeoutMs) => String(await session.next(timeoutMs)),
    ended: async () => void (await session.closed),
  };
}
