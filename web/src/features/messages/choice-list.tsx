import type { PointerEvent } from "react";
import { classes } from "../../ui/classes.ts";
import type { Choice } from "./use-choices.tsx";

interface ChoiceListProps {
  id: string;
  label: string;
  choices: readonly Choice[];
  place: number;
}

/** Above the field, which keeps the focus: arrows and Enter choose. */
export function ChoiceList({ id, label, choices, place }: ChoiceListProps) {
  return (
    <div className="relative">
      <div
        id={id}
        role="listbox"
        aria-label={label}
        className="absolute start-0 bottom-1 z-20 w-72 max-w-full rounded-panel border border-line bg-raised p-1 shadow-float"
      >
        {choices.map((choice, at) => (
          <div
            key={choice.key}
            {...optionProps(choice, `${id}-${at}`, at === place)}
            className={classes(
              "flex cursor-pointer items-center gap-2 rounded-control px-2 py-1.5",
              at === place && "bg-hover",
            )}
          >
            <span className="flex min-w-6 shrink-0 justify-center font-medium">{choice.sign}</span>
            {choice.name !== undefined && <span className="truncate">{choice.name}</span>}
            <bdi className="truncate text-ink-soft">{choice.label}</bdi>
          </div>
        ))}
      </div>
    </div>
  );
}

/** The field keeps the focus and hears the keys: a press must not take it away. */
function optionProps({ choose }: Choice, id: string, isChosen: boolean) {
  return {
    id,
    role: "option",
    tabIndex: -1,
    "aria-selected": isChosen,
    onPointerDown: (event: PointerEvent) => event.preventDefault(),
    onClick: choose,
  };
}
