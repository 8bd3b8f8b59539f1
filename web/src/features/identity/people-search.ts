import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client } from "../../platform/client.ts";
import { learn } from "./people.ts";

const typingPauseMs = 150;
const shown = 30;

/** A value that follows another one once it rests. */
export function useRested<T>(value: T, ms = typingPauseMs): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

/** People of the directory whose name fits; the earlier ones stay in sight until the next have come. */
export function usePeopleSearch(words: string, enabled = true) {
  const q = useRested(words.trim());
  const search = useQuery({
    queryKey: ["people", q],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { users } = await client.users.list(q === "" ? { limit: shown } : { q, limit: shown }, {
        signal,
      });
      for (const user of users) learn(user.id, user);
      return users;
    },
  });
  return { ...search, isCurrent: isCurrent(search.isPlaceholderData, q, words) };
}

/** Whether an answer is for the words as they are now: what is chosen by a key must not be of earlier ones. */
export function isCurrent(isPlaceholder: boolean, asked: string, words: string): boolean {
  return !isPlaceholder && asked === words.trim();
}
