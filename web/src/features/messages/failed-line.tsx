import type { OutboxEntry } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { texts } from "../../platform/texts.ts";

/** Under a message that the server refused: why, and what to do. */
export function FailedLine({ entry }: { entry: OutboxEntry }) {
  return (
    <p
      role="alert"
      className="flex flex-wrap items-center gap-x-3 ps-16 pe-4 pb-1 text-detail text-harm-ink medium:ps-18"
    >
      <span>{entry.error === undefined ? texts.failed : texts.failedBecause(entry.error.message)}</span>
      <button
        type="button"
        className="font-medium underline"
        onClick={() => void client.outbox.retry(entry.id)}
      >
        {texts.tryAgain}
      </button>
      <button
        type="button"
        className="font-medium underline"
        onClick={() => void client.outbox.discard(entry.id)}
      >
        {texts.discard}
      </button>
    </p>
  );
}
