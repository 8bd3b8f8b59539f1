import { classes } from "./classes.ts";

/** Keys as caps: `Ctrl+K` shows two. */
export function Keys({ keys, inverted = false }: { keys: string; inverted?: boolean }) {
  return (
    <span className="inline-flex items-center gap-1">
      {keys.split("+").map((key) => (
        <kbd
          key={key}
          className={classes(
            "inline-flex min-w-5 justify-center rounded-small border px-1 font-sans text-detail",
            inverted ? "border-canvas/40" : "border-line bg-canvas text-ink-soft",
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
