/**
 * Preloaded into the server under test (`bun --preload`): asks for a turn of the loop every 5 ms and writes the longest
 * that one came too late, in milliseconds, to the file named by PARLEY_BENCH_LOOP_FILE. A new round begins when the
 * file is gone.
 */
import { existsSync, writeFileSync } from "node:fs";

const path = process.env.PARLEY_BENCH_LOOP_FILE;
const everyMs = 5;
let longest = 0;
let last = performance.now();

if (path !== undefined) {
  setInterval(() => {
    const now = performance.now();
    const late = now - last - everyMs;
    last = now;
    if (late <= longest) return;
    longest = late;
  }, everyMs).unref();
  setInterval(() => {
    if (!existsSync(path)) longest = 0;
    writeFileSync(path, String(longest));
  }, 250).unref();
}
