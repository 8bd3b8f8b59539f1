import { texts } from "../../platform/texts.ts";
import { classes } from "../../ui/classes.ts";

/** The server keeps a quarter of the window free for the answer. */
const fillable = 0.75;

/** How much of the model's window the conversation takes; older messages are left out once it is full. */
export function TokenMeter({ used, window }: { used: number; window: number | null }) {
  if (window === null) return <span className="tabular text-detail text-ink-soft">{texts.tokens(used)}</span>;
  const share = Math.min(1, used / window);
  const isFull = used > window * fillable;
  return (
    <span className="flex items-center gap-2 text-detail text-ink-soft">
      <meter className="sr-only" aria-label={texts.contextUsed} max={window} value={Math.min(used, window)}>
        {texts.tokensOf(used, window)}
      </meter>
      <span aria-hidden className="block h-1.5 w-16 overflow-hidden rounded-full bg-pressed">
        <span
          className={classes("block h-full rounded-full", isFull ? "bg-ink-soft" : "bg-accent")}
          style={{ width: `${Math.max(2, share * 100)}%` }}
        />
      </span>
      <span className="tabular">{texts.tokensOf(used, window)}</span>
      {isFull && <span>{texts.contextFull}</span>}
    </span>
  );
}
