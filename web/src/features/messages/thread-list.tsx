import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowLeft, MessagesSquare } from "lucide-react";
import { useEffect, useState } from "react";
import type { FollowedThread } from "../../../../sdk/src/index.ts";
import { conversationPlace, goBack } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Empty } from "../../ui/empty.tsx";
import { CheckBox } from "../../ui/field.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { UnreadCount } from "../../ui/unread-count.tsx";
import { conversations } from "../conversations/index.ts";
import { useOwnUser, usePerson } from "../identity/index.ts";
import { summaryOf } from "./reply-quote.tsx";
import { plainNameOf } from "./search-filters.tsx";
import { putThreadState, useThreadState } from "./thread-states.ts";

const listKey = ["threads"];
const pageRows = 30;
/** Replies that come in a burst make the list be read once. */
const settleMs = 500;

/** The threads that one follows, the latest reply first; each opens beside its conversation. */
export function ThreadList() {
  const [isUnread, setUnread] = useState(false);
  const list = useThreads(isUnread);
  const all = list.data?.pages.flatMap(({ threads }) => threads) ?? [];
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-2xl flex-col px-4 py-3 medium:px-8 medium:py-6">
        <div className="flex min-h-9 items-center gap-1">
          <IconButton
            icon={ArrowLeft}
            label={texts.back}
            className="-ms-2 medium:hidden rtl:-scale-x-100"
            onClick={() => goBack({ name: "home" })}
          />
          <h1 className="font-semibold text-title">{texts.threads}</h1>
        </div>
        <p className="mt-1 text-ink-soft">{texts.threadsAbout}</p>
        <div className="my-3 self-start">
          <CheckBox label={texts.onlyUnread} checked={isUnread} onChange={setUnread} />
        </div>
        {list.isPending && <SkeletonRows />}
        {list.isError && <Failure>{explain(list.error)}</Failure>}
        {list.isSuccess && all.length === 0 && (
          <div className="flex-1">
            <Empty
              icon={MessagesSquare}
              title={isUnread ? texts.noUnreadThreads : texts.noThreads}
              about={isUnread ? texts.noUnreadThreadsAbout : texts.noThreadsAbout}
            />
          </div>
        )}
        {all.length > 0 && (
          <ul aria-label={texts.threads} className="-mx-3 flex flex-col">
            {all.map((thread) => (
              <Row key={thread.thread_root_id} thread={thread} />
            ))}
          </ul>
        )}
        <MoreButton pages={list} />
      </div>
    </div>
  );
}

function useThreads(isUnread: boolean) {
  useRefreshing();
  return useInfiniteQuery({
    queryKey: [...listKey, isUnread],
    staleTime: 0,
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const page = await client.messages.threads(
        {
          limit: pageRows,
          ...(isUnread ? { unread: true } : {}),
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        { signal },
      );
      for (const each of page.threads) putThreadState(each);
      return page;
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** A reply moves its thread to the top; one that is read, followed or left changes what is listed. */
function useRefreshing(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: listKey }), settleMs);
    };
    const stops = [
      client.on("chat", ({ thread_root_id }) => {
        if (thread_root_id !== null) refresh();
      }),
      client.on("thread_updated", refresh),
    ];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, []);
}

function Row({
  thread: { root, conversation_id: id, thread_root_id: rootId, ...thread },
}: {
  thread: FollowedThread;
}) {
  const own = useOwnUser();
  const author = usePerson(root.sender_id);
  const conversation = useStore(conversations).byId.get(id);
  const unread = useThreadState(rootId)?.unread_count ?? thread.unread_count;
  return (
    <li className="border-line border-b">
      <Link
        to={conversationPlace(id, { threadId: rootId })}
        className="flex items-start gap-3 rounded-control px-3 py-3 hover:bg-hover"
      >
        <Avatar id={root.sender_id} name={author?.name ?? "?"} url={author?.avatarUrl ?? null} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className={classes("truncate", unread > 0 ? "font-semibold" : "font-medium")}>
              {author?.name ?? texts.someone}
            </span>
            {conversation !== undefined && (
              <span className="min-w-0 flex-1 truncate text-detail text-ink-soft">
                {texts.inConversation(plainNameOf(conversation, own.id))}
              </span>
            )}
            {thread.last_reply_at !== null && (
              <Time
                at={thread.last_reply_at}
                show={listTime}
                className="ms-auto shrink-0 text-detail text-ink-soft"
              />
            )}
          </span>
          <span dir="auto" className="line-clamp-2 text-message [overflow-wrap:anywhere]">
            {summaryOf(root)}
          </span>
          <span className="mt-0.5 flex items-center gap-2 text-detail text-ink-soft">
            {texts.replies(thread.reply_count)}
            {unread > 0 && <UnreadCount count={unread} />}
          </span>
        </span>
      </Link>
    </li>
  );
}
