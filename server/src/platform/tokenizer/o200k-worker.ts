import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { shortWords } from "./short-words.ts";
import type { CountAnswer, CountRequest } from "./tokenizer.ts";

declare const self: Worker;

/** Words such as «<|endoftext|>» are text like any other here. */
const plainText = { disallowedSpecial: new Set<string>() };

self.onmessage = ({ data: { id, text } }: MessageEvent<CountRequest>) => {
  let answer: CountAnswer;
  try {
    let count = 0;
    for (const piece of shortWords(text)) count += countTokens(piece, plainText);
    answer = { id, count };
  } catch (error) {
    answer = { id, fault: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
};
