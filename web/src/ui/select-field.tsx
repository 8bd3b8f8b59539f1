import { useId } from "react";
import { classes } from "./classes.ts";

interface SelectFieldProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  /** The label is read but not shown, and the field is only as high as a line. */
  compact?: boolean;
}

/** One of several: the system's own list. */
export function SelectField({ label, value, options, onChange, compact = false }: SelectFieldProps) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={compact ? "sr-only" : "mb-1 block font-medium"}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={classes(
          "max-w-full rounded-control bg-surface text-ink",
          compact
            ? "min-h-7 truncate border border-transparent px-1.5 text-detail hover:bg-hover"
            : "w-full border border-line-strong px-3 py-2 text-list",
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
