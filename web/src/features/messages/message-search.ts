import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { SearchResult } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { isCurrent, useRested } from "../identity/index.ts";

const restMs = 250;
const fewestLetters = 2;
const shown = 8;

/** Messages of one's conversations that hold the words. */
export function useMessageSearch(words: string) {
  const q = useRested(words.trim(), restMs);
  const search = useQuery({
    queryKey: ["message-search", q],
    enabled: q.length >= fewestLetters,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<SearchResult[]> =>
      (await client.messages.search(q, { limit: shown }, { signal })).results,
  });
  return { ...search, isCurrent: isCurrent(search.isPlaceholderData, q, words) };
}
