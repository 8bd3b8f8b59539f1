import { minute } from "../platform/minute.ts";
import { useStore } from "../platform/store.ts";
import { exactTime } from "../platform/times.ts";

/** A time as short as wanted; whole on hover and for machines. */
export function Time({
  at,
  show,
  className,
}: {
  at: string;
  show: (at: number) => string;
  className?: string;
}) {
  // How long ago it was changes by itself.
  useStore(minute);
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={exactTime(moment)} className={className}>
      {show(moment)}
    </time>
  );
}
