/**
 * Preloaded into the server under test (`bun --preload`): asks for a turn of the loop every 5 ms and writes «gap cpu» to
 * the file named by PARLEY_BENCH_LOOP_FILE, in milliseconds: the longest that a turn came too late, and the most that
 * the main thread computed between two turns, which other work on the machine does not lengthen. A new round begins
 * when the file is gone.
 */
import { existsSync, writeFileSync } from "node:fs";

const path = process.env.PARLEY_BENCH_LOOP_FILE;
const everyMs = 5;
let longestGap = 0;
let longestTurn = 0;
let last = performance.now();
let lastCpu = cpuMs();

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

if (path !== undefined) {
  setInterval(() => {
    const [now, cpu] = [performance.now(), cpuMs()];
    longestGap = Math.max(longestGap, now - last - everyMs);
    longestTurn = Math.max(longestTurn, cpu - lastCpu);
    [last, lastCpu] = [now, cpu];
  }, everyMs).unref();
  setInterval(() => {
    if (!existsSync(path)) [longestGap, longestTurn] = [0, 0];
    writeFileSync(path, `${longestGap} ${longestTurn}`);
  }, 250).unref();
}
