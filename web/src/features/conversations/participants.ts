import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Participant } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { learn } from "../identity/index.ts";

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
  client.on("connection", ({ status }) => {
    if (status === "online") void queries.invalidateQueries({ queryKey: ["participants"] });
  });
}

/** Who takes part, page by page. */
export function useParticipantPages(conversationId: string) {
  return useInfiniteQuery({
    queryKey: keyOf(conversationId),
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

/** The participants that have been read so far: the first hundred, more as somebody looks. */
export function useParticipants(conversationId: string): readonly ParticipantView[] {
  const { data } = useParticipantPages(conversationId);
  return useMemo(
    () =>
      data?.pages.flatMap(({ participants }) =>
        participants.map((each) => ({
          id: each.user_id,
          name: each.display_name,
          username: each.username,
          avatarUrl: each.avatar_url,
          role: each.role,
        })),
      ) ?? nobody,
    [data],
  );
}
