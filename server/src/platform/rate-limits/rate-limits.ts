import { AppError } from "../errors.ts";
import type { RateName } from "../limits.ts";

/**
 * Counts what somebody did lately, by the rates of `platform/limits.ts`, and says whether they may do it once more.
 * The key is who or where: a user's id, an organization's id, a network (`networkOf`).
 *
 * Promises: windows are exact, so that however the calls come, no stretch of the window's length holds more than
 * its figure; buckets never let more than their burst through at once. What was refused is not counted. Memory is
 * bounded: beyond some ten thousand keys a rate forgets the one that was quiet longest.
 *
 * `createMemoryRateLimits` counts for this process and answers at once; an adapter that counts for many processes
 * answers later.
 */
export interface RateLimits {
  /**
   * Counts one more if there is room for it.
   * @param quota learns what is left.
   * @returns milliseconds after which there is room; 0: there was, and it is counted.
   */
  take(rate: RateName, key: string, quota?: Quota): number | Promise<number>;
  /** As `take`, without counting. */
  look(rate: RateName, key: string, quota?: Quota): number | Promise<number>;
  /** Undoes the latest `take` of the key: what it stood for did not happen. */
  giveBack(rate: RateName, key: string): void | Promise<void>;
}

/** For `PARLEY_RATE_LIMITS=off`: there is always room. */
export const unlimited: RateLimits = { take: () => 0, look: () => 0, giveBack: () => undefined };

/** What one request has left, of the rate that is nearest to exhaustion. */
export class Quota {
  limit = 0;
  remaining = Number.POSITIVE_INFINITY;
  /** Milliseconds until more of it is free. */
  resetMs = 0;

  get isKnown(): boolean {
    return this.remaining !== Number.POSITIVE_INFINITY;
  }

  note(limit: number, remaining: number, resetMs: number): void {
    if (remaining > this.remaining) return;
    if (remaining === this.remaining && resetMs < this.resetMs) return;
    this.limit = limit;
    this.remaining = remaining;
    this.resetMs = resetMs;
  }
}

/** 429 in the contract's form. @param waitMs as `take` answers it. */
export function tooMany(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const after = seconds === 1 ? "a second" : `${seconds} seconds`;
  return new AppError("RATE_LIMIT_EXCEEDED", `Rate limit exceeded. Try again in ${after}.`, {
    retryAfter: seconds,
  });
}

/** @throws AppError RATE_LIMIT_EXCEEDED if there is no room. */
export async function takeOrThrow(
  limits: RateLimits,
  rate: RateName,
  key: string,
  quota?: Quota,
): Promise<void> {
  const waitMs = await limits.take(rate, key, quota);
  if (waitMs > 0) throw tooMany(waitMs);
}

/**
 * Runs `work` and counts it only if it succeeds, exactly also when many run at once.
 * @throws AppError RATE_LIMIT_EXCEEDED before the work, or what the work throws.
 */
export async function countSuccesses<T>(
  limits: RateLimits,
  rate: RateName,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  await takeOrThrow(limits, rate, key);
  try {
    return await work();
  } catch (error) {
    await limits.giveBack(rate, key);
    throw error;
  }
}

/**
 * Runs `work` and counts it only if it fails as `isWrong` says: guessing is what is bounded.
 * @throws AppError RATE_LIMIT_EXCEEDED before the work, or what the work throws.
 */
export async function countFailures<T>(
  limits: RateLimits,
  rate: RateName,
  key: string,
  isWrong: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  await takeOrThrow(limits, rate, key);
  let isCounted = false;
  try {
    return await work();
  } catch (error) {
    isCounted = isWrong(error);
    throw error;
  } finally {
    if (!isCounted) await limits.giveBack(rate, key);
  }
}
