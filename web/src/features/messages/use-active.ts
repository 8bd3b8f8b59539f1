import {
  type MouseEvent as Click,
  type FocusEvent as FocusChange,
  type PointerEvent as Pointing,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { lastByMouse } from "../../platform/last-input.ts";

/**
 * Whether a message shows what can be done with it: while the mouse is over it, after a tap on it, and while it has
 * the keyboard's focus or something in it has the focus. What the mouse has left and given the focus by the way, as a
 * menu does when it closes, does not count: two messages would show it at once.
 *
 * @param row of the message; what it stands in takes the focus for the message.
 */
export function useActive(row: RefObject<HTMLDivElement | null>) {
  const [isActive, setActive] = useState(false);
  const isTapped = useRef(false);
  const leaveFor = useCallback(
    (to: EventTarget | null) => {
      const isWithin = to instanceof Node && row.current?.parentElement?.contains(to) === true;
      // Its menus stand elsewhere on the page.
      const isMenu = to instanceof Element && to.closest('[role="menu"]') !== null;
      if (!isWithin && !isMenu) setActive(false);
    },
    [row],
  );
  const leaveByMouse = useCallback(() => {
    const holder = row.current?.parentElement;
    if (lastByMouse() && holder?.contains(document.activeElement) === true) {
      // The button that has the focus goes; what it stood in keeps it.
      if (document.activeElement !== holder) holder.focus({ preventScroll: true });
      setActive(false);
    } else leaveFor(document.activeElement);
  }, [row, leaveFor]);
  useEffect(() => {
    const holder = row.current?.parentElement;
    if (holder == null) return;
    const onFocusIn = ({ target }: FocusEvent) => {
      // A click of the mouse gives the focus too, and the mouse shows them without.
      if (target === holder) setActive(isTapped.current || holder.matches(":focus-visible"));
    };
    const onFocusOut = ({ target, relatedTarget }: FocusEvent) => {
      if (target === holder) leaveFor(relatedTarget);
    };
    holder.addEventListener("focusin", onFocusIn);
    holder.addEventListener("focusout", onFocusOut);
    return () => {
      holder.removeEventListener("focusin", onFocusIn);
      holder.removeEventListener("focusout", onFocusOut);
    };
  }, [row, leaveFor]);
  return {
    isActive,
    activeProps: {
      onPointerDown: ({ pointerType }: Pointing) => {
        isTapped.current = pointerType !== "mouse";
      },
      onPointerEnter: ({ pointerType }: Pointing) => {
        if (pointerType === "mouse") setActive(true);
      },
      // What was pressed may have hidden it under a mouse that has not left.
      onPointerMove: ({ pointerType }: Pointing) => {
        if (pointerType === "mouse") setActive(true);
      },
      onPointerLeave: ({ pointerType }: Pointing) => {
        if (pointerType === "mouse") leaveByMouse();
      },
      // Safari gives no focus by a tap.
      onClick: ({ target, currentTarget }: Click) => {
        if (isTapped.current && !(target as Element).closest("a, button"))
          currentTarget.parentElement?.focus();
      },
      onFocus: () => {
        if (lastByMouse() && row.current?.matches(":hover") === false) leaveByMouse();
        else setActive(true);
      },
      onBlur: ({ relatedTarget }: FocusChange) => leaveFor(relatedTarget),
    },
  };
}
