import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Hash, Lock } from "lucide-react";
import { useState } from "react";
import type { Room } from "../../../../sdk/src/index.ts";
import { conversationPlace, go } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { putConversations } from "../conversations/index.ts";
import { isCurrent, useRested } from "../identity/index.ts";

const pageRows = 50;

export function useRooms(words: string, enabled = true) {
  const q = useRested(words.trim());
  const search = useInfiniteQuery({
    queryKey: ["rooms", q],
    enabled,
    initialPageParam: "",
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      client.rooms.list(
        { limit: pageRows, ...(q === "" ? {} : { q }), ...(pageParam === "" ? {} : { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  return { ...search, isCurrent: isCurrent(search.isPlaceholderData, q, words) };
}

/** Enters a public room and goes there. */
export function useJoinRoom() {
  return useMutation({
    mutationFn: async (id: string) => {
      await client.rooms.join(id);
      return await client.conversations.get(id);
    },
    onSuccess: (conversation) => {
      putConversations([conversation]);
      void queries.invalidateQueries({ queryKey: ["rooms"] });
      go(conversationPlace(conversation.id));
    },
  });
}

/** Rooms that anybody here may find and enter. */
export function RoomDirectory() {
  const [words, setWords] = useState("");
  const rooms = useRooms(words);
  const join = useJoinRoom();
  const all = rooms.data?.pages.flatMap((page) => page.rooms) ?? [];
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-2xl px-4 py-6 medium:px-8">
        <div className="flex items-center gap-3">
          <h1 className="flex-1 font-semibold text-title">{texts.rooms}</h1>
          <Button look="primary" onClick={() => go({ name: "new", kind: "room" })}>
            {texts.newRoom}
          </Button>
        </div>
        <p className="mt-1 text-ink-soft">{texts.roomsAbout}</p>
        <SearchField
          label={texts.findRooms}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="my-4"
        />
        {join.isError && <Failure>{explain(join.error)}</Failure>}
        {rooms.isPending && <SkeletonRows />}
        {rooms.isError && <Failure>{explain(rooms.error)}</Failure>}
        {rooms.isSuccess && all.length === 0 && (
          <Empty
            icon={Hash}
            title={words === "" ? texts.noRoomsTitle : texts.noRoomsFound}
            about={words === "" ? texts.noRoomsAbout : ""}
          />
        )}
        <ul className="flex flex-col">
          {all.map((room) => (
            <RoomRow
              key={room.id}
              room={room}
              busy={join.isPending && join.variables === room.id}
              onJoin={() => join.mutate(room.id)}
            />
          ))}
        </ul>
        <MoreButton pages={rooms} />
      </div>
    </div>
  );
}

function RoomRow({ room, busy, onJoin }: { room: Room; busy: boolean; onJoin: () => void }) {
  return (
    <li className="flex items-center gap-3 border-line border-b py-3">
      <Avatar id={room.id} name={room.name} url={room.avatar_url} kind="room" />
      <div className="min-w-0 flex-1">
        <h2 className="flex items-center gap-1.5 font-medium">
          <span className="truncate">{room.name}</span>
          {room.visibility === "private" && (
            <Lock aria-label={texts.privateRoom} size={13} className="shrink-0 text-ink-soft" />
          )}
        </h2>
        {room.description !== null && (
          <p dir="auto" className="line-clamp-2 text-ink-soft [overflow-wrap:anywhere]">
            {room.description}
          </p>
        )}
        <p className="text-detail text-ink-soft">{texts.members(room.participant_count)}</p>
      </div>
      {room.is_member ? (
        <Link
          to={conversationPlace(room.id)}
          className="inline-flex min-h-9 items-center rounded-control border border-line px-3.5 font-medium hover:bg-hover"
          aria-label={`${texts.open}: ${room.name}`}
        >
          {texts.open}
        </Link>
      ) : (
        <Button look="primary" busy={busy} onClick={onJoin} aria-label={`${texts.join}: ${room.name}`}>
          {texts.join}
        </Button>
      )}
    </li>
  );
}
