import type { Body, Call, CallOptions, Query } from "../wire/call.ts";

/** Customers' conversations with agents. Their messages are sent like any others, by the conversation's id. */
export function supportApi(call: Call) {
  const byId = (id: string) => ({ params: { id } });
  return {
    open: (body: Body<"openSupportConversation">, options?: CallOptions) =>
      call("openSupportConversation", { body }, options),
    /** Agents see all of their organization, customers their own. */
    list: (query: Query<"listSupportConversations"> = {}, options?: CallOptions) =>
      call("listSupportConversations", { query }, options),
    /** To whom a conversation can be handed; for agents. */
    agents: async (options?: CallOptions) => (await call("listSupportAgents", {}, options)).agents,
    get: (id: string, options?: CallOptions) => call("getSupportConversation", byId(id), options),
    messages: (id: string, query: Query<"listSupportMessages"> = {}, options?: CallOptions) =>
      call("listSupportMessages", { ...byId(id), query }, options),
    send: (id: string, body: Body<"sendSupportMessage">, options?: CallOptions) =>
      call("sendSupportMessage", { ...byId(id), body }, options),
    /** @param seq up to this message; without it all. */
    markRead: (id: string, seq?: number, options?: CallOptions) =>
      call("readSupportConversation", { ...byId(id), body: { seq } }, options),
    /** Takes it oneself, or with `agentId` hands it over. @throws ParleyError CONFLICT if another agent was first. */
    assign: (id: string, agentId?: string, options?: CallOptions) =>
      call("assignSupportConversation", { ...byId(id), body: { agent_id: agentId } }, options),
    resolve: (id: string, options?: CallOptions) => call("resolveSupportConversation", byId(id), options),
    close: (id: string, options?: CallOptions) => call("closeSupportConversation", byId(id), options),
    reopen: (id: string, options?: CallOptions) => call("reopenSupportConversation", byId(id), options),
  };
}
