import type { ThreadState } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { Store, useSelected } from "../../platform/store.ts";
import { ownId } from "../identity/index.ts";

type Known = Pick<ThreadState, "following" | "last_read_seq" | "unread_count" | "last_reply_seq">;

/** What threads are to whoever is signed in, by the id of the root: those they follow, and those they looked at. */
const states = new Store<ReadonlyMap<string, Known>>(new Map());

const pageRows = 100;
/** Who follows more sees the state of the others once they look at them. */
const pagesAtMost = 5;

let isAsked = false;

/** Asks for the threads that one follows, once: when the first one is shown, so that opening the app costs nothing. */
export function askThreads(): void {
  if (isAsked) return;
  isAsked = true;
  void load();
}

/** Follows the socket for as long as the page lives. */
export function startThreads(): void {
  client.on("chat", ({ thread_root_id: rootId, seq, sender_id }) => {
    const known = rootId === null ? undefined : states.get().get(rootId);
    if (rootId === null || known === undefined || seq <= known.last_reply_seq) return;
    const isCounted = known.following && sender_id !== ownId();
    put(rootId, { ...known, last_reply_seq: seq, unread_count: known.unread_count + (isCounted ? 1 : 0) });
  });
  client.on("thread_updated", (frame) => putThreadState(frame));
  for (const type of ["conversation_truncated", "reset"] as const)
    client.on(type, () => isAsked && void load());
  client.on("signed_out", () => {
    isAsked = false;
    states.set(new Map());
  });
}

async function load(): Promise<void> {
  let cursor: string | null = null;
  for (let page = 0; page < pagesAtMost; page++) {
    const query: { limit: number; cursor?: string } = { limit: pageRows };
    if (cursor !== null) query.cursor = cursor;
    const answer = await client.messages.threads(query).catch(() => null);
    if (answer === null) {
      // Asked again when the next thread is shown.
      isAsked = false;
      return;
    }
    for (const each of answer.threads) putThreadState(each);
    cursor = answer.next_cursor;
    if (cursor === null) return;
  }
}

/** What counts to an earlier reply is older than what is known. */
export function putThreadState(state: Known & { thread_root_id: string }): void {
  const { thread_root_id: rootId, following, last_read_seq, unread_count, last_reply_seq } = state;
  if (last_reply_seq < (states.get().get(rootId)?.last_reply_seq ?? 0)) return;
  put(rootId, { following, last_read_seq, unread_count, last_reply_seq });
}

function put(rootId: string, state: Known): void {
  states.update((before) => new Map(before).set(rootId, state));
}

/** New replies in the threads that one follows, as far as they are known. */
export function useUnreadReplies(): number {
  return useSelected(states, (known) =>
    known.values().reduce((total, { following, unread_count }) => total + (following ? unread_count : 0), 0),
  );
}

export function useThreadState(rootId: string): Known | undefined {
  return useSelected(states, (known) => known.get(rootId));
}
