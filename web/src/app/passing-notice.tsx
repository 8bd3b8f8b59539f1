import { Check, CircleAlert, X } from "lucide-react";
import { useEffect } from "react";
import { notice } from "../platform/announce.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { IconButton } from "../ui/button.tsx";

/** A fault: long enough to read two lines twice. A word that something is done: a glance. */
const shownMs = { fault: 8_000, done: 3_000 };

/** Over the app, for what happened out of sight: a reaction, a pin, a choice in a menu that has closed. */
export function PassingNotice() {
  const shown = useStore(notice);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => notice.set(null), shown.isFault ? shownMs.fault : shownMs.done);
    return () => clearTimeout(timer);
  }, [shown]);
  if (shown === null) return null;
  const { text, isFault } = shown;
  const Icon = isFault ? CircleAlert : Check;
  return (
    <div
      // What is done the live region has said already.
      {...(isFault ? { role: "alert" } : { "aria-hidden": true })}
      className="pointer-events-none fixed inset-x-0 bottom-24 z-50 flex justify-center px-4"
    >
      <div className="appear pointer-events-auto flex min-h-10 max-w-md items-center gap-3 rounded-panel border border-line bg-raised py-1.5 ps-4 pe-2 shadow-float">
        <Icon
          aria-hidden
          size={18}
          strokeWidth={1.75}
          className={isFault ? "shrink-0 text-harm-ink" : "shrink-0 text-ink-soft"}
        />
        <p className="min-w-0 flex-1 pe-2 [overflow-wrap:anywhere]">{text}</p>
        {isFault && (
          <IconButton size="small" icon={X} label={texts.dismiss} onClick={() => notice.set(null)} />
        )}
      </div>
    </div>
  );
}
