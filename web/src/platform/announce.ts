import { Store } from "./store.ts";

/** What a screen reader is told without anything getting the focus. The number makes a repeated text a new one. */
export const announcement = new Store<{ text: string; number: number }>({ text: "", number: 0 });

export function announce(text: string): void {
  announcement.update(({ number }) => ({ text, number: number + 1 }));
}

/** What failed and has no place of its own on the page: shown for a while, and read aloud. */
export const complaint = new Store<{ text: string } | null>(null);

export function complain(text: string): void {
  complaint.set({ text });
}
