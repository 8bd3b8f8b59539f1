import type { Question, Term } from "./question.ts";
import { foldText, isAscii, type Token, tokenLength, tokensOf } from "./terms.ts";

/** Where a term stands in a folded text. */
interface Match {
  start: number;
  end: number;
  kind: "whole" | "prefix" | "part";
}

/** What one occurrence is worth. */
const weights = { whole: 1, prefix: 0.6, part: 0.3 } as const;
/** More occurrences, and shorter messages, count more, each time less; the figures are those of BM25. */
const saturation = 1.2;
const lengthShare = 0.75;
const usualTokens = 16;
const adjacency = 0.5;

function findMatches(tokens: readonly Token[], term: Term): Match[] {
  const matches: Match[] = [];
  const width = term.tokens.length;
  for (let at = 0; at + width <= tokens.length; at++) {
    const kind = kindAt(tokens, at, term);
    const first = tokens[at];
    const last = tokens[at + width - 1];
    if (kind !== null && first !== undefined && last !== undefined) {
      matches.push({ start: first.start, end: last.end, kind });
    } else if (term.part !== null && first !== undefined && !first.isDense) {
      const place = first.text.indexOf(term.part);
      if (place < 0) continue;
      const start = first.start + place;
      matches.push({ start, end: start + term.part.length, kind: "part" });
    }
  }
  return matches;
}

function kindAt(tokens: readonly Token[], at: number, term: Term): "whole" | "prefix" | null {
  const last = term.tokens.length - 1;
  for (let index = 0; index < last; index++) if (tokens[at + index]?.text !== term.tokens[index]) return null;
  const found = tokens[at + last]?.text;
  const asked = term.tokens[last] ?? "";
  if (found === asked) return "whole";
  return term.isPrefix && found?.startsWith(asked) === true ? "prefix" : null;
}

/** One question, to be looked for in many texts. */
export class Matcher {
  readonly #question: Question;
  readonly #plain: RegExp[];

  constructor(question: Question) {
    this.#question = question;
    this.#plain = question.wanted.map(plainPattern);
  }

  /** Whether a text has all that is wanted somewhere, be it within other words. */
  mayAnswer(content: string): boolean {
    const folded = foldText(content);
    return this.#question.wanted.every((term) => term.tokens.every((token) => folded.includes(token)));
  }

  /**
   * How well a message answers, from its own text alone, so that it stays the same while others are written. 0: not at
   * all (an index that knows only what its neighbours say too may have thought so).
   */
  rankOf(content: string): number {
    const { wanted, unwanted } = this.#question;
    if (isAscii(content) && !this.#plain.every((pattern) => pattern.test(content))) return 0;
    const tokens = tokensOf(foldText(content));
    if (unwanted.some((term) => findMatches(tokens, term).length > 0)) return 0;
    const length = 1 - lengthShare + (lengthShare * tokens.length) / usualTokens;
    let rank = 0;
    let end = -1;
    for (const term of wanted) {
      const matches = findMatches(tokens, term);
      const [first] = matches;
      if (first === undefined) return 0;
      const worth = matches.reduce((sum, match) => sum + weights[match.kind], 0);
      rank += (worth * (saturation + 1)) / (worth + saturation * length);
      if (end >= 0 && matches.some(({ start }) => start >= end && start - end <= 2)) rank += adjacency;
      end = first.end;
    }
    return Math.round(rank * 10_000) / 10_000;
  }

  /** The part of the message around its first hits, as HTML: hits in `<mark>`, everything else escaped. */
  snippetOf(content: string): string {
    const { folded, places } = foldedWithPlaces(content);
    const tokens = tokensOf(folded);
    const ranges = this.#question.wanted
      .flatMap((term) => findMatches(tokens, term))
      .map(({ start, end }) => ({ start: places[start] ?? 0, end: places[end] ?? content.length }))
      .toSorted((a, b) => a.start - b.start || b.end - a.end);
    const { from, to } = stretch(content, ranges[0]?.start ?? 0);
    let html = from > 0 ? "…" : "";
    let at = from;
    for (const { start, end } of ranges) {
      if (start < at || end > to) continue;
      html += `${escaped(content.slice(at, start))}<mark>${escaped(content.slice(start, end))}</mark>`;
      at = end;
    }
    return html + escaped(content.slice(at, to)) + (to < content.length ? "…" : "");
  }
}

/**
 * An ASCII text without it has no match of the term. That is known a tenth of the time after which `findMatches` knows,
 * and most texts with the words of a phrase do not have the phrase.
 */
function plainPattern({ tokens, isPrefix, part }: Term): RegExp {
  if (part !== null) return new RegExp(part, "i");
  const isCut = tokens.some((token) => token.length >= tokenLength);
  if (isCut) return /(?:)/;
  const words = tokens.join("[^a-z0-9]+");
  return new RegExp(`(?<![a-z0-9])${words}${isPrefix ? "" : "(?![a-z0-9])"}`, "i");
}

const snippetLength = 200;
const before = 60;

/** Begins at a word, and takes no character apart. */
function stretch(content: string, hit: number): { from: number; to: number } {
  let from = 0;
  if (content.length > snippetLength && hit > before) {
    const space = content.slice(hit - before, hit).search(/\s/);
    from = space < 0 ? hit - before : hit - before + space + 1;
  }
  let to = Math.min(content.length, from + snippetLength);
  if (isLowSurrogate(content, from)) from--;
  if (isLowSurrogate(content, to)) to++;
  return { from, to };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The folded text, and for each of its units (and its end) where that stands in the original. */
function foldedWithPlaces(content: string): { folded: string; places: number[] } {
  const places: number[] = [];
  let folded = "";
  let at = 0;
  for (const character of content) {
    const piece = foldText(character);
    for (let unit = 0; unit < piece.length; unit++) places.push(at);
    folded += piece;
    at += character.length;
  }
  places.push(content.length);
  return { folded, places };
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
