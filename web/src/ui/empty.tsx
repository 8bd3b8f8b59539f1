import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** An empty place: what it is for, and the first thing to do there. */
export function Empty({
  icon: Icon,
  title,
  about,
  children,
  isPage = false,
}: {
  icon: LucideIcon;
  title: string;
  about: string;
  children?: ReactNode;
  /** It is all that the page shows. */
  isPage?: boolean;
}) {
  const Heading = isPage ? "h1" : "h2";
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 p-8 text-center">
      <Icon aria-hidden size={28} strokeWidth={1.5} className="mb-2 text-ink-faint" />
      <Heading className="font-semibold text-heading">{title}</Heading>
      <p className="max-w-sm text-ink-soft">{about}</p>
      {children !== undefined && <div className="mt-4 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
