import { backoffMs } from "../platform/backoff.ts";
import { ParleyError } from "../wire/errors.ts";
import type { OutboxEntry } from "./outbox-store.ts";

interface SenderOptions {
  /** The first message of the conversation that is neither sent nor failed. */
  waiting(conversationId: string): OutboxEntry | undefined;
  /** @throws ParleyError. */
  deliver(entry: OutboxEntry): Promise<NonNullable<OutboxEntry["message"]>>;
  changed(entry: OutboxEntry): Promise<void>;
}

/** Conversations that are served at once; within one, a message waits for the one before it. */
const conversationsAtOnce = 4;
/** A fault of the server that comes back so often is this message's own. */
const faultsAtMost = 8;

/** Sends what waits, a conversation at a time in order, and tries again for as long as that may help. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #working = new Set<string>();
  readonly #queued = new Set<string>();
  /** Ends the wait of each conversation that waits for a better moment. */
  readonly #sleepers = new Map<string, () => void>();
  #isRunning = false;
  /** Work begun in an earlier term must not go on in a later one. */
  #term = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
  }

  stop(): void {
    this.#isRunning = false;
    this.#term++;
    this.#working.clear();
    this.#queued.clear();
    for (const wake of [...this.#sleepers.values()]) wake();
  }

  /** Something of this conversation may have to be sent. One that waits goes on waiting. */
  wake(conversationId: string): void {
    if (!this.#isRunning || this.#working.has(conversationId)) return;
    if (this.#working.size >= conversationsAtOnce) {
      this.#queued.add(conversationId);
      return;
    }
    this.#working.add(conversationId);
    void this.#work(conversationId, this.#term);
  }

  /** Trying again makes sense now, for all of them. */
  wakeAll(conversationIds: Iterable<string>): void {
    for (const wake of [...this.#sleepers.values()]) wake();
    for (const id of conversationIds) this.wake(id);
  }

  async #work(conversationId: string, term: number): Promise<void> {
    let failures = 0;
    while (term === this.#term) {
      const entry = this.#options.waiting(conversationId);
      if (entry === undefined) break;
      const isDone = await this.#attempt(entry, term, failures);
      if (isDone === "stop") break;
      failures = isDone ? 0 : failures + 1;
    }
    if (term !== this.#term) return;
    this.#working.delete(conversationId);
    const [next] = this.#queued;
    if (next === undefined) return;
    this.#queued.delete(next);
    this.wake(next);
  }

  /** @returns true when the message is sent or has failed for good. */
  async #attempt(entry: OutboxEntry, term: number, failures: number): Promise<boolean | "stop"> {
    const trying: OutboxEntry = { ...entry, state: "sending", attempts: entry.attempts + 1 };
    await this.#options.changed(trying);
    try {
      const message = await this.#options.deliver(trying);
      await this.#options.changed({ ...trying, state: "sent", message });
      return true;
    } catch (thrown) {
      if (term !== this.#term) return "stop";
      const error = asParleyError(thrown);
      if (error.status === 401 || error.code === "SIGNED_OUT") {
        await this.#options.changed({ ...trying, state: "queued" });
        return "stop";
      }
      if (!isWorthRetrying(error, failures)) {
        const { code, message, status } = error;
        await this.#options.changed({ ...trying, state: "failed", error: { code, message, status } });
        return true;
      }
      await this.#options.changed({ ...trying, state: "queued" });
      if (term === this.#term) await this.#sleep(entry.conversation_id, error, failures);
      return false;
    }
  }

  #sleep(conversationId: string, error: ParleyError, failures: number): Promise<void> {
    const ms = Math.max((error.retryAfter ?? 0) * 1_000, backoffMs(failures));
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(conversationId);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.set(conversationId, wake);
    });
  }
}

function isWorthRetrying(error: ParleyError, failures: number): boolean {
  if (error.code === "INTERNAL_ERROR") return failures + 1 < faultsAtMost;
  return error.isTemporary || error.code === "ABORTED";
}

function asParleyError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown;
  return new ParleyError("NETWORK_ERROR", "The message could not be sent.", { cause: thrown });
}
