import { Megaphone, X } from "lucide-react";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { announcement } from "./notifications.ts";

/** What the administrators tell everybody, above everything else until one has seen it. */
export function AnnouncementLine() {
  const shown = useStore(announcement);
  if (shown === null) return null;
  return (
    <aside
      aria-label={texts.announcementTitle}
      className="flex items-start gap-3 border-line border-b bg-accent-soft ps-4 pe-2 text-accent-ink"
    >
      <Megaphone aria-hidden size={17} className="mt-2.5 shrink-0" />
      <p className="min-w-0 flex-1 whitespace-pre-wrap py-2 [overflow-wrap:anywhere]">{shown.body}</p>
      <IconButton icon={X} label={texts.dismiss} onClick={() => announcement.set(null)} />
    </aside>
  );
}
