import type { OutboxEntry } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { Store, useSelected } from "../../platform/store.ts";
import { findLog } from "./logs.ts";

/** Messages on their way, in the order in which they were written; they survive hours offline and a reload. */
const entries = new Store<readonly OutboxEntry[]>([]);

/** Follows the outbox for as long as the page lives; begins before the session does, so that nothing is missed. */
export function startOutbox(): void {
  client.on("outbox", ({ entry, discarded }) => {
    entries.update((before) => {
      const others = before.filter(({ id }) => id !== entry.id);
      if (discarded === true || isShown(entry)) return others;
      const place = before.findIndex(({ id }) => id === entry.id);
      return place === -1 ? [...before, entry] : before.with(place, entry);
    });
  });
  client.on("chat", ({ client_message_id }) => {
    if (client_message_id !== null) forget(client_message_id);
  });
  client.on("signed_out", () => entries.set([]));
}

/** A sent message is shown by the log once its frame has come; until then the entry stands in for it. */
function isShown(entry: OutboxEntry): boolean {
  return findLog(entry.conversation_id)?.hasSent(entry.id) === true;
}

function forget(id: string): void {
  entries.update((before) =>
    before.some((entry) => entry.id === id) ? before.filter((entry) => entry.id !== id) : before,
  );
}

/** What waits to be sent in one conversation. */
export function useOutbox(conversationId: string): readonly OutboxEntry[] {
  const all = useSelected(entries, (each) => each);
  return all.filter((entry) => entry.conversation_id === conversationId && !isShown(entry));
}
