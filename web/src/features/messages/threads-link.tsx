import { MessagesSquare } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { classes } from "../../ui/classes.ts";
import { Link } from "../../ui/link.tsx";
import { UnreadCount } from "../../ui/unread-count.tsx";
import { hasOpened } from "../identity/index.ts";
import { askThreads, useUnreadReplies } from "./thread-states.ts";

/** Above the conversations: the threads that one follows, and how much of them is new. */
export function ThreadsLink({ isHere }: { isHere: boolean }) {
  const unread = useUnreadReplies();
  const mayAsk = useStore(hasOpened);
  useEffect(() => {
    if (mayAsk) askThreads();
  }, [mayAsk]);
  return (
    <Link
      to={{ name: "threads" }}
      aria-current={isHere ? "page" : undefined}
      className={classes(
        "mx-2 mb-1 flex min-h-10 shrink-0 items-center gap-3 rounded-control px-2.5",
        isHere ? "bg-pressed" : "hover:bg-hover",
        unread > 0 ? "font-semibold" : "text-ink-soft",
      )}
    >
      <span className="flex w-9 shrink-0 justify-center">
        <MessagesSquare aria-hidden size={18} strokeWidth={1.75} />
      </span>
      <span className="min-w-0 flex-1 truncate">{texts.threads}</span>
      {unread > 0 && <UnreadCount count={unread} />}
    </Link>
  );
}
