import { Megaphone } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useState } from "react";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { type ParticipantView, useParticipants } from "../conversations/index.ts";
import { emojiFor, emojiNamed } from "./emoji.ts";
import { isEverybody, mentionable } from "./mentions.ts";

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
  /** In front: a picture, the emoji itself, the command. */
  sign: ReactNode;
  name?: string;
  label: string;
  choose: () => void;
}

interface Choosing {
  conversationId: string;
  /** One may call everybody here. */
  mayCallAll: boolean;
  onText: (text: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  commands: readonly Command[];
}

const emojiAtMost = 7;
/** Shorter beginnings are more often a colon than the name of an emoji. */
const emojiFrom = 2;

/** While «@an», «:smi» or, at the beginning, «/mu» is typed: what it may become. */
export function useChoices({ conversationId, mayCallAll, onText, field, commands }: Choosing) {
  const participants = useParticipants(conversationId);
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
  const people = (beginning: string): Choice[] =>
    mentionable(participants, mayCallAll, beginning).map((person) => ({
      key: person.id,
      sign: <Face person={person} />,
      name: person.name,
      label: `@${person.username}`,
      choose: () => put(beginning.length + 1, `@${person.username} `),
    }));
  const fittingCommands = (beginning: string): Choice[] =>
    commands
      .filter((command) => command.word.startsWith(beginning.toLowerCase()))
      .map(({ word: key, label, act }) => ({
        key,
        sign: `/${key}`,
        label,
        choose: () => {
          setWord(null);
          onText("");
          act();
        },
      }));
  const emoji = (beginning: string): Choice[] =>
    emojiFor(beginning, emojiAtMost).map(({ name, sign }) => ({
      key: name,
      sign,
      label: `:${name}:`,
      choose: () => put(beginning.length + 1, `${sign} `),
    }));
  const kinds = { "@": people, "/": fittingCommands, ":": emoji };
  const choices =
    word === null || word === closedAt ? [] : kinds[word[0] as keyof typeof kinds](word.slice(1));
  const look = () => {
    const before = textBefore(field.current);
    const whole = /(?:^|\s):([a-z0-9_+-]+):$/i.exec(before)?.[1];
    const named = whole === undefined ? undefined : emojiNamed(whole);
    if (whole !== undefined && named !== undefined) {
      put(whole.length + 2, named);
      return;
    }
    const next = wordIn(before);
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
  const label = word?.startsWith("@") === true ? texts.mentionList : texts.choiceList;
  return { choices, label, place, look, onKeyDown };
}

/** The word that the text ends with, if a list may come of it. */
function wordIn(before: string): string | null {
  const mention = /(?:^|[\s(])(@[\p{L}\p{N}_.-]{0,30})$/u.exec(before)?.[1];
  const command = /^\/\p{L}*$/u.exec(before)?.[0];
  const emoji = /(?:^|[\s(])(:[a-z0-9_+-]*)$/i.exec(before)?.[1];
  return mention ?? command ?? (emoji !== undefined && emoji.length > emojiFrom ? emoji : null);
}

function Face({ person }: { person: ParticipantView }) {
  if (isEverybody(person)) return <Megaphone aria-hidden size={16} className="text-ink-soft" />;
  return <Avatar id={person.id} name={person.name} url={person.avatarUrl} size="small" />;
}

function textBefore(element: HTMLTextAreaElement | null): string {
  if (element === null || element.selectionStart !== element.selectionEnd) return "";
  return element.value.slice(0, element.selectionStart);
}
