import { isObject } from "../wire/errors.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";

/** The part of the standard `WebSocket` that is used here; browsers, Bun, Node 22 and the package `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;

export interface LinkEnd {
  code: number;
  /** False: it never came as far as `hello`. */
  wasOpen: boolean;
}

export interface LinkHandlers {
  frame(frame: ServerFrame): void;
  /** Called once. */
  ended(end: LinkEnd): void;
}

export interface LinkTimes {
  helloMs: number;
  /** After this long without a sound the server is asked for one. */
  quietMs: number;
  /** … and then has this long to give it. */
  pongMs: number;
}

export const linkTimes: LinkTimes = { helloMs: 15_000, quietMs: 25_000, pongMs: 10_000 };

const openState = 1;
/** Our own code for a peer that does not answer; it goes to nobody but a server that hears again. */
const silentPeer = 4000;

/** One WebSocket from its opening to its end; notices by itself when the other side is gone. */
export class Link {
  readonly #socket: WebSocketLike;
  readonly #handlers: LinkHandlers;
  readonly #times: LinkTimes;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isGreeted = false;
  #isEnded = false;

  constructor(socket: WebSocketLike, handlers: LinkHandlers, times: LinkTimes) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#times = times;
    socket.onmessage = (event: { data: unknown }) => this.#hear(event.data);
    socket.onclose = (event: { code: number }) => this.#end(event.code);
    socket.onerror = () => undefined;
    this.#within(times.helloMs, () => this.#abandon());
  }

  get isOpen(): boolean {
    return this.#isGreeted && !this.#isEnded && this.#socket.readyState === openState;
  }

  /** @returns false when there is nobody to send it to. */
  send(frame: ClientFrame): boolean {
    if (this.#isEnded || this.#socket.readyState !== openState) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Asks at once whether the other side is still there: after a sleep, or when the network came back. */
  probe(withinMs: number): void {
    if (!this.#isGreeted || this.#isEnded) return;
    this.send({ type: "ping" });
    this.#within(withinMs, () => this.#abandon());
  }

  close(): void {
    this.#socket.close(1000);
    this.#end(1000);
  }

  #hear(data: unknown): void {
    if (this.#isEnded) return;
    const frame = typeof data === "string" ? readFrame(data) : null;
    if (frame === null) return;
    if (frame.type === "hello") this.#isGreeted = true;
    if (this.#isGreeted)
      this.#within(this.#times.quietMs, () => {
        this.probe(this.#times.pongMs);
      });
    this.#handlers.frame(frame);
  }

  /** The browser may take minutes to close a dead connection: it is over now. */
  #abandon(): void {
    this.#socket.close(silentPeer, "no answer");
    this.#end(1006);
  }

  #end(code: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#handlers.ended({ code, wasOpen: this.#isGreeted });
  }

  #within(ms: number, work: () => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(work, ms);
  }
}

function readFrame(text: string): ServerFrame | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && typeof value.type === "string" ? (value as unknown as ServerFrame) : null;
  } catch {
    return null;
  }
}
