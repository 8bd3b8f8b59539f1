import { type History, keyOf } from "../history.ts";
import { type Account, type Endpoint, renewTokens } from "./chat-api.ts";
import type { Position } from "./ground.ts";
import { asObject, type JsonObject, numberOf, parseObject, textOf } from "./json-reading.ts";

export type SendOutcome = { result: "ok" } | { result: "fail" | "unknown"; reason: string };

const versionedFrames = new Set([
  "chat",
  "message_edited",
  "message_deleted",
  "reaction_added",
  "reaction_removed",
  "conversation_updated",
  "participant_added",
  "participant_updated",
  "participant_removed",
]);

const closedUnauthorized = 4401;
const upgradeRefused = 1002;

interface PendingSend {
  attempt: number;
  settle: (outcome: SendOutcome) => void;
}

/**
 * One socket of one account that comes back after every cut and resumes by version and epoch, writing each message
 * it is given into the history. It also sends, and writes how each of its attempts ended.
 */
export class Subscriber {
  readonly name: string;
  readonly account: Account;
  /** What it has seen of each conversation. */
  readonly seen: Map<string, Position>;
  /** Set from the first hello: the life of the database it resumes in. */
  epoch: string | null = null;
  private readonly endpoint: Endpoint;
  private readonly history: History;
  private readonly pending = new Map<string, PendingSend>();
  /** How often each close code ended a connection; 1002 is an upgrade that was refused. */
  readonly closes = new Map<number, number>();
  private socket: WebSocket | null = null;
  private connections = 0;
  private resumed = false;
  private stopped = false;

  constructor(
    name: string,
    account: Account,
    from: { endpoint: Endpoint; history: History; seen: ReadonlyMap<string, Position> },
  ) {
    this.name = name;
    this.account = account;
    this.endpoint = from.endpoint;
    this.history = from.history;
    this.seen = new Map([...from.seen].map(([id, position]) => [id, { ...position }]));
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    void this.keepConnected();
  }

  /** Closes for good. */
  stop(): void {
    this.stopped = true;
    this.socket?.close(1000);
  }

  /** Cuts the connection as a client does that changes networks; it comes back by itself. */
  drop(): void {
    this.socket?.terminate();
  }

  /** Connected, and told everything that it had missed. */
  get live(): boolean {
    return this.resumed && this.socket?.readyState === WebSocket.OPEN;
  }

  /** The name of the present connection, as it stands in the history. */
  get connection(): string {
    return `${this.name}#${this.connections}`;
  }

  /** Sends a chat frame. The end of the attempt is in the history before the promise says it. */
  send(message: {
    conversationId: string;
    key: string;
    attempt: number;
    content: string;
  }): Promise<SendOutcome> {
    return new Promise((settle) => {
      this.pending.set(message.key, { attempt: message.attempt, settle });
      this.socket?.send(
        JSON.stringify({
          type: "chat",
          conversation_id: message.conversationId,
          content: message.content,
          message_type: "text",
          client_message_id: message.key,
        }),
      );
    });
  }

  /** Ends an attempt that has waited too long; nothing happens when it has ended already. */
  giveUp(key: string, reason: string): void {
    this.end(key, { result: "unknown", reason });
  }

  private async keepConnected(): Promise<void> {
    let pauseMs = 20;
    while (!this.stopped) {
      const before = this.connections;
      const code = await this.connectOnce();
      if (this.stopped) return;
      pauseMs = this.connections > before ? 20 : Math.min(pauseMs * 2, 500);
      await Bun.sleep(pauseMs * (0.5 + Math.random()));
      const refused = code === closedUnauthorized || code === upgradeRefused;
      if (refused) await renewTokens(this.endpoint, this.account).catch(() => undefined);
    }
  }

  /** One connection from its opening to its end; the close code. */
  private connectOnce(): Promise<number> {
    const url = this.endpoint.url;
    if (url === null) return Promise.resolve(0);
    return new Promise((closed) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws/chat?resume=true`, {
        headers: { Authorization: `Bearer ${this.account.accessToken}` },
      });
      this.socket = socket;
      socket.onopen = () => {
        this.connections += 1;
        if (this.stopped) socket.close(1000);
      };
      socket.onmessage = (event) => this.takeText(String(event.data));
      socket.onclose = (event) => {
        this.resumed = false;
        this.closes.set(event.code, (this.closes.get(event.code) ?? 0) + 1);
        for (const key of this.pending.keys())
          this.end(key, { result: "unknown", reason: `closed ${event.code}` });
        closed(event.code);
      };
    });
  }

  private takeText(text: string): void {
    try {
      this.take(parseObject(text));
    } catch (failure) {
      const what = `${failure}`;
      this.history.add({ kind: "broken", subscriber: this.name, how: "malformed", conversationId: what });
    }
  }

  private take(frame: JsonObject): void {
    switch (frame.type) {
      case "hello":
        this.epoch ??= textOf(frame, "epoch");
        this.socket?.send(
          JSON.stringify({ type: "resume", epoch: this.epoch, conversations: this.versions() }),
        );
        break;
      case "ack":
        this.takeAck(frame);
        break;
      case "error":
        this.takeError(frame);
        break;
      case "resumed":
        this.takeResumed(frame);
        break;
      case "chat":
        this.takeChat(frame);
        break;
      default:
        if (versionedFrames.has(String(frame.type))) this.raiseVersion(frame);
    }
  }

  private versions(): Record<string, number> {
    return Object.fromEntries([...this.seen].map(([id, position]) => [id, position.version]));
  }

  private takeChat(frame: JsonObject): void {
    const conversationId = textOf(frame, "conversation_id");
    const seq = numberOf(frame, "seq");
    this.history.add({
      kind: "delivered",
      subscriber: this.name,
      connection: this.connection,
      conversationId,
      messageId: textOf(frame, "message_id"),
      seq,
      key: keyOf(textOf(frame, "content")),
    });
    this.raiseVersion(frame);
    const position = this.seen.get(conversationId);
    if (position) position.seq = Math.max(position.seq, seq);
  }

  private raiseVersion(frame: JsonObject): void {
    const position = this.seen.get(String(frame.conversation_id));
    if (position && typeof frame.version === "number")
      position.version = Math.max(position.version, frame.version);
  }

  private takeResumed(frame: JsonObject): void {
    if (frame.reset === true) {
      this.history.add({ kind: "broken", subscriber: this.name, how: "reset", conversationId: null });
      return;
    }
    for (const [conversationId, value] of Object.entries(asObject(frame.conversations))) {
      const state = asObject(value);
      const how = state.gone === true ? "gone" : state.truncated === true ? "truncated" : null;
      if (how) this.history.add({ kind: "broken", subscriber: this.name, how, conversationId });
      else this.raiseVersion({ ...state, conversation_id: conversationId });
    }
    this.resumed = true;
  }

  private takeAck(frame: JsonObject): void {
    const key = textOf(frame, "client_message_id");
    const pending = this.pending.get(key);
    this.history.add({
      kind: "ok",
      key,
      attempt: pending?.attempt ?? 0,
      messageId: textOf(frame, "message_id"),
      seq: numberOf(frame, "seq"),
    });
    this.pending.delete(key);
    pending?.settle({ result: "ok" });
  }

  private takeError(frame: JsonObject): void {
    const key = frame.client_message_id;
    if (typeof key !== "string") return;
    const code = String(frame.code);
    this.end(key, { result: isRefusalForGood(code) ? "fail" : "unknown", reason: code });
  }

  private end(key: string, outcome: { result: "fail" | "unknown"; reason: string }): void {
    const pending = this.pending.get(key);
    if (!pending) return;
    this.pending.delete(key);
    this.history.add({ kind: outcome.result, key, attempt: pending.attempt, reason: outcome.reason });
    pending.settle(outcome);
  }
}

/** Whether a refusal says that the message was not stored and never will be; a server's own trouble does not. */
export function isRefusalForGood(code: string): boolean {
  const openOutcomes = [
    "UNAVAILABLE",
    "INTERNAL_ERROR",
    "UNAUTHORIZED",
    "TOKEN_EXPIRED",
    "RATE_LIMIT_EXCEEDED",
  ];
  return !openOutcomes.includes(code);
}
