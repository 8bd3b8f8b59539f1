import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import type { Account, Body } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { useRested } from "../identity/index.ts";

const accountsKey = ["accounts"];
const pageRows = 50;

export interface AccountFilter {
  words: string;
  role: Account["role"] | "any";
  state: "any" | "banned" | "not banned";
  sort: "created_at" | "username";
}

export function useAccounts({ words, role, state, sort }: AccountFilter) {
  const q = useRested(words.trim());
  return useInfiniteQuery({
    queryKey: [...accountsKey, q, role, state, sort],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      client.admin.listUsers(pageQuery({ words: q, role, state, sort }, pageParam, pageRows), { signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export async function readAccounts(filter: AccountFilter, cursor: string, limit: number) {
  const { users, next_cursor } = await client.admin.listUsers(pageQuery(filter, cursor, limit));
  return { rows: users, next: next_cursor };
}

function pageQuery({ words, role, state, sort }: AccountFilter, cursor: string, limit: number) {
  const q = words.trim();
  return {
    limit,
    sort,
    ...(q === "" ? {} : { q }),
    ...(role === "any" ? {} : { role }),
    ...(state === "any" ? {} : { banned: state === "banned" }),
    ...(cursor === "" ? {} : { cursor }),
  };
}

export type AccountChange =
  | { kind: "update"; body: Body<"updateAccount"> }
  | { kind: "ban"; body: Body<"ban"> }
  | { kind: "unban" | "unlock" | "delete" };

/** One change of an account; the table is read again afterwards. */
export function useChangeAccount({ id }: Account, onDone?: (change: AccountChange) => void) {
  return useMutation({
    mutationFn: async (change: AccountChange) => {
      if (change.kind === "update") await client.admin.updateUser(id, change.body);
      else if (change.kind === "ban") await client.admin.ban(id, change.body);
      else if (change.kind === "unban") await client.admin.unban(id);
      else if (change.kind === "unlock") await client.admin.unlock(id);
      else await client.admin.deleteUser(id);
    },
    onSuccess: (_, change) => {
      onDone?.(change);
      return Promise.all([
        queries.invalidateQueries({ queryKey: accountsKey }),
        queries.invalidateQueries({ queryKey: ["stats"] }),
        queries.invalidateQueries({ queryKey: ["audit"] }),
      ]);
    },
  });
}
