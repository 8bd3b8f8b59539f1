import { expect, test } from "bun:test";
import { readLate, readSummary } from "./test-summary.ts";

test("counts the last block and nothing that a test printed", () => {
  const stderr = [
    "server/a.test.ts:",
    " 99 pass",
    "Ran 99 tests across 9 files. [1.00ms]",
    "(pass) a [0.13ms]",
    "",
    " 2 pass",
    " 1 skip",
    " 4 todo",
    " 3 fail",
    " 1 error",
    " 3 expect() calls",
    "Ran 10 tests across 4 files. [10.00ms]",
    "",
  ].join("\n");
  expect(readSummary(stderr)).toEqual({ passed: 2, failed: 3, skipped: 5 });
});

test("reads through colours and the «filtered out» line", () => {
  const stderr =
    "\n\u001b[32m 1 pass\u001b[0m\n 4 filtered out\n\u001b[2m 0 fail\u001b[0m\nRan 1 test across 2 files. [\u001b[1m7.00ms\u001b[0m]\n";
  expect(readSummary(stderr)).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test("counts nothing where no test ran", () => {
  expect(readSummary('Test filter "x" had no matches\n')).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test("names what passed at the second try, and nothing that failed twice", () => {
  const stderr =
    "(pass) a group > b (attempt 2) [1.00ms]\n(fail) c (attempt 2) [0.07ms]\n(pass) d [0.02ms]\n";
  expect(readLate(stderr)).toEqual(["a group > b"]);
});
