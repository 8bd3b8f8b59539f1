import type { Message } from "../../../../sdk/src/index.ts";

interface ReactionChange {
  emoji: string;
  /** Of this emoji, as it is now; 0 says that nobody keeps it. */
  count: number;
  user_ids: string[];
}

/** A message's reactions after one came or went. */
export function withReaction(
  message: Pick<Message, "reactions">,
  change: ReactionChange,
): Message["reactions"] {
  const { emoji, user_ids, count } = change;
  const changed = { emoji, count, user_ids };
  const isKnown = message.reactions.some((each) => each.emoji === emoji);
  const all = isKnown
    ? message.reactions.map((each) => (each.emoji === emoji ? changed : each))
    : [...message.reactions, changed];
  return all.filter((each) => each.count > 0);
}
