const baseMs = 500;
const mostMs = 30_000;

/**
 * Full jitter: anything from nothing to the doubled wait, so that a thousand clients that lost the same server do not
 * come back at the same moment.
 * @param failures how many attempts failed in a row before this one, from 0.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(mostMs, baseMs * 2 ** Math.min(failures, 16)));
}
