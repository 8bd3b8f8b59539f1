import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { Tooltip } from "./tooltip.tsx";

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover disabled:opacity-60",
  quiet: "border border-line bg-surface text-ink hover:bg-hover disabled:opacity-60",
  harm: "bg-harm text-on-accent hover:opacity-90 disabled:opacity-60",
  plain: "text-ink-soft hover:bg-hover hover:text-ink disabled:opacity-60",
} as const;

type ButtonProps = ComponentProps<"button"> & { look?: keyof typeof looks; busy?: boolean };

/**
 * The second click of a double one does nothing: it may come before the first one shows, and do everything twice, or
 * after it, when another button stands in its place.
 */
export function Button({
  look = "quiet",
  busy = false,
  className,
  disabled,
  type = "button",
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      onClick={(event) => {
        if (event.detail > 1) event.preventDefault();
        else onClick?.(event);
      }}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classes(
        "inline-flex min-h-9 items-center justify-center gap-2 rounded-control px-3.5 py-1.5 font-medium text-list transition-colors duration-100",
        looks[look],
        className,
      )}
    />
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  icon: LucideIcon;
  /** What it does, for screen readers and as the tooltip. */
  label: string;
  /** The key that does the same, shown in the tooltip. */
  keys?: string;
  size?: "small" | "normal";
  pressed?: boolean;
};

export function IconButton({
  icon: Icon,
  label,
  keys,
  size = "normal",
  pressed,
  className,
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} {...(keys === undefined ? {} : { keys })}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        className={classes(
          "inline-flex shrink-0 items-center justify-center rounded-control text-ink-soft transition-colors duration-100 hover:bg-hover hover:text-ink disabled:opacity-50",
          size === "small" ? "size-7" : "size-9",
          pressed === true && "bg-hover text-ink",
          className,
        )}
      >
        <Icon aria-hidden size={size === "small" ? 16 : 18} strokeWidth={1.75} />
      </button>
    </Tooltip>
  );
}
