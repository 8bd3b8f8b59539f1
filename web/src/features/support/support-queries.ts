import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Answer, Query, SupportConversation, SupportUpdatedFrame } from "../../../../sdk/src/index.ts";
import type { SupportView } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { learn } from "../identity/index.ts";

type SupportPage = Answer<"listSupportConversations">;

const pageRows = 50;
const everything = ["support"];
const oneKey = (id: string) => [...everything, "one", id];
const listKey = [...everything, "list"];

const filters: Record<SupportView, Query<"listSupportConversations">> = {
  unassigned: { status: "open", sort: "oldest" },
  mine: { status: "assigned", assignee: "me" },
  all: {},
  resolved: { status: "resolved" },
};

/** Whether one answers customers here or is one; undefined until the server has said so. */
export function useSupportRole(): SupportPage["role"] | undefined {
  const { data } = useQuery({
    queryKey: [...everything, "role"],
    queryFn: async ({ signal }) => (await client.support.list({ limit: 1 }, { signal })).role,
  });
  return data;
}

/** Customers give null: they see their own, all of them. */
export function useSupportList(view: SupportView | null, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: [...listKey, view],
    enabled,
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const filter = view === null ? {} : filters[view];
      const page = await client.support.list({ limit: pageRows, ...filter, ...cursor }, { signal });
      for (const each of page.conversations) learnPeople(each);
      return page;
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useSupport(id: string) {
  return useQuery({
    queryKey: oneKey(id),
    queryFn: async ({ signal }) => {
      const found = await client.support.get(id, { signal });
      learnPeople(found);
      return found;
    },
  });
}

function learnPeople({ customer, agent }: SupportConversation): void {
  for (const each of [customer, agent]) if (each !== null) learn(each.user_id, each);
}

/** What an action has answered: it shows at once, and the lists are read again. */
export function putSupport(changed: SupportConversation): void {
  learnPeople(changed);
  queries.setQueryData(oneKey(changed.id), changed);
  readListsAgain();
}

export function readSupportAgain(id: string): Promise<void> {
  readListsAgain();
  return queries.invalidateQueries({ queryKey: oneKey(id) });
}

/** Changes of one moment are read once. */
const gatherMs = 150;
let timer: ReturnType<typeof setTimeout> | null = null;

function readListsAgain(): void {
  if (timer !== null) return;
  timer = setTimeout(() => {
    timer = null;
    void queries.invalidateQueries({ queryKey: listKey });
  }, gatherMs);
}

/** Takes in what the socket tells: of a new message its place, of another status all. */
export function takeSupportFrame(frame: SupportUpdatedFrame): void {
  const { conversation_id: id, type: _, ...told } = frame;
  const change = (known: SupportConversation): SupportConversation =>
    known.id === id ? { ...known, ...told } : known;
  queries.setQueryData<SupportConversation>(oneKey(id), (known) => known && change(known));
  queries.setQueriesData<InfiniteData<SupportPage>>(
    { queryKey: listKey },
    (known) =>
      known && {
        ...known,
        pages: known.pages.map((page) => ({ ...page, conversations: page.conversations.map(change) })),
      },
  );
  // Who moves between the lists, and the names of who came in, the server knows.
  if (frame.status !== undefined) void readSupportAgain(id);
}
