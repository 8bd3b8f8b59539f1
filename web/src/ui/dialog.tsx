import { Content, Description, Portal, Root, Title } from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { texts } from "../platform/texts.ts";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";

interface DialogProps {
  title: string;
  about?: string;
  /** Called by Escape and the cross; by a click beside it too, until something was filled in that would be lost. */
  onClose: () => void;
  children: ReactNode;
  /** The title is read but not shown. */
  bare?: boolean;
  role?: "dialog" | "alertdialog";
}

/**
 * A dialog over the app: focus stays in it and returns where it was. Radix hides the rest from a screen reader but
 * does not call its dialog modal, so we do: neither a reader nor a checker then has to guess it from the layout. The
 * shade is an element of our own, because Radix's overlay brings a style sheet that the page's policy refuses.
 */
export function Dialog({ title, about, onClose, children, bare = false, role = "dialog" }: DialogProps) {
  const [origin] = useState(originOfFocus);
  const isFilledIn = useRef(false);
  return (
    <Root open onOpenChange={(open) => !open && onClose()}>
      <Portal>
        <div className="fixed inset-0 z-40 flex items-start justify-center overflow-y-auto bg-shade p-0 medium:p-4 medium:pt-[10vh]">
          <Content
            role={role}
            aria-modal
            onOpenAutoFocus={(event) => {
              if (role === "dialog") focusInside(event);
            }}
            onInput={({ target }) => {
              if (!(target as Element).matches(searching)) isFilledIn.current = true;
            }}
            onInteractOutside={(event) => {
              if (isFilledIn.current) event.preventDefault();
            }}
            onCloseAutoFocus={(event) => returnFocus(event, origin)}
            {...(about === undefined ? { "aria-describedby": undefined } : {})}
            className={classes(
              "appear flex w-full max-w-md flex-col bg-raised shadow-float medium:rounded-panel",
              role === "dialog" && "min-h-full medium:min-h-0",
              role === "alertdialog" && "m-4 rounded-panel",
            )}
          >
            <div
              className={classes("flex items-center justify-between gap-2 ps-5 pe-3 pt-3", bare && "sr-only")}
            >
              <Title className="min-w-0 font-semibold text-heading [overflow-wrap:anywhere]">{title}</Title>
              {role === "dialog" && !bare && <IconButton icon={X} label={texts.close} onClick={onClose} />}
            </div>
            {about !== undefined && (
              <Description className="px-5 pt-1 text-ink-soft [overflow-wrap:anywhere]">{about}</Description>
            )}
            {children}
          </Content>
        </div>
      </Portal>
    </Root>
  );
}

/** What one types there is soon typed again. */
const searching = '[type="search"], [role="combobox"]';

/** To the field that is marked with `data-autofocus`, else to the dialog itself: not to its cross. */
function focusInside(event: Event): void {
  if (!(event.target instanceof HTMLElement)) return;
  event.preventDefault();
  (event.target.querySelector<HTMLElement>("[data-autofocus]") ?? event.target).focus();
}

/**
 * What has the focus, and what it stands in, from the inside out: a message's button goes while the message stays. Of
 * an entry of a menu, which closes, it is the menu's button.
 */
function originOfFocus(): HTMLElement[] {
  const focused = document.activeElement;
  const menu = focused?.closest('[role="menu"]');
  let element = menu == null ? focused : document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  const found: HTMLElement[] = [];
  while (element instanceof HTMLElement) {
    found.push(element);
    element = element.parentElement?.closest("[tabindex]") ?? null;
  }
  return found;
}

/** Back to where it was, or else to the page's content, unless what the dialog led to has taken it meanwhile. */
function returnFocus(event: Event, origin: readonly HTMLElement[]): void {
  event.preventDefault();
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const left = origin.find(({ isConnected }) => isConnected) ?? document.getElementById("content");
  left?.focus({ preventScroll: true });
}
