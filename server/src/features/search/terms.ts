/** Text as search compares it: tokens without case and accents, the same in the index, in questions and in hits. */

export interface Token {
  text: string;
  /** UTF-16 units in the folded text. */
  start: number;
  end: number;
  /** Of a script that writes no spaces: the token is two neighbouring characters, or the last one alone. */
  isDense: boolean;
}

const beyondAscii = /[^\p{ASCII}]/u;

export function isAscii(text: string): boolean {
  return !beyondAscii.test(text);
}

const accents = /[\u0300-\u036f]/g;
/** Letters that Unicode does not take apart, as people without them on their keyboard write them. */
const plainLetters: Readonly<Record<string, string>> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ς: "σ",
};
const odd = /[øłđðħıßæœς]/g;

/** Lower case, without accents and differences of width. */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(accents, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(accents, "")
    .replace(odd, (letter) => plainLetters[letter] ?? letter);
}

const words = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
const denseScripts =
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}ー々";
const anyDense = new RegExp(`[${denseScripts}]`, "u");
const pieces = new RegExp(`[${denseScripts}]+|[^${denseScripts}]+`, "gu");
/** Longer words are compared by their beginning. */
export const tokenLength = 100;

export function tokensOf(folded: string): Token[] {
  if (isAscii(folded)) return plainTokensOf(folded);
  const tokens: Token[] = [];
  for (const match of folded.matchAll(words)) {
    const [word] = match;
    if (word.charCodeAt(0) < 0x0e00 && !anyDense.test(word)) addWord(tokens, word, match.index);
    else {
      for (const piece of word.matchAll(pieces)) {
        const at = match.index + piece.index;
        if (anyDense.test(piece[0])) addDense(tokens, piece[0], at);
        else addWord(tokens, piece[0], at);
      }
    }
  }
  return tokens;
}

/** Of ASCII: character by character, which takes two thirds of the time of an expression. */
function plainTokensOf(folded: string): Token[] {
  const tokens: Token[] = [];
  let start = -1;
  for (let at = 0; at <= folded.length; at++) {
    const unit = folded.charCodeAt(at);
    const isWord = (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57);
    if (isWord && start < 0) start = at;
    else if (!isWord && start >= 0) {
      addWord(tokens, folded.slice(start, at), start);
      start = -1;
    }
  }
  return tokens;
}

function addWord(tokens: Token[], word: string, start: number): void {
  const text = word.length > tokenLength ? word.slice(0, tokenLength) : word;
  tokens.push({ text, start, end: start + word.length, isDense: false });
}

/** Each character with the one after it, the last one alone: any stretch of the run is then a phrase of tokens. */
function addDense(tokens: Token[], run: string, start: number): void {
  const characters = [...run];
  let at = start;
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1] ?? "";
    tokens.push({
      text: character + next,
      start: at,
      end: at + character.length + next.length,
      isDense: true,
    });
    at += character.length;
  }
}

/** The least part of a word that is found. */
export const partLength = 3;

/** Every three neighbouring characters of the word, so that its parts can be found. */
export function trigramsOf(word: string): string[] {
  const trigrams: string[] = [];
  if (isAscii(word)) {
    for (let at = partLength; at <= word.length; at++) trigrams.push(word.slice(at - partLength, at));
    return trigrams;
  }
  const characters = [...word];
  for (let at = 0; at + partLength <= characters.length; at++) {
    trigrams.push(characters.slice(at, at + partLength).join(""));
  }
  return trigrams;
}

/** What an index with places keeps of a message. */
interface IndexedText {
  words: string[];
  /** Of words longer than a trigram; those of one word stand together. */
  trigrams: string[];
}

export function indexedText(content: string): IndexedText {
  const tokens = tokensOf(foldText(content));
  return {
    words: tokens.map((token) => token.text),
    trigrams: tokens.flatMap((token) =>
      token.isDense || token.text.length <= partLength ? [] : trigramsOf(token.text),
    ),
  };
}
