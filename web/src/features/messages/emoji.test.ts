import { expect, test } from "bun:test";
import { emojiFor, emojiNamed } from "./emoji.ts";

test("a beginning finds names that begin so, short ones first, then parts of names", () => {
  const names = emojiFor("smi", 3).map(({ name }) => name);
  expect(names).toEqual(["smile", "smirk", "sweat_smile"]);
  expect(emojiFor("TAD", 6).map(({ sign }) => sign)).toEqual(["🎉"]);
  expect(emojiFor("nothing_like_it", 6)).toEqual([]);
});

test("each name means one emoji, and is written with what a name may hold", () => {
  const all = emojiFor("", 1_000);
  expect(all.length).toBeGreaterThan(200);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { name, sign } of all) {
    expect(name).toMatch(/^[a-z0-9_+-]+$/);
    expect(sign).toMatch(/^\p{Extended_Pictographic}/u);
    expect(emojiNamed(name)).toBe(sign);
  }
});
