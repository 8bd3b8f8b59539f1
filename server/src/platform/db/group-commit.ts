import { unavailable } from "../errors.ts";
import { limits } from "../limits.ts";
import { nextTurn } from "../next-turn.ts";

const worthGathering = 4;
const expectedShare = 0.8;
const waitsAtMost = 2;

/** A write that waits for its group. Its commit tells it of success; `refuse` tells it of failure. */
export interface GroupItem {
  refuse(error: unknown): void;
}

/**
 * Collects what arrives while the last group is being committed and commits it as one: each caller waits for one
 * sync, and pays for a share of it. Items are committed in the order of `add`. A group whose commit fails is refused
 * whole. With `limits.queuedWrites` waiting, the next one is refused with UNAVAILABLE at once.
 */
export class GroupCommit<Item extends GroupItem> {
  readonly #commit: (items: Item[]) => Promise<void>;
  readonly #most: number;
  #waiting: Item[] = [];
  #running = false;
  #lastSize = 0;

  /** `commit` stores all items or none, and throws in the second case. It gets at most `most` items at a time. */
  constructor(commit: (items: Item[]) => Promise<void>, most: number) {
    this.#commit = commit;
    this.#most = most;
  }

  add(item: Item): void {
    if (this.#waiting.length >= limits.queuedWrites) {
      item.refuse(unavailable("Too many writes are waiting. Send it again in a second."));
      return;
    }
    this.#waiting.push(item);
    if (this.#running) return;
    this.#running = true;
    // After the event loop has read every socket that is ready, so that they share the group.
    setImmediate(() => void this.#run());
  }

  /** Resolves once everything added so far is committed or refused. */
  async idle(): Promise<void> {
    while (this.#running) await nextTurn();
  }

  /**
   * Those who sent in the last group have just got their answers and may send again: waits for about as many, two
   * milliseconds at most. Larger groups leave each socket fewer, larger writes. Small groups are not worth a wait.
   */
  async #gather(): Promise<void> {
    const expected = this.#lastSize < worthGathering ? 0 : this.#lastSize * expectedShare;
    for (let wait = 0; wait < waitsAtMost && this.#waiting.length < expected; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#lastSize = Math.min(this.#waiting.length, this.#most);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const group = this.#waiting.splice(0, this.#most);
      try {
        await this.#commit(group);
      } catch (error) {
        for (const item of group) item.refuse(error);
      }
      if (this.#waiting.length > 0) await nextTurn();
    }
    this.#running = false;
  }
}
