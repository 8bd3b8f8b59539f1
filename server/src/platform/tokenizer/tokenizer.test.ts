import { afterAll, expect, test } from "bun:test";
import { Tokenizer } from "./tokenizer.ts";

const tokenizer = new Tokenizer();
afterAll(() => tokenizer.close());

test("counts as the published o200k encoding does", async () => {
  // Known answers of tiktoken's o200k_base.
  expect(await tokenizer.count("How should I split the auth module?")).toBe(8);
  expect(await tokenizer.count("hello world")).toBe(2);
  expect(await tokenizer.count("")).toBe(0);
  expect(await tokenizer.count("안녕하세요")).toBe(2);
});

test("takes words that mean something to a model as text", async () => {
  expect(await tokenizer.count("<|endoftext|>")).toBeGreaterThan(1);
});

test("answers concurrent counts each with its own", async () => {
  const texts = Array.from({ length: 50 }, (_, n) => " word".repeat(n + 1));
  const counts = await Promise.all(texts.map((text) => tokenizer.count(text)));
  expect(counts).toEqual(texts.map((_, n) => n + 1));
});

test("counts what was made to be slow in time, while the loop goes on", async () => {
  let longestGap = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    const at = performance.now();
    longestGap = Math.max(longestGap, at - last);
    last = at;
  }, 5);
  for (const text of ["a".repeat(100_000), " ".repeat(100_000), "漢".repeat(100_000), "!?".repeat(50_000)]) {
    expect(await tokenizer.count(text)).toBeGreaterThan(10);
  }
  clearInterval(watch);
  expect(longestGap).toBeLessThan(1_000);
}, 60_000);
