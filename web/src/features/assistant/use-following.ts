import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const nearPx = 48;

/**
 * Keeps the end in sight while it grows, for whoever is there; who has scrolled up is left where they read.
 * @param grown changes whenever there may be more.
 */
export function useFollowing(scroller: RefObject<HTMLElement | null>, grown: unknown) {
  const follows = useRef(true);
  const [isAway, setAway] = useState(false);
  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    follows.current = true;
    element.scrollTop = element.scrollHeight;
    setAway(false);
  }, [scroller]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs when there may be more to see
  useLayoutEffect(() => {
    if (follows.current) toEnd();
  }, [grown, toEnd]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const look = () => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      follows.current = isNear;
      setAway(!isNear);
    };
    element.addEventListener("scroll", look, { passive: true });
    const resized = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      resized.disconnect();
    };
  }, [scroller]);
  return { isAway, toEnd };
}
