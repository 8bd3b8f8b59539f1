import { unavailable } from "../errors.ts";
import { limits } from "../limits.ts";

/** First come, first served; refuses with UNAVAILABLE once `limits.queuedWrites` are waiting. */
export class Mutex {
  #held = false;
  #waiting: (() => void)[] = [];

  acquire(): Promise<void> | undefined {
    if (!this.#held) {
      this.#held = true;
      return undefined;
    }
    if (this.#waiting.length >= limits.queuedWrites) {
      return Promise.reject(unavailable("The database has too much to do. Try again in a second."));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next();
  }
}
