import { useCallback, useLayoutEffect, useRef } from "react";

/** A function that stays the same and does what `now` does at the time: for what is only called when something happens. */
export function useSame<Given extends unknown[], Result>(
  now: (...given: Given) => Result,
): (...given: Given) => Result {
  const latest = useRef(now);
  useLayoutEffect(() => {
    latest.current = now;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
}
