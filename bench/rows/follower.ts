import { frameKind } from "../load/chat-frames.ts";
import {
  type Endpoint,
  type FrameListener,
  textFrame,
  type WebSocketClient,
} from "../load/websocket-client.ts";

interface Hello {
  epoch: string;
}

interface Resumed {
  reset?: boolean;
  conversations?: Record<string, { version?: number; seq?: number; truncated?: boolean; gone?: boolean }>;
}

/**
 * One participant's view of one conversation across reconnects: keeps every `seq` that came, asks for what
 * changed when it returns, and knows when it is complete.
 */
export class Follower implements FrameListener {
  readonly conversationId: string;
  /** Where to connect; the parameter is added to the query. */
  readonly endpoint: (parameters: string) => Endpoint;
  private readonly received = new Set<number>();
  private lastSeq = 0;
  private lastVersion = 0;
  private disordered = 0;
  private returning = false;
  private settleCompletion: { resolve: (at: number) => void; reject: (reason: Error) => void } | undefined;

  constructor(conversationId: string, endpoint: (parameters: string) => Endpoint) {
    this.conversationId = conversationId;
    this.endpoint = endpoint;
  }

  /** Call before the connection is opened again: from now on hello is answered with `resume`. */
  leave(): void {
    this.returning = true;
  }

  /** Resolves with the time at which `resumed` arrived and nothing was missing; rejects after the patience. */
  completed(patienceMs: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.settleCompletion = { resolve, reject };
    const overdue = setTimeout(() => reject(new Error("a connection was not complete in time")), patienceMs);
    return promise.finally(() => clearTimeout(overdue));
  }

  /** Acknowledged messages up to `acknowledgedSeq` that never came, and those that came twice or out of order. */
  faults(acknowledgedSeq: number): number {
    let missing = 0;
    for (let seq = 1; seq <= acknowledgedSeq; seq++) if (!this.received.has(seq)) missing++;
    return missing + this.disordered;
  }

  onFrame(client: WebSocketClient, bytes: Buffer, start: number, end: number): void {
    const kind = frameKind(bytes, start);
    if (kind === "chat") {
      this.hear(
        JSON.parse(bytes.toString("utf8", start, end)) as {
          conversation_id: string;
          seq: number;
          version: number;
        },
      );
    } else if (kind === "resumed") {
      this.resumed(JSON.parse(bytes.toString("utf8", start, end)) as Resumed);
    } else if (kind === "error") {
      this.settleCompletion?.reject(new Error(bytes.toString("utf8", start, end)));
    } else if (this.returning && bytes.toString("latin1", start + 9, start + 14) === "hello") {
      this.returning = false;
      const { epoch } = JSON.parse(bytes.toString("utf8", start, end)) as Hello;
      const conversations = { [this.conversationId]: this.lastVersion };
      client.write(textFrame(JSON.stringify({ type: "resume", epoch, conversations })));
    }
  }

  private hear(message: { conversation_id: string; seq: number; version: number }): void {
    if (message.conversation_id !== this.conversationId) return;
    if (message.seq !== this.lastSeq + 1) this.disordered++;
    this.lastSeq = Math.max(this.lastSeq, message.seq);
    this.lastVersion = Math.max(this.lastVersion, message.version);
    this.received.add(message.seq);
  }

  private resumed(frame: Resumed): void {
    const state = frame.conversations?.[this.conversationId];
    if (frame.reset || state === undefined || state.truncated || state.gone || state.seq === undefined) {
      this.settleCompletion?.reject(new Error(`resume was not complete: ${JSON.stringify(frame)}`));
    } else if (this.lastSeq < state.seq) {
      this.settleCompletion?.reject(
        new Error(`resumed at seq ${state.seq}, but only ${this.lastSeq} had come`),
      );
    } else {
      this.lastVersion = Math.max(this.lastVersion, state.version ?? 0);
      this.settleCompletion?.resolve(performance.now());
    }
  }
}
