import { contentOf, type History, type StoredMessage } from "../history.ts";
import { type CheckedHistory, checkHistory } from "../history-checker.ts";
import { waitFor } from "../machine/waiting.ts";
import type { SeededRandom } from "../seeded-random.ts";
import {
  type Account,
  type ApiAnswer,
  type Endpoint,
  findWrongCounters,
  postMessage,
  readStored,
  renewTokens,
} from "./chat-api.ts";
import { type Ground, type GroundConversation, observerOf, type Position } from "./ground.ts";
import { numberOf, textOf } from "./json-reading.ts";
import { isRefusalForGood, type SendOutcome, Subscriber } from "./subscriber.ts";

export interface LoadOptions {
  ground: Ground;
  endpoint: Endpoint;
  history: History;
  random: SeededRandom;
  /** Messages a second over all conversations; 200 when not given. */
  rate?: number;
  /** Sockets of each account (the observer has one); 5 when not given: 201 in all. */
  socketsEach?: number;
  /** Sockets that drop and resume by their own will, a second; 3 when not given. */
  dropsPerSecond?: number;
  /** Share of unknown attempts that are tried again with the same key; 0.7 when not given. */
  retryShare?: number;
  /** Characters of padding per message, at most; 120 when not given. */
  padding?: number;
}

/** How an attempt went, for judging latencies and refusals. */
export interface Attempt {
  sentMs: number;
  tookMs: number;
  via: "socket" | "rest";
  result: SendOutcome["result"];
  reason: string;
  /** Only REST answers that were refused carry it. */
  retryAfter: string | null;
}

interface Send {
  key: string;
  conversation: GroundConversation;
  sender: Account;
  content: string;
  attempt: number;
  dueMs: number;
}

export interface SettledLoad {
  checked: CheckedHistory;
  stored: Map<string, StoredMessage[]>;
  /** The checker's faults and wrong counters, as lines for a person. */
  faults: string[];
}

const attemptLimitMs = 15_000;

/**
 * People who talk: messages at a steady rate in random conversations, three quarters over sockets and the rest over
 * REST, subscribers that resume after every cut, and unknown sends that are repeated with their key.
 */
export class ChatLoad {
  readonly attempts: Attempt[] = [];
  readonly subscribers: Subscriber[] = [];
  private readonly options: Required<LoadOptions>;
  private readonly followed = new Map<string, Map<string, number>>();
  private readonly retries: Send[] = [];
  private inFlight = 0;
  private sent = 0;
  private paceTimer: ReturnType<typeof setInterval> | null = null;
  private retryTimer: ReturnType<typeof setInterval> | null = null;

  constructor(options: LoadOptions) {
    this.options = {
      rate: 200,
      socketsEach: 5,
      dropsPerSecond: 3,
      retryShare: 0.7,
      padding: 120,
      ...options,
    };
    const { ground, history, endpoint, socketsEach } = this.options;
    for (const [index, account] of ground.accounts.entries()) {
      const seen = new Map<string, Position>();
      for (const conversation of ground.conversations) {
        const position = ground.positions.get(conversation.id);
        if (position && conversation.members.includes(account)) seen.set(conversation.id, position);
      }
      for (let socket = 0; socket < (index === 0 ? 1 : socketsEach); socket += 1) {
        const name = `${account.username}.${socket}`;
        this.subscribers.push(new Subscriber(name, account, { endpoint, history, seen }));
        this.followed.set(name, new Map([...seen].map(([id, position]) => [id, position.seq])));
      }
    }
  }

  /** Connects all subscribers, waits until each is live, then begins to send. */
  async start(): Promise<void> {
    for (const subscriber of this.subscribers) subscriber.start();
    await this.waitUntilLive(10_000);
    this.resumeSending();
    this.retryTimer = setInterval(() => this.sendRetries(), 20);
  }

  /** All subscribers connected and resumed. */
  async waitUntilLive(limitMs: number): Promise<void> {
    await waitFor("every subscriber live", limitMs, () =>
      this.subscribers.every((subscriber) => subscriber.live),
    );
  }

  /** Sends no new messages until `resumeSending`; repeats of unknown ones go on. */
  pauseSending(): void {
    if (this.paceTimer) clearInterval(this.paceTimer);
    this.paceTimer = null;
  }

  resumeSending(): void {
    if (this.paceTimer) return;
    const began = performance.now();
    const sentBefore = this.sent;
    this.paceTimer = setInterval(() => {
      const due = ((performance.now() - began) / 1_000) * this.options.rate - (this.sent - sentBefore);
      for (let count = Math.min(Math.floor(due), 20); count > 0; count -= 1) this.sendOne();
      if (this.options.random.chance(this.options.dropsPerSecond * 0.005)) {
        this.options.random.pick(this.subscribers).drop();
      }
    }, 5);
  }

  /** Sockets are dropped no more, so that latencies can be compared. */
  stopDrops(): void {
    this.options.dropsPerSecond = 0;
  }

  /** Ends everything at once, without a judgement. */
  stop(): void {
    this.pauseSending();
    if (this.retryTimer) clearInterval(this.retryTimer);
    for (const subscriber of this.subscribers) subscriber.stop();
  }

  /**
   * Stops sending, repeats the unknown sends until each has its answer, waits for the streams, reads everything back
   * and judges the run. The server must be up.
   */
  async settle(limitMs = 20_000): Promise<SettledLoad> {
    this.pauseSending();
    await waitFor("the last answers", limitMs, () => this.inFlight === 0 && this.retries.length === 0);
    const stored = await this.readBack();
    await this.waitForStreams(stored).catch(() => undefined);
    this.stop();
    const checked = this.check(stored);
    const wrong = await findWrongCounters(this.options.endpoint, this.options.ground.accounts, stored);
    return {
      checked,
      stored,
      faults: [...checked.faults.map((fault) => `${fault.kind}: ${fault.detail}`), ...wrong],
    };
  }

  /** Judges what `stored` holds against the history so far. */
  check(stored: Map<string, StoredMessage[]>): CheckedHistory {
    return checkHistory({
      records: this.options.history.records,
      stored,
      seqBefore: this.seqsBefore(),
      followed: this.followed,
    });
  }

  /**
   * Judges what a copy of the database holds that was begun when the history had reached `position`: everything
   * acknowledged before is due, nothing else. Streams are no part of it.
   */
  checkCopy(stored: Map<string, StoredMessage[]>, position: number): CheckedHistory {
    return checkHistory({
      records: this.options.history.records.map((record) =>
        record.kind === "delivered" ? { kind: "mark", name: "delivered" } : record,
      ),
      stored,
      seqBefore: this.seqsBefore(),
      followed: new Map(),
      acknowledgedBefore: position,
    });
  }

  private seqsBefore(): Map<string, number> {
    return new Map([...this.options.ground.positions].map(([id, position]) => [id, position.seq]));
  }

  /** Every stored message, as the observer pages through it. */
  async readBack(): Promise<Map<string, StoredMessage[]>> {
    const { ground, endpoint } = this.options;
    const ids = ground.conversations.map((conversation) => conversation.id);
    return await readStored(endpoint, observerOf(ground), ids);
  }

  private async waitForStreams(stored: Map<string, StoredMessage[]>): Promise<void> {
    const latest = new Map([...stored].map(([id, messages]) => [id, messages[0]?.seq ?? 0]));
    const isAtEnd = (subscriber: Subscriber) =>
      [...subscriber.seen].every(([id, position]) => position.seq >= (latest.get(id) ?? 0));
    await waitFor("the streams' end", 10_000, () => this.subscribers.every(isAtEnd));
  }

  private sendOne(): void {
    const { ground, random, endpoint } = this.options;
    if (endpoint.url === null) {
      this.sent += 1;
      return;
    }
    const conversation = random.pick(ground.conversations);
    this.sent += 1;
    const key = `k${this.sent}-${random.between(0, 2 ** 30).toString(36)}`;
    const content = contentOf(key, random.between(0, this.options.padding));
    const send = {
      key,
      conversation,
      sender: random.pick(conversation.members),
      content,
      attempt: 1,
      dueMs: 0,
    };
    void this.attempt(send);
  }

  private sendRetries(): void {
    if (this.options.endpoint.url === null) return;
    const now = performance.now();
    for (const send of this.retries.splice(0).sort((a, b) => a.dueMs - b.dueMs)) {
      if (send.dueMs > now) this.retries.push(send);
      else void this.attempt(send);
    }
  }

  private async attempt(send: Send): Promise<void> {
    const { random } = this.options;
    const own = this.subscribers.filter(
      (subscriber) => subscriber.account === send.sender && subscriber.live,
    );
    const socket = own.length > 0 && random.chance(0.75) ? random.pick(own) : null;
    const began = performance.now();
    this.inFlight += 1;
    this.options.history.add({
      kind: "invoke",
      key: send.key,
      attempt: send.attempt,
      conversationId: send.conversation.id,
      senderId: send.sender.userId,
      connection: socket?.connection ?? null,
    });
    const { outcome, retryAfter } = socket
      ? await this.attemptBySocket(send, socket)
      : await this.attemptByRest(send);
    this.inFlight -= 1;
    this.attempts.push({
      sentMs: began,
      tookMs: performance.now() - began,
      via: socket ? "socket" : "rest",
      result: outcome.result,
      reason: outcome.result === "ok" ? "" : outcome.reason,
      retryAfter,
    });
    if (outcome.result !== "unknown") return;
    if (send.attempt > 1 || random.chance(this.options.retryShare)) {
      this.retries.push({
        ...send,
        attempt: send.attempt + 1,
        dueMs: performance.now() + random.between(50, 400),
      });
    }
  }

  private async attemptBySocket(send: Send, socket: Subscriber) {
    const timer = setTimeout(() => socket.giveUp(send.key, "no answer"), attemptLimitMs);
    const outcome = await socket.send({ ...send, conversationId: send.conversation.id });
    clearTimeout(timer);
    return { outcome, retryAfter: null };
  }

  private async attemptByRest(send: Send): Promise<{ outcome: SendOutcome; retryAfter: string | null }> {
    const { endpoint, history } = this.options;
    const { key, attempt, sender } = send;
    const end = (result: "fail" | "unknown", reason: string): SendOutcome => {
      history.add({ kind: result, key, attempt, reason });
      return { result, reason };
    };
    let answer: ApiAnswer;
    try {
      answer = await postMessage(endpoint, sender, { ...send, conversationId: send.conversation.id });
    } catch (failure) {
      return { outcome: end("unknown", String(failure)), retryAfter: null };
    }
    if (answer.status === 200 || answer.status === 201) {
      const { data } = answer;
      history.add({
        kind: "ok",
        key,
        attempt,
        messageId: textOf(data, "message_id"),
        seq: numberOf(data, "seq"),
      });
      return { outcome: { result: "ok" }, retryAfter: null };
    }
    if (answer.status === 401) await renewTokens(endpoint, sender).catch(() => undefined);
    const code = answer.code ?? `status ${answer.status}`;
    const isOpen = answer.status >= 500 || !isRefusalForGood(code);
    return { outcome: end(isOpen ? "unknown" : "fail", code), retryAfter: answer.retryAfter };
  }
}
