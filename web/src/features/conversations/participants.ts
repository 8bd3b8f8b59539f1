import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Conversation, Participant } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { useSelected } from "../../platform/store.ts";
import { learn } from "../identity/index.ts";
import { conversations } from "./conversation-store.ts";

/** A participant as the app shows them. */
export interface ParticipantView {
  id: string;
  name: string;
  username: string;
  avatarUrl: string | null;
  role: Participant["role"];
}

const pageRows = 100;
const keyOf = (conversationId: string) => ["participants", conversationId];

/** What changes who takes part makes the list be read again. */
export function startParticipants(): void {
  for (const type of ["participant_added", "participant_updated", "participant_removed"] as const) {
    client.on(
      type,
      ({ conversation_id }) => void queries.invalidateQueries({ queryKey: keyOf(conversation_id) }),
    );
  }
  let wasOnline = false;
  client.on("connection", ({ status }) => {
    if (status !== "online") return;
    if (wasOnline) void queries.invalidateQueries({ queryKey: ["participants"] });
    wasOnline = true;
  });
}

/** Who takes part, page by page. */
export function useParticipantPages(conversationId: string, enabled = true) {
  return useInfiniteQuery({
    queryKey: keyOf(conversationId),
    enabled,
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === "" ? { limit: pageRows } : { limit: pageRows, cursor: pageParam };
      const page = await client.participants.list(conversationId, query, { signal });
      for (const each of page.participants) learn(each.user_id, each);
      return page;
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

const nobody: readonly ParticipantView[] = [];

/**
 * The participants that have been read so far: the first hundred, more as somebody looks. Those of a direct
 * conversation come with the conversation itself.
 */
export function useParticipants(conversationId: string): readonly ParticipantView[] {
  const inDirect = useSelected(conversations, ({ byId }) => participantsOfDirect(byId.get(conversationId)));
  const { data } = useParticipantPages(conversationId, inDirect === undefined && conversationId !== "");
  return useMemo(
    () => (inDirect ?? data?.pages.flatMap(({ participants }) => participants))?.map(viewOf) ?? nobody,
    [inDirect, data],
  );
}

function participantsOfDirect(conversation: Conversation | undefined): Participant[] | undefined {
  return conversation?.type === "direct" ? conversation.participants : undefined;
}

function viewOf(each: Participant): ParticipantView {
  return {
    id: each.user_id,
    name: each.display_name,
    username: each.username,
    avatarUrl: each.avatar_url,
    role: each.role,
  };
}
