import type { Attempt } from "../load/chat-load.ts";

/** The 99th percentile, in milliseconds, of how long the accepted attempts took; 0 for none. */
export function percentile99(attempts: readonly Attempt[]): number {
  const times = attempts.filter(({ result }) => result === "ok").map(({ tookMs }) => tookMs);
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}
