const plainEveryMs = 1_000;
const barEveryMs = 100;
const barWidth = 30;

/** Tells on stderr how far a long task is: a bar that stays on its line, or, where nobody watches, a line a second. */
export class Progress {
  readonly #total: number;
  readonly #isWatched: boolean;
  readonly #started = performance.now();
  #shownAt = this.#started;
  #isBarShown = false;

  /** @param total what `show` counts up to, such as the bytes of a file. */
  constructor(total: number, isWatched = process.stderr.isTTY === true) {
    this.#total = Math.max(total, 1);
    this.#isWatched = isWatched;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  show(done: number, rows: number): void {
    const now = performance.now();
    if (now - this.#shownAt < (this.#isWatched ? barEveryMs : plainEveryMs)) return;
    this.#shownAt = now;
    this.#write(done, rows);
  }

  /** A line of its own, above the bar where there is one. */
  say(line: string): void {
    this.clear();
    process.stderr.write(`${line}\n`);
  }

  clear(): void {
    if (this.#isBarShown) process.stderr.write("\r\u001b[K");
    this.#isBarShown = false;
  }

  #write(done: number, rows: number): void {
    const share = Math.min(done / this.#total, 1);
    const rate = Math.round(rows / Math.max(this.seconds, 0.001)).toLocaleString("en");
    const text = `${Math.floor(share * 100)} %, ${rows.toLocaleString("en")} rows, ${rate} rows/s`;
    if (!this.#isWatched) {
      process.stderr.write(`${text}\n`);
      return;
    }
    const filled = Math.round(share * barWidth);
    process.stderr.write(`\r${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${text}\u001b[K`);
    this.#isBarShown = true;
  }
}
