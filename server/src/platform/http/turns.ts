import { limits } from "../limits.ts";

/** Begun in one turn at most, of those that wait; a turn has time for fewer as a rule. */
const begunAtMost = 64;

/**
 * Requests that arrive together are begun one after the other within one turn of the event loop, and nothing else gets
 * a word in: sockets, timers, answers that are ready. A hundred sign-ins at once are 100 ms of it in a process that has
 * just started. So those for which a turn has no time left wait for later turns, in the order in which they came.
 */
export class Turns {
  /** When the first request of this turn was begun; null: none was yet. */
  #begunAt: number | null = null;
  #isEnding = false;
  readonly #waiting: (() => void)[] = [];
  #number = 0;

  /** Tells turns apart in which requests were begun. */
  get number(): number {
    return this.#number;
  }

  /** Whether a request may begin now; else it waits. */
  hasRoom(): boolean {
    return this.#waiting.length === 0 && this.#hasTime();
  }

  /** Resolves when the request's turn has come. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #hasTime(): boolean {
    const at = performance.now();
    this.#begunAt ??= at;
    if (!this.#isEnding) {
      this.#isEnding = true;
      setImmediate(this.#end);
    }
    return at - this.#begunAt < limits.requestsTurnMs;
  }

  /** Each in an immediate of its own, so that it has run to its first wait before the clock is looked at again. */
  readonly #beginNext = (): void => {
    if (this.#waiting.length > 0 && this.#hasTime()) this.#waiting.shift()?.();
  };

  /** After the last immediate of the turn. */
  readonly #end = (): void => {
    this.#begunAt = null;
    this.#number++;
    this.#isEnding = this.#waiting.length > 0;
    if (!this.#isEnding) return;
    const most = Math.min(this.#waiting.length, begunAtMost);
    for (let count = 0; count < most; count++) setImmediate(this.#beginNext);
    setImmediate(this.#end);
  };
}
