import { Store } from "./store.ts";

const minuteMs = 60_000;
const lookMs = 10_000;

/** The minute that it is, counted from 1970: what tells how long ago something was is drawn anew with each. */
export const minute = new Store(now());

export function startMinutes(): void {
  setInterval(() => minute.set(now()), lookMs);
}

function now(): number {
  return Math.floor(Date.now() / minuteMs);
}
