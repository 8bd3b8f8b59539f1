import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { connection } from "./connection.ts";

/** A blink of the network is not worth a word. */
const quietMs = 1_500;

/** One quiet line while the server cannot be reached. */
export function ConnectionLine() {
  const state = useStore(connection);
  const [isLong, setLong] = useState(false);
  const isLost = state === "lost";
  useEffect(() => {
    if (!isLost) return;
    const timer = setTimeout(() => setLong(true), quietMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isLost]);
  return (
    <div role="status" className="shrink-0">
      {isLost && isLong && (
        <p className="flex items-center justify-center gap-2 bg-mark px-4 py-1 text-center text-detail text-ink">
          <CloudOff aria-hidden size={14} className="shrink-0" />
          {texts.offline}
        </p>
      )}
    </div>
  );
}
