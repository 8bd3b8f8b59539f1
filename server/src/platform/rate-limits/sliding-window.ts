import type { Window } from "../limits.ts";
import type { Quota } from "./rate-limits.ts";

const tidyFrom = 32;

/** The moments of one key's hits, as far back as the longest of its windows reaches. */
export class SlidingWindow {
  #times: number[] = [];
  /** Hits before this place are too old to count. */
  #first = 0;

  /** @returns milliseconds until one more fits into every window; 0: it fits now. */
  waitMs(windows: readonly Window[], at: number): number {
    this.#drop(windows, at);
    const times = this.#times;
    let wait = 0;
    for (const { most, ms } of windows) {
      // One more fits if the hit that is `most` places back has left the window.
      const place = times.length - most;
      if (place >= this.#first) wait = Math.max(wait, (times[place] ?? 0) + ms - at);
    }
    return wait;
  }

  add(at: number): void {
    this.#times.push(at);
  }

  removeLatest(): void {
    if (this.#times.length > this.#first) this.#times.pop();
  }

  note(windows: readonly Window[], at: number, quota: Quota): void {
    for (const { most, ms } of windows) {
      const oldest = this.#firstAfter(at - ms);
      const count = this.#times.length - oldest;
      const resetMs = count === 0 ? 0 : (this.#times[oldest] ?? at) + ms - at;
      quota.note(most, Math.max(0, most - count), resetMs);
    }
  }

  #firstAfter(time: number): number {
    let low = this.#first;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #drop(windows: readonly Window[], at: number): void {
    const longest = windows.reduce((ms, window) => Math.max(ms, window.ms), 0);
    const times = this.#times;
    while (this.#first < times.length && (times[this.#first] ?? 0) <= at - longest) this.#first++;
    if (this.#first < tidyFrom || this.#first * 2 < times.length) return;
    this.#times = times.slice(this.#first);
    this.#first = 0;
  }
}
