import { texts } from "../platform/texts.ts";

const rows = [1, 2, 3, 4, 5, 6];

/** In place of a list that takes longer than a moment to come. */
export function SkeletonRows() {
  return (
    <div role="status" aria-label={texts.loading} className="flex flex-col gap-4 p-4">
      {rows.map((row) => (
        <div key={row} aria-hidden className="flex items-center gap-3">
          <div className="skeleton size-9 shrink-0" />
          <div className="flex flex-1 flex-col gap-1.5">
            <div className="skeleton h-3 w-2/5" />
            <div className="skeleton h-3 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
