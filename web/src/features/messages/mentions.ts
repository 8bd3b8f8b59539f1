import { texts } from "../../platform/texts.ts";
import type { ParticipantView } from "../conversations/index.ts";

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

/** Whom «@» and the beginning of a name may mean, at most six; everybody too where one may call them. */
export function mentionable(
  participants: readonly ParticipantView[],
  mayCallAll: boolean,
  word: string,
): ParticipantView[] {
  const wanted = word.toLocaleLowerCase();
  const starts = (name: string) =>
    name
      .toLocaleLowerCase()
      .split(/\s+/u)
      .some((part) => part.startsWith(wanted));
  return [...participants, ...(mayCallAll ? everybody : [])]
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
