import type { Answer, Body, Call, CallOptions, Query } from "../wire/call.ts";

/** A conversation with the version that its numbers are of. */
type Versioned = { id: string; version: number };

/** @param seen is told of each conversation that an answer shows, so that the socket can resume from there. */
export function conversationsApi(call: Call, seen: (conversation: Versioned) => void) {
  const noted = <Shown extends Versioned>(conversation: Shown): Shown => {
    seen(conversation);
    return conversation;
  };
  return {
    /** A direct conversation that exists is answered as it is. */
    create: async (body: Body<"createConversation">, options?: CallOptions) =>
      noted(await call("createConversation", { body }, options)),
    list: async (query: Query<"listConversations"> = {}, options?: CallOptions) => {
      const page = await call("listConversations", { query }, options);
      for (const conversation of page.conversations) seen(conversation);
      return page;
    },
    get: async (id: string, options?: CallOptions) =>
      noted(await call("getConversation", { params: { id } }, options)),
    update: (id: string, body: Body<"updateConversation">, options?: CallOptions) =>
      call("updateConversation", { params: { id }, body }, options),
    changeSettings: async (
      id: string,
      body: Body<"changeConversationSettings">,
      options?: CallOptions,
    ): Promise<Answer<"changeConversationSettings">["conversation"]> =>
      (await call("changeConversationSettings", { params: { id }, body }, options)).conversation,
    setArchived: (id: string, archived: boolean, options?: CallOptions) =>
      call("toggleConversationArchive", { params: { id }, body: { archived } }, options),
    /** Archives where it is not, brings back where it is. */
    toggleArchive: (id: string, options?: CallOptions) =>
      call("toggleConversationArchive", { params: { id } }, options),
    /** Archives for oneself, as `setArchived(id, true)` does. */
    remove: (id: string, options?: CallOptions) => call("archiveConversation", { params: { id } }, options),
    /** @param until an ISO time; without it for good. */
    mute: (id: string, until: string | null = null, options?: CallOptions) =>
      call("muteConversation", { params: { id }, body: { until } }, options),
    unmute: (id: string, options?: CallOptions) => call("unmuteConversation", { params: { id } }, options),
    /** @param seq up to this message; without it all. */
    markRead: (id: string, seq?: number, options?: CallOptions) =>
      call("markConversationRead", { params: { id }, body: { seq } }, options),
    /** Latest pinned first. */
    pins: (id: string, query: Query<"listPins"> = {}, options?: CallOptions) =>
      call("listPins", { params: { id }, query }, options),
    /** A direct conversation is archived instead. */
    leave: (id: string, options?: CallOptions) => call("leaveConversation", { params: { id } }, options),
  };
}

/** Who takes part in a conversation. */
export function participantsApi(call: Call) {
  return {
    list: (conversationId: string, query: Query<"listParticipants"> = {}, options?: CallOptions) =>
      call("listParticipants", { params: { id: conversationId }, query }, options),
    /** @returns those who are new. */
    add: async (conversationId: string, body: Body<"addParticipants">, options?: CallOptions) =>
      (await call("addParticipants", { params: { id: conversationId }, body }, options)).participants,
    changeRole: (
      conversationId: string,
      userId: string,
      role: Body<"changeParticipantRole">["role"],
      options?: CallOptions,
    ) => call("changeParticipantRole", { params: { id: conversationId, userId }, body: { role } }, options),
    remove: (conversationId: string, userId: string, options?: CallOptions) =>
      call("removeParticipant", { params: { id: conversationId, userId } }, options),
  };
}
