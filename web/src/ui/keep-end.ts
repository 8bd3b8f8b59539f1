/** Nearer to the end than this is at the end. */
const nearPx = 80;

/**
 * Whoever sees the end of a list goes on seeing it when the field below grows, or a phone's keyboard comes.
 *
 * @param scroller of the list. @returns what ends it, so that it may be a `ref` itself.
 */
export function keepEnd(scroller: HTMLElement | null): (() => void) | undefined {
  if (scroller === null) return undefined;
  let height = 0;
  const observer = new ResizeObserver(([entry]) => {
    const next = entry?.contentRect.height ?? 0;
    const left = scroller.scrollHeight - scroller.scrollTop - height;
    if (next < height && left <= nearPx) scroller.scrollTop += height - next;
    height = next;
  });
  observer.observe(scroller);
  return () => observer.disconnect();
}
