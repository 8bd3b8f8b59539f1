import { texts } from "../../platform/texts.ts";
import { classes } from "../../ui/classes.ts";
import { optionProps } from "./mention-list.tsx";
import type { Choice } from "./use-choices.ts";

interface ChoiceListProps {
  id: string;
  choices: readonly Choice[];
  place: number;
}

/** Above the field, which keeps the focus: arrows and Enter choose. */
export function ChoiceList({ id, choices, place }: ChoiceListProps) {
  return (
    <div className="relative">
      <div
        id={id}
        role="listbox"
        aria-label={texts.choiceList}
        className="absolute start-0 bottom-1 z-20 w-72 max-w-full rounded-panel border border-line bg-raised p-1 shadow-float"
      >
        {choices.map(({ key, sign, label, choose }, at) => (
          <div
            key={key}
            {...optionProps(`${id}-${at}`, at === place, choose)}
            className={classes(
              "flex cursor-pointer items-center gap-3 rounded-control px-2 py-1.5",
              at === place && "bg-hover",
            )}
          >
            <span className="min-w-6 shrink-0 font-medium">{sign}</span>
            <span className="truncate text-ink-soft">{label}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
