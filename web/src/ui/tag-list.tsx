import { classes } from "./classes.ts";

interface TagListProps {
  label: string;
  tags: readonly string[];
  chosen?: readonly string[];
  /** Without it they only name what something is about. */
  onToggle?: (tag: string) => void;
}

/** Tags, and a choice among them. */
export function TagList({ label, tags, chosen = [], onToggle }: TagListProps) {
  if (tags.length === 0) return null;
  return (
    <ul aria-label={label} className="flex flex-wrap items-center gap-1">
      {tags.map((tag) => (
        <li key={tag} className="flex">
          {onToggle === undefined ? (
            <span className={look(false)}>{tag}</span>
          ) : (
            <button
              type="button"
              aria-pressed={chosen.includes(tag)}
              onClick={() => onToggle(tag)}
              className={classes(look(chosen.includes(tag)), "hover:border-line-strong")}
            >
              {tag}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function look(isChosen: boolean): string {
  return classes(
    "inline-block max-w-48 truncate rounded-full border px-2 text-detail leading-5",
    isChosen ? "border-accent-ink bg-accent-soft text-accent-ink" : "border-line text-ink-soft",
  );
}
