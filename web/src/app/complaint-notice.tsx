import { CircleAlert, X } from "lucide-react";
import { useEffect } from "react";
import { complaint } from "../platform/announce.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { IconButton } from "../ui/button.tsx";

/** Long enough to read two lines twice. */
const shownMs = 8_000;

/** Over the app, for what failed out of sight: a reaction, a pin, a choice in a menu that has closed. */
export function ComplaintNotice() {
  const shown = useStore(complaint);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => complaint.set(null), shownMs);
    return () => clearTimeout(timer);
  }, [shown]);
  if (shown === null) return null;
  return (
    <div role="alert" className="pointer-events-none fixed inset-x-0 bottom-24 z-50 flex justify-center px-4">
      <div className="appear pointer-events-auto flex max-w-md items-center gap-3 rounded-panel border border-line bg-raised py-1.5 ps-4 pe-2 shadow-float">
        <CircleAlert aria-hidden size={18} strokeWidth={1.75} className="shrink-0 text-harm-ink" />
        <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">{shown.text}</p>
        <IconButton size="small" icon={X} label={texts.dismiss} onClick={() => complaint.set(null)} />
      </div>
    </div>
  );
}
