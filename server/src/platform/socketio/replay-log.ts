import { randomUUID } from "node:crypto";
import { uptime } from "../clock.ts";

interface Entry {
  room: string;
  packet: string;
  at: number;
}

/** Characters that are kept at most, so that a busy server forgets earlier rather than grow. */
const keptCharacters = 32 * 1024 * 1024;

/**
 * What was told to rooms lately, in its one order, for clients that come back. Each packet has a number; the offset
 * that a client keeps names this life of the log and the last number that it has seen.
 */
export class ReplayLog {
  readonly #life = randomUUID().slice(0, 8);
  readonly #keptMs: number;
  /** Entries from `#first` on; those before `#gone` in the array are forgotten already. */
  #entries: Entry[] = [];
  #gone = 0;
  #first = 1;
  #characters = 0;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** The number of the latest packet. */
  get latest(): number {
    return this.#first + this.#entries.length - this.#gone - 1;
  }

  /** What a client keeps that has seen everything up to a number. */
  offsetOf(number: number): string {
    return `${this.#life}-${number}`;
  }

  /** @param packet what was sent as number `latest + 1`. */
  append(room: string, packet: string): void {
    this.#entries.push({ room, packet, at: uptime() });
    this.#characters += packet.length;
    if (this.#characters > keptCharacters) this.#forgetFirst();
  }

  /** Undefined: of another life, or so old that something after it is forgotten. */
  numberOf(offset: string): number | undefined {
    const [life, digits = ""] = offset.split("-");
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    const isKnown = life === this.#life && this.isKnown(number) && number <= this.latest;
    return isKnown ? number : undefined;
  }

  /** Whether everything after a number is still here. */
  isKnown(number: number): boolean {
    return number >= this.#first - 1;
  }

  /** Everything after a number, in order. */
  *after(number: number): Generator<{ number: number; room: string; packet: string }> {
    for (let index = this.#gone + number + 1 - this.#first; index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry !== undefined)
        yield { number: this.#first + index - this.#gone, room: entry.room, packet: entry.packet };
    }
  }

  /** Forgets what is too old. Called every few seconds. */
  trim(): void {
    const oldest = uptime() - this.#keptMs;
    while ((this.#entries[this.#gone]?.at ?? Number.POSITIVE_INFINITY) < oldest) this.#forgetFirst();
    if (this.#gone === 0) return;
    this.#entries = this.#entries.slice(this.#gone);
    this.#gone = 0;
  }

  #forgetFirst(): void {
    const entry = this.#entries[this.#gone];
    if (entry === undefined) return;
    this.#characters -= entry.packet.length;
    this.#gone++;
    this.#first++;
    if (this.#gone < 10_000) return;
    this.#entries = this.#entries.slice(this.#gone);
    this.#gone = 0;
  }
}
