import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { closeOverlay, currentOverlay } from "../platform/history.ts";
import { texts } from "../platform/texts.ts";
import { IconButton } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Dialog } from "../ui/dialog.tsx";
import { type Hit, useHits } from "./palette-hits.tsx";

/** Finds people, rooms, conversations and commands by a few letters. */
export function Palette() {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const hits = useHits(words);
  const at = Math.min(chosen, hits.length - 1);
  const take = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    hit.act();
    // Where that led elsewhere, the finder has given way already.
    if (currentOverlay() === "palette") closeOverlay();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && hits.length > 0) {
      event.preventDefault();
      const to = (at + move + hits.length) % hits.length;
      setChosen(to);
      document.getElementById(`${listId}-${to}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      take(hits[at]);
    }
  };
  return (
    <Dialog title={texts.search} bare onClose={closeOverlay}>
      <div className="flex shrink-0 items-center border-line border-b pe-3 medium:pe-0">
        <input
          type="text"
          role="combobox"
          aria-label={texts.search}
          aria-expanded
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={hits.length > 0 ? `${listId}-${at}` : undefined}
          placeholder={texts.search}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          className="h-13 w-full rounded-t-panel bg-transparent px-5 text-message outline-none placeholder:text-ink-faint"
        />
        {/* A phone has neither Escape nor anything beside the dialog. */}
        <IconButton icon={X} label={texts.close} className="medium:hidden" onClick={closeOverlay} />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label={texts.results}
        className="min-h-0 flex-1 overflow-y-auto p-2 medium:max-h-96"
      >
        {hits.length === 0 && <p className="px-3 py-6 text-center text-ink-soft">{texts.noResults}</p>}
        {hits.map((hit, place) => (
          <div
            key={hit.key}
            {...hitProps(
              `${listId}-${place}`,
              place === at,
              () => take(hit),
              () => setChosen(place),
            )}
          >
            {hit.face}
            <span className="min-w-0 flex-1 truncate">{hit.label}</span>
            <bdi className="shrink-0 text-detail text-ink-soft">{hit.detail}</bdi>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** The field keeps the focus and hears the keys. */
function hitProps(id: string, isChosen: boolean, onClick: () => void, onPointerMove: () => void) {
  return {
    id,
    role: "option",
    tabIndex: -1,
    "aria-selected": isChosen,
    onClick,
    onPointerMove,
    className: classes(
      "flex min-h-11 cursor-pointer items-center gap-3 rounded-control px-3",
      isChosen && "bg-hover",
    ),
  };
}
