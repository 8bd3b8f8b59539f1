import { Content, Item, Portal, Root, Separator, Trigger } from "@radix-ui/react-dropdown-menu";
import type { LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { classes } from "./classes.ts";

/** The element that menus open in: inside of the page's main part, so that they belong to it. */
export const floatingId = "floating";

export interface MenuEntry {
  label: string;
  icon?: LucideIcon;
  /** Shown in place of the label, which is then only read. */
  sign?: string;
  harm?: boolean;
  /** A line above it. */
  apart?: boolean;
  onSelect: () => void;
}

/** A menu that opens from its trigger; false and null entries are left out. Not modal: a modal one brings inline styles. */
export function Menu({
  trigger,
  entries,
  onOpenChange,
  layout = "column",
}: {
  trigger: ReactElement;
  entries: (MenuEntry | false | null)[];
  onOpenChange?: (open: boolean) => void;
  layout?: "column" | "row";
}) {
  return (
    <Root modal={false} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Trigger asChild>{trigger}</Trigger>
      <Portal container={document.getElementById(floatingId)}>
        <Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className={classes(
            "appear z-50 rounded-panel border border-line bg-raised p-1 shadow-float",
            layout === "row" ? "flex" : "min-w-48",
          )}
        >
          {entries.map((entry) => entry && <Entry key={entry.label} entry={entry} />)}
        </Content>
      </Portal>
    </Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  const Icon = entry.icon;
  return (
    <>
      {entry.apart === true && <Separator className="mx-2 my-1 h-px bg-line" />}
      <Item
        onSelect={entry.onSelect}
        className={classes(
          "flex min-h-9 items-center gap-3 rounded-control px-2.5 py-1.5 outline-none data-[highlighted]:bg-hover",
          entry.harm === true && "text-harm-ink",
        )}
      >
        {Icon !== undefined && <Icon aria-hidden size={16} strokeWidth={1.75} className="shrink-0" />}
        {entry.sign === undefined ? (
          entry.label
        ) : (
          <span aria-hidden className="text-heading">
            {entry.sign}
          </span>
        )}
        {entry.sign !== undefined && <span className="sr-only">{entry.label}</span>}
      </Item>
    </>
  );
}
