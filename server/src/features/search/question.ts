import { foldText, partLength, tokensOf, trigramsOf } from "./terms.ts";

/** One thing to look for: tokens that follow each other. */
export interface Term {
  tokens: string[];
  /** The last token may go on. */
  isPrefix: boolean;
  /** The word, if its occurrence within longer words counts too. */
  part: string | null;
}

/** What somebody looks for: all of `wanted`, none of `unwanted`. */
export interface Question {
  wanted: Term[];
  unwanted: Term[];
}

const parts = /(-?)"([^"]*)("|$)|(\S+)/gu;
/** As keyboards and word processors write them. */
const otherQuotes = /[“”„‟«»＂]/g;
/** More terms than anybody types are left out. */
const termsAtMost = 24;

/**
 * Words, `"quoted phrases"` and `-word`; the last word may be the beginning of one, in quotes too while they are not
 * closed. Everything else that a search engine may give a meaning to has none here.
 */
export function readQuestion(text: string): Question {
  const question: Question = { wanted: [], unwanted: [] };
  const given = [...text.replace(otherQuotes, '"').matchAll(parts)].slice(0, termsAtMost);
  for (const [index, [, minus = "", phrase, close, word]] of given.entries()) {
    if (phrase !== undefined) {
      const term = exactTerm(phrase);
      if (minus === "-") add(question.unwanted, term);
      else add(question.wanted, { ...term, isPrefix: term.isPrefix || close === "" });
    } else if (word?.startsWith("-") === true && word.length > 1) {
      add(question.unwanted, exactTerm(word.slice(1)));
    } else if (word !== undefined) {
      add(question.wanted, wordTerm(word, index === given.length - 1));
    }
  }
  return question;
}

function add(terms: Term[], term: Term): void {
  if (term.tokens.length > 0) terms.push(term);
}

function exactTerm(text: string): Term {
  const tokens = askedTokens(text);
  return { tokens: tokens.map((token) => token.text), isPrefix: endsOpen(tokens), part: null };
}

function wordTerm(text: string, isLast: boolean): Term {
  const tokens = askedTokens(text);
  const [only] = tokens;
  const isPart = tokens.length === 1 && only !== undefined && !only.isDense && only.text.length >= partLength;
  return {
    tokens: tokens.map((token) => token.text),
    isPrefix: isLast || endsOpen(tokens),
    part: isPart ? only.text : null,
  };
}

/** As in the index, but that a run of characters at the end may be only the beginning of a longer one. */
function askedTokens(text: string) {
  const tokens = tokensOf(foldText(text));
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  const isTail = last?.isDense === true && before?.isDense === true && before.end === last.end;
  return isTail ? tokens.slice(0, -1) : tokens;
}

/** A single character of a script without spaces: it begins every pair that it is the first of. */
function endsOpen(tokens: { text: string; isDense: boolean }[]): boolean {
  const last = tokens.at(-1);
  return last?.isDense === true && [...last.text].length === 1;
}

export function trigramsOfPart(term: Term): string[] {
  return term.part === null ? [] : trigramsOf(term.part);
}
