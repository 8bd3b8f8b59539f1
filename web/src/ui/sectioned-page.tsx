import type { LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { Place } from "../platform/address.ts";
import { classes } from "./classes.ts";
import { Link } from "./link.tsx";

export interface Section {
  place: Place;
  label: string;
  icon: LucideIcon;
  isHere: boolean;
  /** Sections of one group follow each other; its name stands above them where there is room. */
  group: string;
}

interface SectionedPageProps {
  label: string;
  sections: readonly Section[];
  children: ReactNode;
}

/** A place with several pages: their list at the side, on a phone above as a line that scrolls. */
export function SectionedPage({ label, sections, children }: SectionedPageProps) {
  const here = useRef<HTMLAnchorElement>(null);
  const current = sections.find(({ isHere }) => isHere)?.label;
  useEffect(() => {
    // What it gives back in newer browsers, a promise, would count as the effect's end.
    if (current !== undefined) void here.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <div className="flex h-full flex-col overflow-y-auto medium:flex-row medium:overflow-visible">
      <nav
        aria-label={label}
        className="flex shrink-0 gap-1 overflow-x-auto border-line border-b bg-canvas p-2 medium:w-60 medium:flex-col medium:overflow-y-auto medium:overflow-x-visible medium:border-e medium:border-b-0 medium:p-3"
      >
        {sections.map(({ place, label: name, icon: Icon, isHere, group }, index) => (
          <div key={name} className="contents">
            {group !== sections[index - 1]?.group && (
              <h2
                className={classes(
                  "hidden px-3 pb-2 font-semibold medium:block",
                  index === 0 ? "pt-1 text-heading" : "pt-5 text-detail text-ink-soft",
                )}
              >
                {group}
              </h2>
            )}
            <Link
              {...(isHere ? { ref: here } : {})}
              to={place}
              replace
              aria-current={isHere ? "page" : undefined}
              className={classes(
                "flex min-h-9 shrink-0 items-center gap-3 rounded-control px-3",
                isHere ? "bg-pressed font-medium" : "text-ink-soft hover:bg-hover hover:text-ink",
              )}
            >
              <Icon aria-hidden size={17} strokeWidth={1.75} />
              {name}
            </Link>
          </div>
        ))}
      </nav>
      <div className="min-w-0 flex-1 px-4 py-6 medium:overflow-y-auto medium:px-10">{children}</div>
    </div>
  );
}
