import { LruCache } from "../cache.ts";
import { uptime } from "../clock.ts";
import { type Bucket, type RateName, rates, type Window } from "../limits.ts";
import type { Quota, RateLimits } from "./rate-limits.ts";
import { SlidingWindow } from "./sliding-window.ts";

const keysOfRate = 50_000;

/** Whole milliseconds, so that what is said in seconds is exact. */
const wholeUptime = () => Math.floor(uptime());

/** One rate's keys. */
interface Counter {
  take(key: string, at: number, quota: Quota | undefined): number;
  look(key: string, at: number, quota: Quota | undefined): number;
  giveBack(key: string): void;
}

/** As `RateLimits`, for this process alone and without waiting. */
interface LocalRateLimits extends RateLimits {
  take(rate: RateName, key: string, quota?: Quota): number;
  look(rate: RateName, key: string, quota?: Quota): number;
  giveBack(rate: RateName, key: string): void;
}

/** @param clock milliseconds that never step back. */
export function createMemoryRateLimits(clock: () => number = wholeUptime): LocalRateLimits {
  const counters = new Map(
    Object.entries(rates).map(([name, rate]) => [
      name as RateName,
      "windows" in rate ? new WindowCounter(rate.windows) : new BucketCounter(rate),
    ]),
  );
  const counterOf = (name: RateName): Counter => {
    const counter = counters.get(name);
    if (counter === undefined) throw new Error(`no rate is called ${name}`);
    return counter;
  };
  return {
    take: (rate, key, quota) => counterOf(rate).take(key, clock(), quota),
    look: (rate, key, quota) => counterOf(rate).look(key, clock(), quota),
    giveBack: (rate, key) => counterOf(rate).giveBack(key),
  };
}

class WindowCounter implements Counter {
  readonly #windows: readonly Window[];
  readonly #keys = new LruCache<string, SlidingWindow>(keysOfRate);

  constructor(windows: readonly Window[]) {
    this.#windows = windows;
  }

  take(key: string, at: number, quota: Quota | undefined): number {
    let hits = this.#keys.get(key);
    if (hits === undefined) {
      hits = new SlidingWindow();
      this.#keys.set(key, hits);
    }
    const wait = hits.waitMs(this.#windows, at);
    if (wait === 0) hits.add(at);
    if (quota !== undefined) hits.note(this.#windows, at, quota);
    return wait;
  }

  look(key: string, at: number, quota: Quota | undefined): number {
    const hits = this.#keys.get(key) ?? new SlidingWindow();
    const wait = hits.waitMs(this.#windows, at);
    if (quota !== undefined) hits.note(this.#windows, at, quota);
    return wait;
  }

  giveBack(key: string): void {
    this.#keys.get(key)?.removeLatest();
  }
}

/**
 * A token bucket as one number a key: when it will be full again (GCRA). A message costs two look-ups and no
 * allocation.
 */
class BucketCounter implements Counter {
  readonly #burst: number;
  readonly #intervalMs: number;
  readonly #fullAt = new LruCache<string, number>(keysOfRate);

  constructor({ most, ms, burst }: Bucket) {
    this.#burst = burst;
    this.#intervalMs = ms / most;
  }

  take(key: string, at: number, quota: Quota | undefined): number {
    const wait = this.#waitMs(key, at);
    if (wait === 0) this.#fullAt.set(key, Math.max(this.#fullAt.get(key) ?? 0, at) + this.#intervalMs);
    this.#note(key, at, quota);
    return wait;
  }

  look(key: string, at: number, quota: Quota | undefined): number {
    this.#note(key, at, quota);
    return this.#waitMs(key, at);
  }

  giveBack(key: string): void {
    const fullAt = this.#fullAt.get(key);
    if (fullAt !== undefined) this.#fullAt.set(key, fullAt - this.#intervalMs);
  }

  #waitMs(key: string, at: number): number {
    const debt = (this.#fullAt.get(key) ?? 0) - at;
    return Math.max(0, debt - (this.#burst - 1) * this.#intervalMs);
  }

  #note(key: string, at: number, quota: Quota | undefined): void {
    if (quota === undefined) return;
    const debt = Math.max(0, (this.#fullAt.get(key) ?? 0) - at);
    const free = Math.floor(this.#burst - debt / this.#intervalMs);
    quota.note(this.#burst, Math.max(0, free), debt);
  }
}
