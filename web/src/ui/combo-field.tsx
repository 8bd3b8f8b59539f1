import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { classes } from "./classes.ts";

interface ComboOption {
  value: string;
  label: string;
  /** Tells apart those of one name. */
  detail?: string;
}

interface ComboFieldProps {
  label: string;
  /** What is chosen, in words. */
  shown: string;
  /** What is typed; empty while nothing is. */
  words: string;
  onWords: (words: string) => void;
  options: readonly ComboOption[];
  /** False while the options are still those of other words: Enter then waits for the right ones. */
  isCurrent: boolean;
  /** Said where nothing fits. */
  nothing: string;
  onChoose: (value: string) => void;
}

/** One of many, found by a few letters (ARIA practices, «combobox»). Leaving it without choosing changes nothing. */
export function ComboField(props: ComboFieldProps) {
  const { label, shown, words, onWords, options, isCurrent, nothing, onChoose } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [place, setPlace] = useState(0);
  const [isEntered, setEntered] = useState(false);
  const at = Math.min(place, options.length - 1);
  // What is typed next stands in place of what is chosen.
  useEffect(() => {
    if (!isOpen && document.activeElement === field.current) field.current?.select();
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    setEntered(false);
    setPlace(0);
    onWords("");
  };
  const choose = (option: ComboOption | undefined) => {
    if (option === undefined) return;
    close();
    onChoose(option.value);
  };
  useEffect(() => {
    if (!isEntered || !isCurrent) return;
    setEntered(false);
    choose(options[at]);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      setOpen(true);
      if (!isOpen || options.length === 0) return;
      const to = (at + move + options.length) % options.length;
      setPlace(to);
      document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      setEntered(true);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="relative min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        ref={field}
        id={id}
        type="text"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && options.length > 0 ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={shown}
        value={isOpen ? words : shown}
        onFocus={(event) => event.target.select()}
        onClick={() => setOpen(true)}
        onBlur={close}
        onChange={(event) => {
          setOpen(true);
          setEntered(false);
          setPlace(0);
          onWords(event.target.value);
        }}
        onKeyDown={onKeyDown}
        className="min-h-9 w-full truncate rounded-control border border-line-strong bg-surface px-3 py-1.5 text-list text-ink placeholder:text-ink-faint"
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        hidden={!isOpen}
        className="absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-y-auto rounded-panel border border-line bg-raised p-1 shadow-float"
      >
        {options.map((option, index) => (
          <div
            key={option.value}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            // The field keeps the focus, so that leaving it means leaving the whole.
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setPlace(index)}
            onClick={() => choose(option)}
            onKeyDown={onKeyDown}
            className={classes(
              "flex cursor-pointer flex-col rounded-control px-2 py-1.5",
              index === at && "bg-hover",
            )}
          >
            <span className="truncate">{option.label}</span>
            {option.detail !== undefined && (
              <bdi className="truncate text-detail text-ink-soft">{option.detail}</bdi>
            )}
          </div>
        ))}
        {options.length === 0 && <p className="px-2 py-1.5 text-ink-soft">{nothing}</p>}
      </div>
    </div>
  );
}
