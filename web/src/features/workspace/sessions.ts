import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import type { Body, ListedWorkspaceSession } from "../../../../sdk/src/index.ts";
import { go, sessionPlace, sessionsPlace } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";

const sessionsKey = ["workspace-sessions"] as const;
const sessionKey = (id: string) => ["workspace-session", id] as const;
const pageRows = 100;
const relatedAtMost = 50;

/** One's sessions, last changed first, as far as they were asked for. */
export function useSessions() {
  const pages = useInfiniteQuery({
    queryKey: sessionsKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.workspace.sessionService.list({ limit: pageRows, cursor: pageParam }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const sessions: ListedWorkspaceSession[] = pages.data?.pages.flatMap((page) => page.sessions) ?? [];
  return { pages, sessions };
}

export function useSession(id: string) {
  return useQuery({
    queryKey: sessionKey(id),
    queryFn: () => client.workspace.sessionService.get(id),
    retry: false,
  });
}

/** Sessions that share tags, best first. Nothing without tags. */
export function useRelated(tags: readonly string[]) {
  return useQuery({
    queryKey: [...sessionsKey, "related", ...tags],
    queryFn: () => client.workspace.sessionService.getRelated(tags, relatedAtMost),
    enabled: tags.length > 0,
  });
}

async function refresh(): Promise<void> {
  await queries.invalidateQueries({ queryKey: sessionsKey });
}

export function useCreateSession() {
  return useMutation({
    mutationFn: (data: Body<"createWorkspaceSession">) => client.workspace.sessionService.create(data),
    onSuccess: ({ session_id: id }) => {
      void refresh();
      go(sessionPlace(id));
    },
  });
}

export function useForkSession(id: string) {
  return useMutation({
    mutationFn: (overrides: Body<"forkWorkspaceSession">) =>
      client.workspace.sessionService.fork(id, overrides),
    onSuccess: ({ session_id: forkId }) => {
      void refresh();
      go(sessionPlace(forkId));
    },
  });
}

export function useUpdateSession(id: string) {
  return useMutation({
    mutationFn: (changes: Body<"updateWorkspaceSession">) =>
      client.workspace.sessionService.update(id, changes),
    onSuccess: async () => {
      await Promise.all([refresh(), queries.invalidateQueries({ queryKey: sessionKey(id) })]);
    },
  });
}

export function useDeleteSession(id: string) {
  return useMutation({
    mutationFn: () => client.workspace.sessionService.delete(id),
    onSuccess: () => {
      void refresh();
      go(sessionsPlace(), { replace: true });
    },
  });
}
