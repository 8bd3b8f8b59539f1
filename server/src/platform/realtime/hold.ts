import { limits } from "../limits.ts";
import { closeCodes } from "./close-codes.ts";
import type { Connection } from "./connection.ts";

/**
 * The frames of one conversation on their way to one connection that is catching up: they wait behind the replay, and
 * those that the replay has shown already are dropped.
 */
export class Hold {
  readonly #connection: Connection;
  #waiting: { frame: string; version: number | null }[] | null = [];
  #waitingCharacters = 0;
  #known = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  take(frame: string, version: number | null): void {
    if (this.#waiting === null) {
      if (version === null || version > this.#known) this.#connection.send(frame);
      return;
    }
    this.#waiting.push({ frame, version });
    this.#waitingCharacters += frame.length;
    if (this.#waitingCharacters > limits.readerBufferBytes) this.#connection.close(closeCodes.tooSlow);
  }

  /** From now on frames go straight through, but for those of changes up to `known`. */
  release(known: number): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    this.#known = known;
    for (const { frame, version } of waiting)
      if (version === null || version > known) this.#connection.send(frame);
  }
}
