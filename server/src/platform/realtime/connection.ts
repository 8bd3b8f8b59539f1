import type { Actor } from "../http/actor.ts";
import type { CloseCode } from "./close-codes.ts";

/** What a socket carries from its upgrade on. */
export interface SocketData {
  connection: Connection;
}

/** The other end, as far as a connection uses it: Bun's WebSocket is one. */
export interface Peer {
  send(frame: string): unknown;
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  getBufferedAmount(): number;
  ping(): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** In place of a conversation, for a connection that hears only what it joins. */
export const joinsByItself = "joins by itself";

let made = 0;

/** One open socket of one session. */
export class Connection {
  readonly actor: Actor;
  /** The one conversation that it was attached to, or null: all of the user's; or `joinsByItself`. */
  readonly scope: string | null;
  /** This connection's own topic: what is published there leaves in one write with everything else of the moment. */
  readonly topic: string;
  readonly conversations = new Set<string>();
  /** Monotonic milliseconds of the last byte that the peer sent. */
  heardAt = performance.now();
  /** Monotonic milliseconds of the last ping. */
  pingedAt = 0;
  #socket: Peer | null = null;
  #closed = false;
  #waitingForDrain: (() => void)[] | null = null;

  constructor(actor: Actor, scope: string | null) {
    this.actor = actor;
    this.scope = scope;
    this.topic = `connection ${++made}`;
  }

  open(socket: Peer): void {
    this.#socket = socket;
    socket.subscribe(this.topic);
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket !== null;
  }

  /** Bytes that the peer has not taken yet. */
  get buffered(): number {
    return this.isOpen ? (this.#socket?.getBufferedAmount() ?? 0) : 0;
  }

  /** At once, behind everything published to this connection so far. */
  send(frame: string): void {
    if (this.isOpen) this.#socket?.send(frame);
  }

  /** Resolves when the peer has taken what was sent, or is gone. */
  drained(): Promise<void> {
    if (this.buffered === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waitingForDrain ??= [];
      this.#waitingForDrain.push(resolve);
    });
  }

  /** The socket's buffer is empty again. */
  drain(): void {
    const waiting = this.#waitingForDrain;
    this.#waitingForDrain = null;
    for (const resolve of waiting ?? []) resolve();
  }

  subscribe(topic: string): void {
    if (this.isOpen) this.#socket?.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    if (this.isOpen) this.#socket?.unsubscribe(topic);
  }

  ping(): void {
    if (!this.isOpen) return;
    this.pingedAt = performance.now();
    this.#socket?.ping();
  }

  /** After this nothing more is sent, whatever is published. */
  close({ code, reason }: CloseCode): void {
    if (!this.isOpen) return;
    this.#closed = true;
    this.#socket?.close(code, reason);
  }

  /** Drops a peer that does not answer. */
  terminate(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  /** The socket is gone. */
  closed(): void {
    this.#closed = true;
    this.#socket = null;
    this.drain();
  }
}
