import { Info } from "lucide-react";
import type { ReactNode } from "react";

/** What one should know here; nothing has failed. */
export function QuietNotice({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="flex items-start gap-2 rounded-control bg-canvas px-3 py-2 text-ink-soft">
      <Info aria-hidden size={16} className="mt-0.5 shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </p>
  );
}
