import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** The field is as high as its text; the style sheet says how high at most. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  const shown = useRef("");
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null || shown.current === text) return;
    shown.current = text;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [field, text]);
  useEffect(() => {
    const grow = () => {
      const element = field.current;
      if (element === null) return;
      element.style.height = "auto";
      element.style.height = `${element.scrollHeight}px`;
    };
    window.addEventListener("resize", grow);
    return () => window.removeEventListener("resize", grow);
  }, [field]);
}
