import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import type { Body } from "../../../../sdk/src/index.ts";
import { aiPlace, go } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { conversationKey, conversationsKey, readConversation } from "./ai-logs.ts";
import { ask } from "./asking.ts";

export type AiStatus = "Active" | "Archived";

const pageRows = 50;
const titleAtMost = 60;

/** One's AI conversations of a status, or of a workspace session; last changed first. */
export function useAiConversations(filter: { status?: AiStatus; sessionId?: string }) {
  const pages = useInfiniteQuery({
    queryKey: [...conversationsKey, filter.status ?? null, filter.sessionId ?? null],
    initialPageParam: 0,
    queryFn: ({ pageParam: offset }) =>
      client.workspace.llmService.listConversations({
        status: filter.status,
        workspace_session_id: filter.sessionId,
        limit: pageRows,
        offset,
      }),
    getNextPageParam: ({ offset, limit, has_more: hasMore }) => (hasMore ? offset + limit : undefined),
  });
  // A conversation that moved up while pages were read comes twice: once is enough.
  const rows = pages.data?.pages.flatMap((page) => page.conversations) ?? [];
  const conversations = [...new Map(rows.map((row) => [row.conversation_id, row])).values()];
  return { pages, conversations };
}

export function useAiConversation(id: string) {
  return useQuery({ queryKey: conversationKey(id), queryFn: () => readConversation(id), retry: false });
}

function refreshList(): void {
  void queries.invalidateQueries({ queryKey: conversationsKey });
}

/** Begins a conversation with its first question, whose beginning is its title. */
export function useBeginConversation(sessionId: string | null) {
  return useMutation({
    mutationFn: ({ content }: { content: string; model: string | null }) =>
      client.workspace.llmService.createConversation({
        title: titleOf(content),
        workspace_session_id: sessionId,
      }),
    onSuccess: ({ conversation_id: id }, { content, model }) => {
      void ask(id, content, model);
      refreshList();
      go(aiPlace(id), { replace: true });
    },
  });
}

/** The first line, cut at a word. */
export function titleOf(content: string): string {
  const line = content.trim().split("\n")[0]?.replace(/\s+/g, " ") ?? "";
  const characters = [...line];
  if (characters.length <= titleAtMost) return line;
  const cut = characters.slice(0, titleAtMost).join("");
  return `${cut.replace(/\s+\S*$/, "")}…`;
}

export function useUpdateConversation(id: string) {
  return useMutation({
    mutationFn: (changes: Body<"updateAiConversation">) =>
      client.workspace.llmService.updateConversation(id, changes),
    onSuccess: (conversation) => {
      queries.setQueryData(conversationKey(id), conversation);
      refreshList();
    },
  });
}

export function useDeleteConversation(id: string) {
  return useMutation({
    mutationFn: () => client.workspace.llmService.deleteConversation(id),
    onSuccess: () => {
      refreshList();
      go(aiPlace(null), { replace: true });
    },
  });
}
