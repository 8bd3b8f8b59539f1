import type { ChatCommand, Realtime } from "../realtime/realtime.ts";
import type { Call } from "../wire/call.ts";
import { ParleyError } from "../wire/errors.ts";
import type { Delivered } from "./outbox.ts";
import type { OutboxEntry } from "./outbox-store.ts";

/** How long a message sent over the socket may go unconfirmed. */
const ackWithinMs = 15_000;
/** A frame is 64 KiB at most; a UTF-16 unit takes at most three bytes. */
const frameUnitsAtMost = 16_000;

/** Over the socket where it is open, else over REST: the key makes it the same message either way. */
export function deliverThrough(realtime: Realtime, call: Call): (entry: OutboxEntry) => Promise<Delivered> {
  /** A socket that swallowed a message is not asked a second time. */
  const unconfirmed = new Set<string>();
  return async (entry) => {
    const { id, conversation_id, message_type = "text", content, is_encrypted, metadata } = entry;
    const body = {
      conversation_id,
      message_type,
      content,
      is_encrypted,
      metadata,
      client_message_id: id,
    };
    const frame: ChatCommand = { type: "chat", ...body };
    const fits = JSON.stringify(frame).length <= frameUnitsAtMost;
    if (realtime.isOpen && fits && !unconfirmed.delete(id)) {
      try {
        return await realtime.chat(frame, ackWithinMs);
      } catch (error) {
        if (error instanceof ParleyError && error.code === "TIMEOUT") unconfirmed.add(id);
        throw error;
      }
    }
    return await call("sendMessage", { body });
  };
}
