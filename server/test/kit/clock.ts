import { setSystemTime } from "bun:test";

/**
 * Runs `story` with the wall clock of this process, and so of every in-process server, standing `aheadMs` in the
 * future. Timers go on as they were. The clock is right again afterwards, also when the story fails.
 */
export async function inFuture<T>(aheadMs: number, story: () => Promise<T>): Promise<T> {
  setSystemTime(new Date(Date.now() + aheadMs));
  try {
    return await story();
  } finally {
    setSystemTime();
  }
}

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
