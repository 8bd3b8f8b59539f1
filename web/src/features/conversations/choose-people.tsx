import { X } from "lucide-react";
import { useState } from "react";
import type { User } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { SearchField } from "../../ui/search-field.tsx";
import { PeopleList } from "../identity/index.ts";

interface ChoosePeopleProps {
  chosen: readonly User[];
  onChange: (chosen: readonly User[]) => void;
  /** Who is in already. */
  without?: ReadonlySet<string>;
  autoFocus?: boolean;
}

/** Several people: those chosen stand above as chips. */
export function ChoosePeople({ chosen, onChange, without, autoFocus = false }: ChoosePeopleProps) {
  const [words, setWords] = useState("");
  const toggle = (person: User) =>
    onChange(
      chosen.some(({ id }) => id === person.id)
        ? chosen.filter(({ id }) => id !== person.id)
        : [...chosen, person],
    );
  return (
    <div className="flex min-h-0 flex-col gap-3">
      <SearchField
        label={texts.findPeople}
        data-autofocus={autoFocus || undefined}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {chosen.length > 0 && (
        <ul aria-label={texts.chosen(chosen.length)} className="flex flex-wrap gap-1.5">
          {chosen.map((person) => (
            <li key={person.id} className="max-w-full">
              <button
                type="button"
                aria-label={texts.removeChosen(person.display_name)}
                onClick={() => toggle(person)}
                className="flex max-w-full items-center gap-1 rounded-full bg-accent-soft py-1 ps-2.5 pe-2 text-accent-ink text-detail"
              >
                <span className="truncate">{person.display_name}</span>
                <X aria-hidden size={13} className="shrink-0" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="medium:h-64 medium:overflow-y-auto">
        <PeopleList
          words={words}
          {...(without === undefined ? {} : { without })}
          row={(person, face) => (
            <label className="flex w-full cursor-pointer items-center gap-3 rounded-control px-2 py-2 hover:bg-hover">
              {face}
              <input
                type="checkbox"
                checked={chosen.some(({ id }) => id === person.id)}
                onChange={() => toggle(person)}
                className="size-4 accent-accent"
              />
            </label>
          )}
        />
      </div>
    </div>
  );
}
