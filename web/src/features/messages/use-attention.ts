import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  const events = ["focus", "blur"] as const;
  for (const event of events) window.addEventListener(event, listener);
  document.addEventListener("visibilitychange", listener);
  return () => {
    for (const event of events) window.removeEventListener(event, listener);
    document.removeEventListener("visibilitychange", listener);
  };
}

export function attendsNow(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Whether somebody looks at this window: only then is what it shows read. */
export function useAttention(): boolean {
  return useSyncExternalStore(subscribe, attendsNow);
}
