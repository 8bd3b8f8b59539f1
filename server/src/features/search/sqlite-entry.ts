import { foldText, isAscii, partLength, tokenLength, tokensOf, trigramsOf } from "./terms.ts";

/** Before the trigrams of words, so that no word is taken for one. */
export const trigramMark = "~";
const scopeMark = "#";

/** How FTS5 parts the text of an entry: at everything in ASCII that is no letter, digit or mark. */
export const entryTokenizer = `ascii tokenchars '${trigramMark}${scopeMark}'`;

/** The term that stands for a conversation: a question to few of them costs nothing for the many others. */
export function scopeOf(conversation: number): string {
  return `${scopeMark}${conversation}`;
}

/** Texts that the tokenizer must not part as they are: with our marks, or with words that are cut. */
const oddPlain = new RegExp(`[${trigramMark}${scopeMark}]|[a-z0-9]{${tokenLength + 1}}`);

/** Of an ASCII letter or digit, folded, its number from 0; -1: parts words. */
const plainUnits = Int8Array.from({ length: 128 }, (_, unit) =>
  "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(String.fromCharCode(unit)),
);
const plainUnitsInUse = 36;

/** Of each trigram of such, the number of the entry that had it last. */
const hadBy = new Uint32Array(plainUnitsInUse ** partLength);
let entries = 0;

/**
 * What an entry of the index says of some messages: their words, and the trigrams of longer ones behind a mark. FTS5
 * keeps each of them once, however often it is told; ASCII texts are told as they are, which takes a quarter of the
 * time of parting them here.
 */
export class EntryText {
  readonly #number: number;
  #text = "";

  constructor() {
    entries = (entries + 1) >>> 0 || 1;
    this.#number = entries;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  toString(): string {
    return this.#text;
  }

  add(content: string): void {
    const folded = foldText(content);
    if (isAscii(folded) && !oddPlain.test(folded)) this.#addPlain(folded);
    else for (const { text, isDense } of tokensOf(folded)) this.#addWord(text, !isDense);
  }

  #addWord(word: string, hasParts: boolean): void {
    this.addTerm(word);
    if (!hasParts || word.length <= partLength) return;
    for (const trigram of trigramsOf(word)) this.addTerm(trigramMark + trigram);
  }

  addTerm(term: string): void {
    this.#text += ` ${term}`;
  }

  #addPlain(folded: string): void {
    this.#text += ` ${folded}`;
    let length = 0;
    let trigram = 0;
    for (let at = 0; at < folded.length; at++) {
      const unit = plainUnits[folded.charCodeAt(at)] ?? -1;
      if (unit < 0) {
        length = 0;
        continue;
      }
      length++;
      const before = trigram;
      trigram = (trigram * plainUnitsInUse + unit) % hadBy.length;
      if (length <= partLength) continue;
      // Only now is it known that the word is longer than its first trigram.
      if (length === partLength + 1) this.#addTrigram(before, folded, at);
      this.#addTrigram(trigram, folded, at + 1);
    }
  }

  #addTrigram(trigram: number, folded: string, end: number): void {
    if (hadBy[trigram] === this.#number) return;
    hadBy[trigram] = this.#number;
    this.addTerm(trigramMark + folded.slice(end - partLength, end));
  }
}
