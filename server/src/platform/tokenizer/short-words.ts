/** Longer runs without a break are in no language, and the time to count one grows with its square. */
const longestRun = 1_000;
/** What the encoding may take as one word: letters, digits, signs, or spaces. */
const longRuns = new RegExp(
  `[\\p{L}\\p{M}]{${longestRun}}|[^\\s\\p{L}\\p{N}]{${longestRun}}|\\s{${longestRun}}`,
  "gu",
);

/**
 * The text in pieces of which each is counted quickly: only runs of over 1,000 letters, signs or spaces are cut, which
 * may count one token more a cut.
 */
export function* shortWords(text: string): Generator<string> {
  if (text.length <= longestRun) {
    yield text;
    return;
  }
  let from = 0;
  for (const match of text.matchAll(longRuns)) {
    const to = match.index + match[0].length;
    yield text.slice(from, to);
    from = to;
  }
  if (from < text.length) yield text.slice(from);
}
