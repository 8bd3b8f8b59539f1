import { limits } from "../limits.ts";

/**
 * Requests that arrive together are begun one after the other within one turn of the event loop, and nothing else gets
 * a word in: sockets, timers, answers that are ready. A hundred sign-ins at once are 100 ms of it in a process that has
 * just started. So those for which a turn has no time left wait for later turns, in the order in which they came.
 */
export class Turns {
  #begunAt: number | null = null;
  readonly #waiting: (() => void)[] = [];

  /** Null: now. Else resolves when the request's turn has come. */
  wait(): Promise<void> | null {
    const at = performance.now();
    if (this.#begunAt === null) {
      this.#begunAt = at;
      setImmediate(this.#end);
    }
    if (this.#waiting.length === 0 && at - this.#begunAt < limits.requestsTurnMs) return null;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Of those that wait one a turn: what else has become ready goes in between. */
  readonly #end = (): void => {
    this.#begunAt = null;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#begunAt = performance.now();
    setImmediate(this.#end);
    next();
  };
}
