import { texts } from "../platform/texts.ts";
import { classes } from "./classes.ts";

/** How many messages are new; quiet where one does not want to be called. */
export function UnreadCount({ count, quiet = false }: { count: number; quiet?: boolean }) {
  return (
    <span
      className={classes(
        "tabular min-w-5 shrink-0 rounded-full px-1.5 text-center font-semibold text-[0.6875rem] leading-5",
        quiet ? "bg-pressed text-ink-soft" : "bg-accent text-on-accent",
      )}
    >
      <span aria-hidden>{count > 99 ? "99+" : count}</span>
      <span className="sr-only">{texts.unread(count)}</span>
    </span>
  );
}
