import { LifeBuoy, X } from "lucide-react";
import { supportPlace } from "../../platform/address.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { supportNotice } from "./support-notices.ts";

/** Tells an agent, wherever in the app they are, that somebody waits or that they were handed something. */
export function SupportNotice() {
  const notice = useStore(supportNotice);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-30 flex justify-center px-4 medium:bottom-6"
    >
      {notice !== null && (
        <div className="appear pointer-events-auto flex w-full max-w-md items-center gap-3 rounded-panel border border-line bg-raised py-2 ps-4 pe-2 shadow-float">
          <LifeBuoy aria-hidden size={18} strokeWidth={1.75} className="shrink-0 text-accent-ink" />
          <p className="min-w-0 flex-1">
            <span className="block font-medium">
              {notice.kind === "waiting" ? texts.waitingNotice : texts.handedNotice}
            </span>
            <span className="block truncate text-detail text-ink-soft">{notice.subject}</span>
          </p>
          <Link
            to={supportPlace(notice.conversationId)}
            className="shrink-0 rounded-control px-3 py-1.5 font-medium text-accent-ink hover:bg-hover"
          >
            {texts.open}
          </Link>
          <IconButton icon={X} label={texts.dismiss} onClick={() => supportNotice.set(null)} />
        </div>
      )}
    </div>
  );
}
