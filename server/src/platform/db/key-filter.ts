const leastBits = 2 ** 23;
const mostBits = 2 ** 28;
const bitsPerKey = 16;
const probes = 4;

/**
 * A Bloom filter: tells for most absent keys that they are absent without asking the database. It never says so of a
 * key that was added; full of more keys than it was made for it only asks the database more often.
 */
export class KeyFilter {
  readonly #words: Uint32Array;
  readonly #mask: number;
  /** Until everything stored has been added, any key may be there. */
  isComplete = false;

  /** @param expected how many keys there are already. */
  constructor(expected: number) {
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, expected * 2 * bitsPerKey)));
    const bits = Math.min(mostBits, Math.max(leastBits, wanted));
    this.#words = new Uint32Array(bits / 32);
    this.#mask = bits - 1;
  }

  add(key: string): void {
    let at = Bun.hash.xxHash32(key, 1);
    const step = Bun.hash.xxHash32(key, 2) | 1;
    for (let probe = 0; probe < probes; probe++) {
      const bit = at & this.#mask;
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      at += step;
    }
  }

  mayHave(key: string): boolean {
    if (!this.isComplete) return true;
    let at = Bun.hash.xxHash32(key, 1);
    const step = Bun.hash.xxHash32(key, 2) | 1;
    for (let probe = 0; probe < probes; probe++) {
      const bit = at & this.#mask;
      if (((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      at += step;
    }
    return true;
  }
}
