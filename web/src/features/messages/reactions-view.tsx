import type { Message } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { classes } from "../../ui/classes.ts";
import { people, useOwnUser } from "../identity/index.ts";
import { toggleReaction } from "./message-changes.ts";

const namedAtMost = 10;

/** Under a message: who reacted how; a press joins in or takes one's own back. */
export function Reactions({ message }: { message: Message }) {
  const own = useOwnUser();
  return (
    <div className="flex flex-wrap gap-1 pt-0.5 pb-1">
      {message.reactions.map(({ emoji, count, user_ids }) => {
        const isOwn = user_ids.includes(own.id);
        const label = texts.reactedWith(emoji, whoOf(user_ids, count, own.id));
        return (
          <button
            key={emoji}
            type="button"
            aria-pressed={isOwn}
            title={label}
            onClick={() => void toggleReaction(message, emoji, own.id)}
            className={classes(
              "tabular flex h-6 items-center gap-1 rounded-full border px-2 text-detail",
              isOwn
                ? "border-accent-ink bg-accent-soft text-accent-ink"
                : "border-line bg-canvas text-ink-soft hover:bg-hover",
            )}
          >
            <span className="sr-only">{label}</span>
            <span aria-hidden>{emoji}</span>
            <span aria-hidden>{count}</span>
          </button>
        );
      })}
    </div>
  );
}

function whoOf(ids: readonly string[], count: number, ownId: string): string[] {
  const shown = ids
    .slice(0, namedAtMost)
    .map((id) => (id === ownId ? texts.you : (people.get(id)?.name ?? texts.someone)));
  const more = count - shown.length;
  return more > 0 ? [...shown, texts.others(more)] : shown;
}
