import type { Message } from "../../../server/src/contract.ts";
import type { Body, Call, CallOptions, Query } from "../wire/call.ts";

type HistoryQuery = Omit<Query<"listMessages">, "conversation_id">;

/** Messages over REST. What people write goes through the client's `outbox`, which sends it once and in order. */
export function messagesApi(call: Call) {
  const list = (conversationId: string, query: HistoryQuery = {}, options?: CallOptions) =>
    call("listMessages", { query: { ...query, conversation_id: conversationId } }, options);
  return {
    /** Resolves once the message is durable. With a `client_message_id` a second call sends nothing again. */
    send: (body: Body<"sendMessage">, options?: CallOptions) => call("sendMessage", { body }, options),
    /** A page, newest first; `next_page_state` of the answer, given as `page_state`, goes on to older ones. */
    list,
    /** All messages from the newest to the oldest, page by page as they are taken. */
    async *history(
      conversationId: string,
      query: HistoryQuery = {},
      options?: CallOptions,
    ): AsyncGenerator<Message, void, undefined> {
      let state: string | null | undefined = query.page_state;
      do {
        const page = await list(conversationId, { ...query, page_state: state ?? undefined }, options);
        yield* page.messages;
        state = page.next_page_state;
      } while (state !== null);
    },
    /**
     * By words: quoted phrases, `-word` for what must not be in it, the beginning of the last word. Each hit has a
     * `snippet`: HTML with `<mark>` around hits and everything else escaped.
     */
    search: (q: string, query: Omit<Query<"searchMessages">, "q"> = {}, options?: CallOptions) =>
      call("searchMessages", { query: { ...query, q } }, options),
    get: (id: string, options?: CallOptions) => call("getMessage", { params: { id } }, options),
    /** One's own, within 15 minutes. */
    edit: (id: string, content: string, options?: CallOptions) =>
      call("editMessage", { params: { id }, body: { content } }, options),
    delete: (id: string, options?: CallOptions) => call("deleteMessage", { params: { id } }, options),
    react: (id: string, emoji: string, options?: CallOptions) =>
      call("addReaction", { params: { id }, body: { emoji } }, options),
    unreact: (id: string, emoji: string, options?: CallOptions) =>
      call("removeReaction", { params: { id }, query: { emoji } }, options),
    pin: (id: string, options?: CallOptions) => call("pinMessage", { params: { id } }, options),
    unpin: (id: string, options?: CallOptions) => call("unpinMessage", { params: { id } }, options),
    /** The message and the replies to it, oldest first; a reply answers the thread that it is in. */
    thread: (id: string, query: Query<"getThread"> = {}, options?: CallOptions) =>
      call("getThread", { params: { id }, query }, options),
    /** Threads that one follows, latest reply first. Whoever writes in a thread or is mentioned there follows it. */
    threads: (query: Query<"listThreads"> = {}, options?: CallOptions) =>
      call("listThreads", { query }, options),
    follow: (id: string, options?: CallOptions) => call("followThread", { params: { id } }, options),
    unfollow: (id: string, options?: CallOptions) => call("unfollowThread", { params: { id } }, options),
    /** Up to a reply, or to the last one. */
    markThreadRead: (id: string, seq?: number, options?: CallOptions) =>
      call("markThreadRead", { params: { id }, body: seq === undefined ? {} : { seq } }, options),
    /** What it said before each edit, oldest first; for whoever may manage the conversation. */
    edits: async (id: string, options?: CallOptions) =>
      (await call("listMessageEdits", { params: { id } }, options)).edits,
    /** Tells those who manage the room. */
    report: (id: string, reason: string | null = null, options?: CallOptions) =>
      call("reportMessage", { params: { id }, body: { reason } }, options),
    receipts: async (id: string, options?: CallOptions) =>
      (await call("listReceipts", { params: { id } }, options)).receipts,
  };
}
