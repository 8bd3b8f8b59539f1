import { Megaphone } from "lucide-react";
import type { PointerEvent } from "react";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { classes } from "../../ui/classes.ts";
import type { ParticipantView } from "../conversations/index.ts";
import { isEverybody } from "./use-mentions.ts";

interface MentionListProps {
  id: string;
  people: readonly ParticipantView[];
  chosen: number;
  onChoose: (person: ParticipantView) => void;
}

/** Above the field, which keeps the focus: arrows and Enter choose. */
export function MentionList({ id, people, chosen, onChoose }: MentionListProps) {
  return (
    <div className="relative">
      <div
        id={id}
        role="listbox"
        aria-label={texts.mentionList}
        className="absolute start-0 bottom-1 z-20 w-72 max-w-full rounded-panel border border-line bg-raised p-1 shadow-float"
      >
        {people.map((person, place) => (
          <div
            key={person.id}
            {...optionProps(`${id}-${place}`, place === chosen, () => onChoose(person))}
            className={classes(
              "flex cursor-pointer items-center gap-2 rounded-control px-2 py-1.5",
              place === chosen && "bg-hover",
            )}
          >
            {isEverybody(person) ? (
              <Megaphone aria-hidden size={16} className="mx-1 shrink-0 text-ink-soft" />
            ) : (
              <Avatar id={person.id} name={person.name} url={person.avatarUrl} size="small" />
            )}
            <span className="truncate">{person.name}</span>
            <span className="truncate text-ink-soft">@{person.username}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

/** The field keeps the focus and hears the keys: a press must not take it away. */
export function optionProps(id: string, isChosen: boolean, onClick: () => void) {
  return {
    id,
    role: "option",
    tabIndex: -1,
    "aria-selected": isChosen,
    onPointerDown: (event: PointerEvent) => event.preventDefault(),
    onClick,
  };
}
