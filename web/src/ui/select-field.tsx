import { useId } from "react";
import { classes } from "./classes.ts";

interface SelectFieldProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  disabled?: boolean;
  className?: string;
  onChange: (value: T) => void;
  /** The label is read but not shown. */
  bare?: boolean;
  /** Bare too, without a frame, and only as high as a line. */
  compact?: boolean;
}

/** One of several, in the system's own list. */
export function SelectField<T extends string>({
  label,
  value,
  options,
  disabled = false,
  className,
  onChange,
  compact = false,
  bare = compact,
}: SelectFieldProps<T>) {
  const id = useId();
  return (
    <div className={classes("min-w-0", className)}>
      <label htmlFor={id} className={bare ? "sr-only" : "mb-1 block font-medium"}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        // Browsers indent what is chosen a little themselves.
        className={classes(
          "max-w-full rounded-control bg-surface text-ink disabled:opacity-60",
          compact
            ? "min-h-7 truncate border border-transparent px-1.5 text-detail hover:bg-hover"
            : "min-h-9 w-full border border-line-strong px-2 py-1.5 text-list",
        )}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
