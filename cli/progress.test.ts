import { afterAll, beforeEach, expect, spyOn, test } from "bun:test";
import { Progress } from "./progress.ts";
import { inBytes, inWords } from "./quantity.ts";

let written = "";
const stderr = spyOn(process.stderr, "write").mockImplementation((text) => {
  written += String(text);
  return true;
});
const clock = spyOn(performance, "now");
beforeEach(() => {
  written = "";
});
afterAll(() => {
  stderr.mockRestore();
  clock.mockRestore();
});

test("where somebody watches a bar grows in its line, and a line said meanwhile stands above it", () => {
  clock.mockReturnValue(0);
  const progress = new Progress(1_000, true);
  clock.mockReturnValue(500);
  progress.show(500, 10_000);
  expect(written).toBe("\r███████████████░░░░░░░░░░░░░░░ 50 %, 10,000 rows, 20,000 rows/s\u001b[K");
  written = "";
  clock.mockReturnValue(550);
  progress.show(550, 11_000);
  expect(written).toBe("");
  progress.say("line 7 left out");
  expect(written).toBe("\r\u001b[Kline 7 left out\n");
});

test("where nobody watches it writes a plain line a second", () => {
  clock.mockReturnValue(0);
  const progress = new Progress(1_000, false);
  for (let ms = 0; ms <= 2_500; ms += 100) {
    clock.mockReturnValue(ms);
    progress.show(ms / 3, ms * 10);
  }
  progress.clear();
  expect(written).toBe("33 %, 10,000 rows, 10,000 rows/s\n66 %, 20,000 rows, 10,000 rows/s\n");
});

test("quantities read as people write them", () => {
  expect([inWords(1, "message"), inWords(40_134, "message"), inWords(2, "person", "people")]).toEqual([
    "1 message",
    "40,134 messages",
    "2 people",
  ]);
  expect([inBytes(512), inBytes(1536), inBytes(3 * 1024 ** 3)]).toEqual(["512 bytes", "1.5 KiB", "3.0 GiB"]);
});
