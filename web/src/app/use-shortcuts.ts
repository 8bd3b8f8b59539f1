import { useEffect } from "react";
import { conversations } from "../features/conversations/index.ts";
import { conversationPlace, currentPlace, go } from "../platform/address.ts";
import { currentOverlay, openOverlay } from "../platform/history.ts";

/** Keys that work everywhere. Letters only where nothing is being typed. */
export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openOverlay("palette");
    return;
  }
  if (event.altKey && event.key === "ArrowDown") {
    event.preventDefault();
    goToNextUnread();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || currentOverlay() !== null || isTyping(event.target))
    return;
  const act = actions[event.key];
  if (
    act === undefined ||
    document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]') !== null
  )
    return;
  event.preventDefault();
  act();
}

const actions: Record<string, () => void> = {
  "?": () => openOverlay("shortcuts"),
  n: () => go({ name: "new", kind: "direct" }),
  w: () => document.querySelector<HTMLElement>("main textarea")?.focus(),
  d: () => {
    const place = currentPlace();
    if (place.name === "conversation")
      go(conversationPlace(place.id, { panel: place.panel === null ? "details" : null }));
  },
};

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** The next conversation with something unread, from the open one downwards and around. */
function goToNextUnread(): void {
  const { byId, current } = conversations.get();
  const place = currentPlace();
  const at = place.name === "conversation" ? current.order.indexOf(place.id) : -1;
  const around = [...current.order.slice(at + 1), ...current.order.slice(0, at + 1)];
  const next = around.find((id) => (byId.get(id)?.unread_count ?? 0) > 0 && byId.get(id)?.muted !== true);
  if (next !== undefined) go(conversationPlace(next));
}
