import { limits } from "../../platform/limits.ts";

const known = /^\p{RGI_Emoji}$/v;
/** Emoji newer than this program's Unicode: the code points that Unicode keeps free for them. */
const later =
  /^\p{Extended_Pictographic}[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}\u{200D}\u{E0020}-\u{E007F}]*$/v;
const presentation = "\u{FE0F}";
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The emoji in its one spelling (❤ and ❤️ are the same one), or null for what is no single emoji.
 * Any emoji of Unicode will do, also with skin tones, of families and of flags.
 */
export function readEmoji(given: string): string | null {
  if (given.length === 0 || given.length > limits.emojiLength) return null;
  if (known.test(given)) return given;
  if (known.test(given + presentation)) return given + presentation;
  const isOne = [...graphemes.segment(given)].length === 1;
  return isOne && later.test(given) ? given : null;
}
