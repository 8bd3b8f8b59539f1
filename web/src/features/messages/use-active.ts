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

/**
 * Whether a message shows what can be done with it: while the mouse is over it, after a tap on it, and while it has
 * the keyboard's focus or something in it has the focus.
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
      onPointerLeave: ({ pointerType }: Pointing) => {
        if (pointerType === "mouse") leaveFor(document.activeElement);
      },
      // Safari gives no focus by a tap.
      onClick: ({ target, currentTarget }: Click) => {
        if (isTapped.current && !(target as Element).closest("a, button"))
          currentTarget.parentElement?.focus();
      },
      onFocus: () => setActive(true),
      onBlur: ({ relatedTarget }: FocusChange) => leaveFor(relatedTarget),
    },
  };
}
