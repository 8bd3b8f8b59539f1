import { useSyncExternalStore } from "react";

/** What an entry of the browser's history says beside its address. */
interface EntryState {
  /** It was made by the app: there is an entry of the app to go back to. */
  inApp?: unknown;
  overlay?: unknown;
}

const overlays = ["palette", "shortcuts"] as const;
/**
 * What lies over a place and has no address of its own. It is an entry of the history all the same: back takes it away
 * and leaves the place.
 */
type Overlay = (typeof overlays)[number];

const listeners = new Set<() => void>();
/** While an overlay closes: its entry is the present one until the browser has gone back. */
let closing: Promise<void> | null = null;

export function tell(): void {
  for (const listener of listeners) listener();
}

/** To the present entry. */
export function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener("popstate", tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("popstate", tell);
  };
}

/** Acts at once, or when the browser has gone back from an overlay that is closing. */
export function onceSettled(act: () => void): void {
  if (closing === null) act();
  else void closing.then(act);
}

function entryState(): EntryState {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null ? state : {};
}

export function inApp(): boolean {
  return entryState().inApp === true;
}

export function currentOverlay(): Overlay | null {
  if (closing !== null) return null;
  return overlays.find((overlay) => overlay === entryState().overlay) ?? null;
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(subscribe, currentOverlay);
}

/** In place of the one that is open, if any. */
export function openOverlay(overlay: Overlay): void {
  onceSettled(() => {
    const state: EntryState = { inApp: true, overlay };
    if (currentOverlay() === null) history.pushState(state, "");
    else history.replaceState(state, "");
    tell();
  });
}

/** Takes it away at once, and its entry with it. */
export function closeOverlay(): void {
  if (currentOverlay() === null) return;
  closing = new Promise((resolve) => {
    const settle = () => {
      closing = null;
      resolve();
    };
    addEventListener("popstate", settle, { once: true });
  });
  history.back();
  tell();
}
