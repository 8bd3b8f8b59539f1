import { type InfiniteData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import type { Answer, Notification } from "../../../../sdk/src/index.ts";
import { announce } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { Store, useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { hasOpened, ownId, session } from "../identity/index.ts";

type Page = Answer<"listNotifications">;

const listKey = ["notifications"];
const countKey = ["notifications-unread"];
const pageRows = 30;
/** Marked as read at once; more would wait on each other anyway. */
const marksAtOnce = 10;

/** What the administrators last told everybody, until it is dismissed. */
export const announcement = new Store<{ id: string; body: string } | null>(null);

/** What one was told of, newest first. */
export function useNotifications(isUnread: boolean) {
  return useInfiniteQuery({
    queryKey: [...listKey, isUnread],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.notifications.list(
        {
          limit: pageRows,
          ...(isUnread ? { unread: true } : {}),
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useUnreadNotifications(): number {
  const enabled = useStore(hasOpened);
  const { data } = useQuery({
    queryKey: countKey,
    enabled,
    queryFn: async () => (await client.notifications.list({ limit: 1 })).unread_count,
  });
  return data ?? 0;
}

/** Shows at once as read, and goes back where the server refuses. */
export function useMarkRead() {
  return useMutation({
    mutationFn: (id: string) => client.notifications.markRead(id),
    onMutate: (id) => {
      showRead(id, new Date().toISOString());
      queries.setQueryData<number>(countKey, (count = 1) => Math.max(0, count - 1));
    },
    onSettled: () => void refresh(),
  });
}

/** All of them, however many there are: page for page, until none is left. */
export function useMarkAllRead() {
  return useMutation({
    mutationFn: async () => {
      for (;;) {
        const { notifications } = await client.notifications.list({ unread: true, limit: 100 });
        if (notifications.length === 0) return;
        for (let at = 0; at < notifications.length; at += marksAtOnce)
          await Promise.all(
            notifications.slice(at, at + marksAtOnce).map(({ id }) => client.notifications.markRead(id)),
          );
      }
    },
    onSettled: () => void refresh(),
  });
}

export function useClearNotifications(onDone: () => void) {
  return useMutation({
    mutationFn: () => client.notifications.clear(),
    onSuccess: onDone,
    onSettled: () => void refresh(),
  });
}

function showRead(id: string, at: string): void {
  queries.setQueriesData<InfiniteData<Page>>({ queryKey: listKey }, (known) => {
    if (known === undefined) return known;
    const change = (each: Notification) => (each.id === id ? { ...each, read_at: each.read_at ?? at } : each);
    return {
      ...known,
      pages: known.pages.map((page) => ({ ...page, notifications: page.notifications.map(change) })),
    };
  });
}

async function refresh(): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: listKey }),
    queries.invalidateQueries({ queryKey: countKey }),
  ]);
}

/** What is told while one is here; what is read in a conversation is read here too. */
export function startNotifications(): void {
  client.on("notification", ({ id, kind, title, body }) => {
    if (kind === "announcement") {
      announcement.set({ id, body });
      announce(texts.newNotification(texts.announcementTitle, body));
      return;
    }
    announce(texts.newNotification(title, body));
    void refresh();
  });
  client.on("read_receipt", ({ user_id }) => {
    if (session.get().status === "signedIn" && user_id === ownId() && (unreadShown() ?? 0) > 0)
      void refresh();
  });
  client.on("signed_out", () => announcement.set(null));
}

function unreadShown(): number | undefined {
  return queries.getQueryData<number>(countKey);
}
