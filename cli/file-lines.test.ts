import { expect, test } from "bun:test";
import { linesOf } from "./file-lines.ts";

/** The text in blocks of `size` bytes, so that lines and characters lie across them. */
function streamOf(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let from = 0; from < bytes.length; from += size)
        controller.enqueue(bytes.slice(from, from + size));
      controller.close();
    },
  });
}

async function read(text: string, size: number, longest = 100) {
  const lines: [number, string | null, number][] = [];
  for await (const { number, bytes, end } of linesOf(streamOf(text, size), longest)) {
    lines.push([number, bytes === null ? null : new TextDecoder().decode(bytes), end]);
  }
  return lines;
}

test("lines are the same however the file is cut into blocks", async () => {
  const text = "one\n\nthrée\r\nfour";
  const expected = [
    [1, "one", 4],
    [2, "", 5],
    [3, "thrée", 13],
    [4, "four", 17],
  ];
  for (let size = 1; size <= 20; size++) expect<unknown>(await read(text, size)).toEqual(expected);
});

test("an end of the last line makes no further line, an empty file none", async () => {
  expect(await read("one\ntwo\n", 3)).toEqual([
    [1, "one", 4],
    [2, "two", 8],
  ]);
  expect(await read("", 3)).toEqual([]);
});

test("a line that is too long is told as such, and the next one is read", async () => {
  for (const size of [1, 7, 1_000]) {
    expect(await read(`${"x".repeat(101)}\n${"y".repeat(100)}\nz`, size)).toEqual([
      [1, null, 102],
      [2, "y".repeat(100), 203],
      [3, "z", 204],
    ]);
  }
});
