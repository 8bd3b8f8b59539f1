import { Content, Portal, Provider, Root, Trigger } from "@radix-ui/react-tooltip";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./keys.tsx";

/** Around the whole app: tooltips come after a moment, the next one at once. */
export function TooltipScope({ children }: { children: ReactNode }) {
  return (
    <Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Provider>
  );
}

/** Says in words what an icon is for. The child brings its own accessible name. */
export function Tooltip({ label, keys, children }: { label: string; keys?: string; children: ReactElement }) {
  return (
    <Root>
      <Trigger asChild>{children}</Trigger>
      <Portal>
        <Content
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className="z-50 flex items-center gap-2 rounded-control bg-ink px-2 py-1 text-canvas text-detail shadow-float"
        >
          {label}
          {keys !== undefined && <Keys keys={keys} inverted />}
        </Content>
      </Portal>
    </Root>
  );
}
