import type { ComponentProps } from "react";
import { go, hrefOf, type Place } from "../platform/address.ts";

type LinkProps = Omit<ComponentProps<"a">, "href"> & { to: Place; replace?: boolean };

/** A link inside the app: an ordinary one to the browser (new tab, copy), without a page load when just clicked. */
export function Link({ to, replace = false, onClick, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={hrefOf(to)}
      onClick={(event) => {
        onClick?.(event);
        const isPlain =
          event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (event.defaultPrevented || !isPlain) return;
        event.preventDefault();
        go(to, { replace });
      }}
    />
  );
}
