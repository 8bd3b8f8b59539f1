import { Store } from "../platform/store.ts";

/** What lies over the app and has no address of its own. */
export const overlay = new Store<"palette" | "shortcuts" | null>(null);

export function openPalette(): void {
  overlay.set("palette");
}

export function openShortcuts(): void {
  overlay.set("shortcuts");
}

export function closeOverlay(): void {
  overlay.set(null);
}
