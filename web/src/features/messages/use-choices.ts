import { type KeyboardEvent, type RefObject, useState } from "react";
import { emojiFor, emojiNamed } from "./emoji.ts";

/** Something that is done instead of written: «/mute». */
export interface Command {
  /** What is typed behind the slash. */
  word: string;
  label: string;
  act: () => void;
}

/** One line of the list above the field. */
export interface Choice {
  key: string;
  /** Before the label; the emoji itself. */
  sign: string;
  label: string;
  choose: () => void;
}

interface Choosing {
  onText: (text: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  commands: readonly Command[];
}

const shownAtMost = 7;
/** Shorter beginnings are more often a colon than the name of an emoji. */
const emojiFrom = 2;

/** While «:smi» or, at the beginning, «/mu» is typed: what it may become. */
export function useChoices({ onText, field, commands }: Choosing) {
  const [word, setWord] = useState<string | null>(null);
  const [place, setPlace] = useState(0);
  const [closedAt, setClosedAt] = useState<string | null>(null);
  const put = (length: number, sign: string) => {
    const element = field.current;
    if (element === null) return;
    const end = element.selectionStart;
    const start = end - length;
    onText(`${element.value.slice(0, start)}${sign}${element.value.slice(end)}`);
    setWord(null);
    const caret = start + sign.length;
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(caret, caret);
    });
  };
  const choices: Choice[] =
    word === null || word === closedAt
      ? []
      : word.startsWith("/")
        ? commands
            .filter((command) => command.word.startsWith(word.slice(1).toLowerCase()))
            .map(({ word: key, label, act }) => ({
              key,
              sign: `/${key}`,
              label,
              choose: () => {
                setWord(null);
                onText("");
                act();
              },
            }))
        : emojiFor(word.slice(1), shownAtMost).map(({ name, sign }) => ({
            key: name,
            sign,
            label: `:${name}:`,
            choose: () => put(word.length, `${sign} `),
          }));
  const look = () => {
    const before = textBefore(field.current);
    const whole = /(?:^|\s):([a-z0-9_+-]+):$/i.exec(before)?.[1];
    const named = whole === undefined ? undefined : emojiNamed(whole);
    if (whole !== undefined && named !== undefined) {
      put(whole.length + 2, named);
      return;
    }
    const found = /^\/\p{L}*$/u.exec(before)?.[0] ?? /(?:^|[\s(])(:[a-z0-9_+-]*)$/i.exec(before)?.[1] ?? null;
    const next = found !== null && (found.startsWith("/") || found.length > emojiFrom) ? found : null;
    if (next === word) return;
    setWord(next);
    setPlace(0);
    setClosedAt(null);
  };
  /** @returns true when the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const choice = choices[place];
    if (choice === undefined || event.nativeEvent.isComposing) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) setPlace((place + move + choices.length) % choices.length);
    else if (event.key === "Enter" || event.key === "Tab") choice.choose();
    else if (event.key === "Escape") setClosedAt(word);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { choices, place, look, onKeyDown };
}

function textBefore(element: HTMLTextAreaElement | null): string {
  if (element === null || element.selectionStart !== element.selectionEnd) return "";
  return element.value.slice(0, element.selectionStart);
}
