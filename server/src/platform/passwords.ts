import { availableParallelism } from "node:os";
import { unavailable } from "./errors.ts";
import { limits } from "./limits.ts";

/** A core stays for the event loop: it would wait for as long as the kernel lets two hashes have theirs. */
const hashesAtOnce = Math.max(1, Math.min(limits.passwordHashesAtOnce, availableParallelism() - 1));

/**
 * Argon2id on the thread pool. At most `hashesAtOnce` run at a time, so that file work keeps threads;
 * at most `limits.passwordHashQueue` wait.
 * @throws AppError UNAVAILABLE beyond that.
 */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #decoy: Promise<string> | null = null;
  readonly #memoryKib: number;

  constructor(memoryKib: number) {
    this.#memoryKib = memoryKib;
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() =>
      Bun.password.hash(password, { algorithm: "argon2id", memoryCost: this.#memoryKib, timeCost: 1 }),
    );
  }

  /** With no hash (an unknown account) it takes as long and answers false. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    if (hash !== null) return this.#inTurn(() => Bun.password.verify(password, hash));
    this.#decoy ??= this.hash(crypto.randomUUID());
    const decoy = await this.#decoy;
    await this.#inTurn(() => Bun.password.verify(password, decoy));
    return false;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= hashesAtOnce) {
      if (this.#waiting.length >= limits.passwordHashQueue) {
        throw unavailable("Too many people are signing in at this moment. Try again.", 2);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
