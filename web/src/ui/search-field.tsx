import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes.ts";

type SearchFieldProps = Omit<ComponentProps<"input">, "type"> & { label: string };

/** A field that narrows the list below it. */
export function SearchField({ label, className, ...rest }: SearchFieldProps) {
  return (
    <div className={classes("relative", className)}>
      <Search
        aria-hidden
        size={16}
        className="pointer-events-none absolute start-3 top-1/2 -translate-y-1/2 text-ink-faint"
      />
      <input
        {...rest}
        type="search"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        className="min-h-9 w-full rounded-control border border-line-strong bg-surface py-1.5 ps-9 pe-3 text-list placeholder:text-ink-faint"
      />
    </div>
  );
}
