import { Store } from "./store.ts";

/** What a screen reader is told without anything getting the focus. The number makes a repeated text a new one. */
export const announcement = new Store<{ text: string; number: number }>({ text: "", number: 0 });

export function announce(text: string): void {
  announcement.update(({ number }) => ({ text, number: number + 1 }));
}

/** What has no place of its own on the page: shown over it for a while, and read aloud. */
export const notice = new Store<{ text: string; isFault: boolean } | null>(null);

/** Of what failed. */
export function complain(text: string): void {
  notice.set({ text, isFault: true });
}

/** Of what was done and cannot be seen. */
export function confirm(text: string): void {
  notice.set({ text, isFault: false });
  announce(text);
}
