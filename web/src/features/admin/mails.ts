import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "../../platform/client.ts";

const pageRows = 50;

/** Mails of the last week, newest first. */
export function useMails() {
  return useInfiniteQuery({
    queryKey: ["mails"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.admin.mails({ limit: pageRows, ...(pageParam === "" ? {} : { cursor: pageParam }) }, { signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
}
