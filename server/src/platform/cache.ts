/**
 * Keeps at least half of `most`, and at most `most`, of the entries that were used last.
 *
 * Two generations: an entry that is used moves to the young one; when that is full, the old one is dropped whole. So
 * nothing is ever looked for to be dropped, which a Map that is kept in order of use pays dearly once it is full.
 */
export class LruCache<Key, Value> {
  readonly #half: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(most: number) {
    this.#half = Math.max(1, Math.floor(most / 2));
  }

  get(key: Key): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined || this.#old.size === 0) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    if (this.#old.size > 0) this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  /** May be changed while it is gone through. */
  *entries(): Generator<[Key, Value]> {
    yield* this.#old.entries();
    yield* this.#young.entries();
  }
}
