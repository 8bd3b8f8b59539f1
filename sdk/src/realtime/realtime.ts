import { backoffMs } from "../platform/backoff.ts";
import { ParleyError } from "../wire/errors.ts";
import type { ConnectionState, RealtimeEvent } from "./events.ts";
import type { AckFrame, ClientFrame, ResumedFrame, ServerFrame } from "./frames.ts";
import { Link, type LinkEnd, type LinkTimes, type WebSocketConstructor } from "./link.ts";
import type { Network } from "./network.ts";
import { PendingSends } from "./pending-sends.ts";
import { observe, resumeEntriesAtMost } from "./resume.ts";
import type { Versions } from "./versions.ts";

export interface RealtimeOptions {
  /** `ws://…/v1/ws/chat` or `wss://…`. */
  socketUrl: string;
  WebSocket: WebSocketConstructor | null;
  versions: Versions;
  network: Network;
  times: LinkTimes;
  /** @throws ParleyError; 401 means that there is no session any more. */
  takeTicket(): Promise<string>;
  /** The server says that this session is over. */
  sessionEnded(sessionId: string | null): void;
  emit(event: ServerFrame | RealtimeEvent): void;
}

/** Codes of docs/reference/errors.md that are not just a lost connection. */
const closed = { restarting: 1012, sessionEnded: 4401, tooSlow: 4408 } as const;
const restartSpreadMs = 1_000;
const tooSlowSpreadMs = 250;
const wakeProbeMs = 4_000;
const resumedWithinMs = 60_000;

/** The socket that stays: connects, comes back after every loss, and makes up for what was missed. */
export class Realtime {
  readonly #options: RealtimeOptions;
  readonly #pending = new PendingSends();
  #link: Link | null = null;
  #isWanted = false;
  /** Grows with each attempt and each end, so that what belongs to an earlier one is known. */
  #attempt = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #state: ConnectionState = { status: "offline" };
  #sessionId: string | null = null;
  /** Known conversations that the `resume` had no room for. */
  #unnamed: Set<string> = new Set();
  /** The epoch of the database behind this connection. */
  #nextEpoch = "";
  #stopListening: (() => void) | null = null;

  constructor(options: RealtimeOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Frames can be sent and will be answered. */
  get isOpen(): boolean {
    return this.#link?.isOpen === true;
  }

  /**
   * Connects and stays connected until `disconnect` or the end of the session; `connection` events tell how it goes.
   * @throws ParleyError where this runtime has no WebSocket and none was given.
   */
  connect(): void {
    if (this.#options.WebSocket === null) {
      throw new ParleyError(
        "MISUSE",
        "This runtime has no WebSocket. Give one to the client: new ParleyClient({ url, WebSocket }).",
      );
    }
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#failures = 0;
    this.#stopListening = this.#options.network.listen({
      online: () => this.#wake(),
      offline: () => this.#link?.probe(wakeProbeMs),
      visible: () => this.#wake(),
    });
    void this.#open();
  }

  /** Says goodbye. What was missed comes with the next `connect`. */
  disconnect(): void {
    this.#stop();
    this.#show({ status: "offline" });
  }

  /** @returns false when not connected: nothing was sent. */
  send(frame: ClientFrame): boolean {
    return this.isOpen && this.#link?.send(frame) === true;
  }

  /** @returns false when not connected. Typing, marks and presence are worth nothing later, so nothing waits. */
  typing(conversationId: string, isTyping = true): boolean {
    return this.send({ type: "typing", conversation_id: conversationId, is_typing: isTyping });
  }

  read(conversationId: string, seq: number): boolean {
    return this.send({ type: "read", conversation_id: conversationId, seq });
  }

  delivered(conversationId: string, seq: number): boolean {
    return this.send({ type: "delivered", conversation_id: conversationId, seq });
  }

  presence(online: boolean): boolean {
    return this.send({ type: "presence", online });
  }

  /**
   * Sends a message over the socket and waits for its `ack`.
   * @throws ParleyError NETWORK_ERROR or TIMEOUT where it may have arrived or not; else the server's refusal.
   */
  chat(frame: ChatCommand, timeoutMs: number): Promise<AckFrame> {
    const answer = this.#pending.wait(frame.client_message_id, timeoutMs);
    if (!this.send(frame)) this.#pending.refuse(frame.client_message_id, lost());
    return answer;
  }

  async #open(): Promise<void> {
    const attempt = ++this.#attempt;
    const { WebSocket, socketUrl, versions, takeTicket } = this.#options;
    if (WebSocket === null) return;
    this.#show({ status: "connecting" });
    try {
      const ticket = await takeTicket();
      if (attempt !== this.#attempt) return;
      const resumes = versions.size > 0 ? "&resume=true" : "";
      const socket = new WebSocket(`${socketUrl}?ticket=${encodeURIComponent(ticket)}${resumes}`);
      this.#link = new Link(
        socket,
        {
          frame: (frame) => this.#hear(frame),
          ended: (end) => {
            if (attempt === this.#attempt) this.#lost(end);
          },
        },
        this.#options.times,
      );
    } catch (error) {
      if (attempt === this.#attempt) this.#refused(error);
    }
  }

  #hear(frame: ServerFrame): void {
    const { versions, emit } = this.#options;
    if (frame.type === "hello") {
      this.#sessionId = frame.session_id;
      emit(frame);
      this.#resume(frame.epoch);
      return;
    }
    if (frame.type === "ack") this.#pending.resolve(frame);
    if (frame.type === "error" && frame.client_message_id !== null) this.#pending.refuseBy(frame);
    observe(versions, frame);
    emit(frame);
    if (frame.type === "resumed") this.#resumed(frame);
  }

  /** With versions the socket waits for its `resume`; without any there is nothing to make up for. */
  #resume(epoch: string): void {
    const { versions } = this.#options;
    const link = this.#link;
    const isFresh = versions.size === 0;
    this.#nextEpoch = epoch;
    versions.epoch ??= epoch;
    if (isFresh || link === null) {
      versions.epoch = epoch;
      this.#online();
      return;
    }
    const conversations = versions.latest(resumeEntriesAtMost);
    this.#unnamed = versions.others(conversations);
    link.send({ type: "resume", epoch: versions.epoch, conversations });
    const attempt = this.#attempt;
    this.#later(resumedWithinMs, () => {
      if (attempt === this.#attempt && this.#state.status !== "online") link.close();
    });
  }

  #resumed(frame: ResumedFrame): void {
    const { versions, emit } = this.#options;
    if (frame.reset === true) {
      versions.clear();
      versions.epoch = this.#nextEpoch;
      emit({ type: "reset", epoch: this.#nextEpoch });
    }
    for (const [id, standing] of Object.entries(frame.conversations ?? {})) {
      if ("gone" in standing) emit({ type: "conversation_gone", conversation_id: id });
      else if (standing.truncated === true || this.#unnamed.has(id))
        emit({ type: "conversation_truncated", conversation_id: id, standing });
    }
    this.#unnamed.clear();
    this.#online();
  }

  #online(): void {
    this.#failures = 0;
    this.#clearTimer();
    this.#show({ status: "online" });
  }

  #lost({ code, wasOpen }: LinkEnd): void {
    this.#link = null;
    this.#attempt++;
    this.#pending.refuseAll(lost());
    if (code === closed.sessionEnded) {
      this.#stop();
      this.#show({ status: "offline" });
      this.#options.sessionEnded(this.#sessionId);
    } else if (code === closed.restarting && wasOpen) this.#retryIn(Math.random() * restartSpreadMs);
    else if (code === closed.tooSlow && wasOpen) this.#retryIn(Math.random() * tooSlowSpreadMs);
    else this.#retryIn(backoffMs(this.#failures++));
  }

  #refused(error: unknown): void {
    this.#attempt++;
    const refusal = error instanceof ParleyError ? error : null;
    if (refusal?.status === 401 || refusal?.code === "SIGNED_OUT") {
      this.#stop();
      this.#show({ status: "offline" });
      return;
    }
    const asked = (refusal?.retryAfter ?? 0) * 1_000;
    this.#retryIn(Math.max(asked, backoffMs(this.#failures++)));
  }

  #retryIn(ms: number): void {
    if (!this.#isWanted) return;
    this.#show({ status: "waiting", retryAt: Date.now() + Math.round(ms) });
    this.#later(ms, () => {
      // Without a network the attempt would fail for certain: `online` wakes it.
      if (this.#options.network.isOnline()) void this.#open();
    });
  }

  /** The network or the page came back: no more waiting, and no trust in a socket that slept. */
  #wake(): void {
    if (this.#state.status === "waiting") {
      this.#clearTimer();
      this.#failures = 0;
      void this.#open();
    } else this.#link?.probe(wakeProbeMs);
  }

  #stop(): void {
    this.#isWanted = false;
    this.#attempt++;
    this.#stopListening?.();
    this.#stopListening = null;
    this.#clearTimer();
    const link = this.#link;
    this.#link = null;
    link?.close();
    this.#pending.refuseAll(lost());
  }

  #show(state: ConnectionState): void {
    if (state.status === this.#state.status && state.status !== "waiting") return;
    this.#state = state;
    this.#options.emit({ type: "connection", ...state });
  }

  #later(ms: number, work: () => void): void {
    this.#clearTimer();
    this.#timer = setTimeout(work, ms);
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

export type ChatCommand = Extract<ClientFrame, { type: "chat" }> & { client_message_id: string };

function lost(): ParleyError {
  return new ParleyError("NETWORK_ERROR", "The connection was lost. The message may have arrived or not.");
}
