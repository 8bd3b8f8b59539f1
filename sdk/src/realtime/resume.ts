import type { ResumedFrame, ServerFrame } from "./frames.ts";
import type { Versions } from "./versions.ts";

/** A frame is 64 KiB at most; a line of `resume` takes some 50 bytes. */
export const resumeEntriesAtMost = 1_000;

/** Notes how far the frame brings its conversation. */
export function observe(versions: Versions, frame: ServerFrame): void {
  if (frame.type === "resumed") observeStandings(versions, frame);
  else if ("version" in frame && "conversation_id" in frame && typeof frame.version === "number") {
    // The ack of one's own message says nothing of what came before it; its `chat` does, in order.
    if (frame.type !== "ack") versions.advance(frame.conversation_id, frame.version);
  }
}

function observeStandings(versions: Versions, { conversations = {} }: ResumedFrame): void {
  for (const [id, standing] of Object.entries(conversations)) {
    if ("gone" in standing) versions.forget(id);
    else versions.advance(id, standing.version);
  }
}
