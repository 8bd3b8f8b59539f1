import { MessagesSquare } from "lucide-react";
import { useEffect } from "react";
import type { Message } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Time } from "../../ui/time.tsx";
import { askThreads, useThreadState } from "./thread-states.ts";

/** Under a message that was replied to: how often, when last, and what of it one has not read. */
export function ThreadLine({ message, onOpen }: { message: Message; onOpen: (message: Message) => void }) {
  const state = useThreadState(message.message_id);
  const unread = state?.unread_count ?? 0;
  const { reply_count: count = 0, last_reply_at: lastAt } = message;
  useEffect(() => {
    if (count > 0) askThreads();
  }, [count]);
  if (count === 0) return null;
  return (
    <button
      type="button"
      onClick={() => onOpen(message)}
      className="mt-0.5 flex min-h-6 items-center gap-2 rounded-small text-detail hover:underline"
    >
      <MessagesSquare aria-hidden size={14} className="text-ink-soft" />
      <span className="font-medium text-accent-ink">{texts.replies(count)}</span>
      {unread > 0 && (
        <span className="rounded-full bg-accent px-1.5 font-medium text-on-accent">
          {texts.newReplies(unread)}
        </span>
      )}
      {lastAt !== undefined && <Time at={lastAt} show={agoTime} className="text-ink-soft" />}
    </button>
  );
}
