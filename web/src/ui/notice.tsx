import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** A failure beside what failed. */
export function Failure({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="flex items-start gap-2 rounded-control bg-harm-soft px-3 py-2 text-harm-ink">
      <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
