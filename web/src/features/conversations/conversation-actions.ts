import { useMutation } from "@tanstack/react-query";
import type { Conversation } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { changeConversation } from "./conversation-store.ts";

/** What one sets on a conversation for oneself. It shows at once and goes back where the server refuses. */
export function useConversationActions({ id }: Pick<Conversation, "id">) {
  const change = useMutation({
    mutationFn: ({ ask }: OwnChange) => ask(),
    onMutate: ({ set }) => {
      let before: Conversation | null = null;
      changeConversation(id, (known) => {
        before = known;
        return { ...known, ...set };
      });
      return { before: before as Conversation | null };
    },
    onError: (_, __, context) => {
      const before = context?.before;
      if (before === null || before === undefined) return;
      const { archived, muted, muted_until } = before;
      changeConversation(id, (known) => ({ ...known, archived, muted, muted_until }));
    },
  });
  return {
    error: change.isError ? explain(change.error) : null,
    setArchived: (archived: boolean) => {
      change.mutate({ set: { archived }, ask: () => client.conversations.setArchived(id, archived) });
      if (archived) confirm(texts.archivedNotice);
    },
    mute: (until: string | null) =>
      change.mutate({
        set: { muted: true, muted_until: until },
        ask: () => client.conversations.mute(id, until),
      }),
    unmute: () =>
      change.mutate({ set: { muted: false, muted_until: null }, ask: () => client.conversations.unmute(id) }),
  };
}

interface OwnChange {
  set: Partial<Pick<Conversation, "archived" | "muted" | "muted_until">>;
  ask: () => Promise<unknown>;
}
