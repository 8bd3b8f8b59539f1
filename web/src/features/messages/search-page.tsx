import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { SearchResult } from "../../../../sdk/src/index.ts";
import { conversationPlace, go, type SearchPlace } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { conversations, loadConversations } from "../conversations/index.ts";
import { useOwnUser, usePerson, useRested } from "../identity/index.ts";
import { plainNameOf, SearchFilters } from "./search-filters.tsx";
import { SnippetView } from "./snippet-view.tsx";

const pageRows = 20;
const fewestLetters = 2;

/** Messages by their words, by who wrote them, where, and when. The address holds all of it. */
export function SearchPage({ place }: { place: SearchPlace }) {
  const [words, setWords] = useState(place.words);
  const rested = useRested(words);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (rested !== place.words) go({ ...place, words: rested }, { replace: true });
  }, [rested, place]);
  // Whoever opens a link here has not seen the list of conversations, whose names stand beside the results.
  useEffect(() => {
    if (conversations.get().current.status === "unread") void loadConversations("current");
  }, []);
  const search = useSearch({ ...place, words: rested });
  const results = search.data?.pages.flatMap((page) => page.results) ?? [];
  const isAsked = rested.trim().length >= fewestLetters;
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-2xl px-4 py-6 medium:px-8">
        <h1 className="font-semibold text-title">{texts.searchMessages}</h1>
        <p className="mt-1 text-ink-soft">{texts.searchMessagesAbout}</p>
        <SearchField
          label={texts.searchMessages}
          autoFocus
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            list.current?.querySelector("a")?.focus();
          }}
          className="mt-4 mb-3"
        />
        <SearchFilters place={place} />
        {isAsked && search.isPending && <SkeletonRows />}
        {search.isError && <Failure>{explain(search.error)}</Failure>}
        {isAsked && search.isSuccess && results.length === 0 && (
          <Empty icon={SearchX} title={texts.noMessagesFound} about={texts.noMessagesFoundAbout} />
        )}
        <ul ref={list} aria-label={texts.results} onKeyDown={moveInResults} className="-mx-3 flex flex-col">
          {isAsked && results.map((result) => <ResultRow key={result.message.message_id} result={result} />)}
        </ul>
        {isAsked && search.hasNextPage && (
          <Button
            look="plain"
            className="w-full"
            busy={search.isFetchingNextPage}
            onClick={() => void search.fetchNextPage()}
          >
            {texts.more}
          </Button>
        )}
      </div>
    </div>
  );
}

function useSearch({ words, inId, fromId, after, before, has }: SearchPlace) {
  const q = words.trim();
  const filters = {
    ...(inId === null ? {} : { conversation_id: inId }),
    ...(fromId === null ? {} : { sender_id: fromId }),
    // Days are the reader's own.
    ...(after === null ? {} : { from: new Date(`${after}T00:00:00`).toISOString() }),
    ...(before === null ? {} : { to: new Date(`${before}T23:59:59.999`).toISOString() }),
    ...(has === null ? {} : { has }),
  };
  return useInfiniteQuery({
    queryKey: ["search", q, filters],
    enabled: q.length >= fewestLetters,
    initialPageParam: "",
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      client.messages.search(
        q,
        { limit: pageRows, ...filters, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Arrows move from result to result; above the first one is the field. */
function moveInResults(event: KeyboardEvent<HTMLUListElement>): void {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move === undefined) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (at === -1) return;
  event.preventDefault();
  const next = links[at + move];
  if (next !== undefined) next.focus();
  else if (move === -1) document.querySelector<HTMLElement>("main input[type=search], main input")?.focus();
}

function ResultRow({ result: { message, snippet } }: { result: SearchResult }) {
  const own = useOwnUser();
  const author = usePerson(message.sender_id)?.name ?? texts.someone;
  const { byId } = useStore(conversations);
  const conversation = byId.get(message.conversation_id);
  const name = conversation === undefined ? "" : plainNameOf(conversation, own.id);
  const to =
    message.thread_root_id === null
      ? conversationPlace(message.conversation_id, { messageId: message.message_id })
      : conversationPlace(message.conversation_id, {
          messageId: message.message_id,
          threadId: message.thread_root_id,
        });
  return (
    <li className="border-line border-b">
      <Link to={to} className="block rounded-control px-3 py-3 hover:bg-hover">
        <span className="flex items-baseline gap-2">
          <span className="truncate font-semibold">{author}</span>
          {name !== "" && (
            <span className="truncate text-detail text-ink-soft">{texts.inConversation(name)}</span>
          )}
          <Time
            at={message.created_at}
            show={listTime}
            className="ms-auto shrink-0 text-detail text-ink-faint"
          />
        </span>
        <span dir="auto" className="mt-0.5 line-clamp-3 block text-message [overflow-wrap:anywhere]">
          <SnippetView snippet={snippet} />
        </span>
      </Link>
    </li>
  );
}
