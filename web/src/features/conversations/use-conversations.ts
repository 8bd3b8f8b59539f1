import { useEffect } from "react";
import type { Conversation } from "../../../../sdk/src/index.ts";
import { useSelected, useStore } from "../../platform/store.ts";
import {
  type ConversationList,
  conversations,
  findConversation,
  loadConversation,
  loadConversations,
  missing,
} from "./conversation-store.ts";

/** One's conversations; read when first shown. */
export function useConversationList(name: "current" | "archived"): ConversationList {
  const list = useSelected(conversations, (all) => all[name]);
  const isUnread = list.status === "unread";
  useEffect(() => {
    if (isUnread) void loadConversations(name);
  }, [isUnread, name]);
  return list;
}

/** One conversation. `loading` until it is known, `missing` where one is not in it. */
export function useConversation(id: string): Conversation | "loading" | "missing" {
  const conversation = useSelected(conversations, (all) => all.byId.get(id));
  const isMissing = useStore(missing).has(id);
  // The list that is on its way will most likely bring it.
  const isListed = useSelected(
    conversations,
    ({ current }) => current.status === "ready" || current.status === "failed",
  );
  const mustLoad = conversation === undefined && !isMissing && isListed;
  useEffect(() => {
    if (mustLoad && findConversation(id) === undefined) void loadConversation(id);
  }, [id, mustLoad]);
  return conversation ?? (isMissing ? "missing" : "loading");
}

/** Unread messages of all conversations that are not muted. */
export function useUnreadTotal(): number {
  return useSelected(conversations, (all) =>
    all.current.order.reduce((total, id) => {
      const conversation = all.byId.get(id);
      return total + (conversation === undefined || conversation.muted ? 0 : conversation.unread_count);
    }, 0),
  );
}
