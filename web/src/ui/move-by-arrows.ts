import type { KeyboardEvent } from "react";

/** For a list of links: arrows move between them, as Tab does. */
export const arrowKeys = { onKeyDown: moveByArrows };

function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a")].sort(
    (one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top,
  );
  const at = links.findIndex((link) => link.matches(":focus"));
  const to = links[at + step];
  if (to === undefined) return;
  event.preventDefault();
  to.focus();
}
