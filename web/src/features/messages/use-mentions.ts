import { type KeyboardEvent, type RefObject, useState } from "react";
import { texts } from "../../platform/texts.ts";
import { type ParticipantView, useParticipants } from "../conversations/index.ts";

const shownAtMost = 6;

/** Words that call everybody, as lines of the list. */
const everybody: readonly ParticipantView[] = (
  [
    ["room", texts.mentionRoom],
    ["here", texts.mentionHere],
  ] as const
).map(([username, name]) => ({ id: `@${username}`, name, username, avatarUrl: null, role: "member" }));

export function isEverybody({ id }: ParticipantView): boolean {
  return id.startsWith("@");
}

interface Mentioning {
  conversationId: string;
  /** One may call everybody here. */
  mayCallAll: boolean;
  text: string;
  onText: (text: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** While a word that begins with «@» is typed: who it may mean, and putting in the chosen one. */
export function useMentions({ conversationId, mayCallAll, text, onText, field }: Mentioning) {
  const participants = useParticipants(conversationId);
  const [word, setWord] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const [closedAt, setClosedAt] = useState<string | null>(null);
  const people =
    word === null || closedAt === word
      ? []
      : fitting(mayCallAll ? [...participants, ...everybody] : participants, word);
  const look = () => {
    const found = wordBefore(text, field.current);
    if (found !== word) {
      setWord(found);
      setChosen(0);
      setClosedAt(null);
    }
  };
  const choose = (person: ParticipantView) => {
    const element = field.current;
    if (element === null || word === null) return;
    const end = element.selectionStart;
    const start = end - word.length - 1;
    onText(`${text.slice(0, start)}@${person.username} ${text.slice(end)}`);
    setWord(null);
    const caret = start + person.username.length + 2;
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(caret, caret);
    });
  };
  /** @returns true when the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const person = people[chosen];
    if (person === undefined || event.nativeEvent.isComposing) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) setChosen((chosen + move + people.length) % people.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(person);
    else if (event.key === "Escape") setClosedAt(word);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { people, chosen, choose, look, onKeyDown };
}

/** The word at the caret, without its «@»; null when it has none. */
function wordBefore(text: string, element: HTMLTextAreaElement | null): string | null {
  if (element === null || element.selectionStart !== element.selectionEnd) return null;
  const before = text.slice(0, element.selectionStart);
  return /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,30})$/u.exec(before)?.[1] ?? null;
}

function fitting(participants: readonly ParticipantView[], word: string): ParticipantView[] {
  const wanted = word.toLocaleLowerCase();
  const starts = (name: string) =>
    name
      .toLocaleLowerCase()
      .split(/\s+/u)
      .some((part) => part.startsWith(wanted));
  return participants
    .filter(({ username, name }) => username.toLocaleLowerCase().startsWith(wanted) || starts(name))
    .slice(0, shownAtMost);
}

/** Ids of those whose «@username» stands in a text. */
export function mentionsIn(text: string, participants: readonly ParticipantView[]): string[] {
  const names = new Set(
    [...text.matchAll(/(?<![\p{L}\p{N}_.@-])@([\p{L}\p{N}_.-]{3,30})/gu)].map((match) =>
      (match[1] ?? "").toLowerCase(),
    ),
  );
  const isNamed = (username: string) =>
    [...names].some(
      (name) =>
        name === username || (name.startsWith(username) && /^[.-]+$/.test(name.slice(username.length))),
    );
  return participants.filter(({ username }) => isNamed(username.toLowerCase())).map(({ id }) => id);
}

/** Whether a text calls everybody, or those who are online. */
export function callsIn(text: string): { mention_room?: true; mention_here?: true } {
  if (/(?<![\p{L}\p{N}_.@-])@room(?![\p{L}\p{N}_-])/u.test(text)) return { mention_room: true };
  return /(?<![\p{L}\p{N}_.@-])@here(?![\p{L}\p{N}_-])/u.test(text) ? { mention_here: true } : {};
}
