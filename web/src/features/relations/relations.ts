import { useMutation, useQuery } from "@tanstack/react-query";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { learn } from "../identity/index.ts";

export type FriendStatus = "accepted" | "incoming" | "outgoing";

const blockedKey = ["blocked"];
const friendsKey = ["friends"];

/** More friends than anybody scrolls through; asked for a hundred at a time. */
const friendsAtMost = 1_000;
const pageRows = 100;

/** Whom one has blocked, latest first. */
export function useBlocked() {
  return useQuery({
    queryKey: blockedKey,
    queryFn: async () => {
      const users = await client.users.blocked();
      for (const user of users) learn(user.id, { ...user, online: false });
      return users;
    },
  });
}

/** Friends, or requests, by username. */
export function useFriends(status: FriendStatus) {
  return useQuery({ queryKey: [...friendsKey, status], queryFn: () => listFriends(status) });
}

async function listFriends(status: FriendStatus) {
  const friends: Awaited<ReturnType<typeof client.users.friends>>["friends"] = [];
  let cursor: string | null = "";
  while (cursor !== null && friends.length < friendsAtMost) {
    const page: Awaited<ReturnType<typeof client.users.friends>> = await client.users.friends({
      status,
      limit: pageRows,
      ...(cursor === "" ? {} : { cursor }),
    });
    friends.push(...page.friends);
    cursor = page.next_cursor;
  }
  for (const friend of friends) learn(friend.id, friend);
  return friends;
}

/** What one is to somebody: `null` while that is not known, and nothing in particular to most. */
export function useRelation(userId: string): "blocked" | FriendStatus | "none" | null {
  const blocked = useBlocked();
  const accepted = useFriends("accepted");
  const incoming = useFriends("incoming");
  const outgoing = useFriends("outgoing");
  if (![blocked, accepted, incoming, outgoing].every(({ isSuccess }) => isSuccess)) return null;
  const isIn = (list: readonly { id: string }[] = []) => list.some(({ id }) => id === userId);
  if (isIn(blocked.data)) return "blocked";
  if (isIn(accepted.data)) return "accepted";
  if (isIn(incoming.data)) return "incoming";
  return isIn(outgoing.data) ? "outgoing" : "none";
}

type RelationChange = "block" | "unblock" | "ask" | "accept" | "end";

/** Changes what one is to somebody; the lists are read again afterwards, since a block ends a friendship too. */
export function useChangeRelation(onDone?: () => void) {
  return useMutation({
    mutationFn: async ({ userId, change }: { userId: string; change: RelationChange }) => {
      if (change === "block") await client.users.block(userId);
      else if (change === "unblock") await client.users.unblock(userId);
      else if (change === "ask") await client.users.requestFriend(userId);
      else if (change === "accept") await client.users.acceptFriend(userId);
      else await client.users.removeFriend(userId);
    },
    onSuccess: async () => {
      onDone?.();
      await Promise.all([
        queries.invalidateQueries({ queryKey: blockedKey }),
        queries.invalidateQueries({ queryKey: friendsKey }),
      ]);
    },
  });
}

/** Requests and friends come and go while one looks: a notification says so. */
export function startRelations(): void {
  client.on("notification", ({ kind }) => {
    if (kind === "friend_request") void queries.invalidateQueries({ queryKey: friendsKey });
  });
}
