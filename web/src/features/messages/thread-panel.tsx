import { useQuery } from "@tanstack/react-query";
import { Bell, BellOff, X } from "lucide-react";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Conversation, Message } from "../../../../sdk/src/index.ts";
import { conversationPlace, go } from "../../platform/address.ts";
import { complain } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { useSame } from "../../platform/use-same.ts";
import { IconButton } from "../../ui/button.tsx";
import { keepEnd } from "../../ui/keep-end.ts";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { useParticipants } from "../conversations/index.ts";
import { useOwnUser } from "../identity/index.ts";
import { FailedLine } from "./failed-line.tsx";
import { logOf } from "./logs.ts";
import type { RowHandlers } from "./message-handlers.ts";
import type { MessageLog } from "./message-log.ts";
import { canRemove } from "./message-rights.ts";
import { MessageRow } from "./message-row.tsx";
import { useOutbox } from "./outbox.ts";
import { RemoveMessage } from "./remove-message.tsx";
import { appearanceOf, pendingMessage, stateOf, statusOf } from "./row-appearance.ts";
import { putThreadState, useThreadState } from "./thread-states.ts";
import { useAttention } from "./use-attention.ts";
import { type Writing, WritingField } from "./writing-field.tsx";

interface ThreadPanelProps {
  conversation: Conversation;
  rootId: string;
  onClose: () => void;
}

/** Beside a conversation: one message, the replies to it, and where one writes another. */
export function ThreadPanel({ conversation, rootId, onClose }: ThreadPanelProps) {
  const log = useMemo(() => logOf({ id: conversation.id, seq: 0 }), [conversation.id]);
  useSyncExternalStore(log.subscribe, () => log.revision);
  const asked = useThread(log, rootId);
  const [writing, setWriting] = useState<Writing>({ kind: "new" });
  const participants = useParticipants(conversation.id);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || writing.kind !== "new") return;
    event.stopPropagation();
    onClose();
  };
  return (
    <aside aria-label={texts.thread} onKeyDown={onKeyDown} className="flex h-full flex-col bg-surface">
      <header className="flex h-14 shrink-0 items-center gap-1 border-line border-b ps-4 pe-2">
        <h2 className="flex-1 font-semibold text-heading">{texts.thread}</h2>
        <FollowButton rootId={rootId} />
        <IconButton icon={X} label={texts.closeThread} keys="Esc" onClick={onClose} />
      </header>
      {asked.isLoadingError ? (
        <Failure>{explain(asked.error)}</Failure>
      ) : (
        <Replies
          conversation={conversation}
          log={log}
          rootId={rootId}
          isLoading={asked.isPending}
          onWriting={setWriting}
        />
      )}
      {!conversation.is_e2ee_enabled && (
        <WritingField
          conversation={conversation}
          title={texts.theThread}
          log={log}
          participants={participants}
          threadRootId={rootId}
          writing={writing}
          onWriting={setWriting}
          onSent={() => undefined}
        />
      )}
    </aside>
  );
}

const pageRows = 100;

/** Reads the thread into the conversation's log, which then keeps it up to date. */
function useThread(log: MessageLog, rootId: string) {
  return useQuery({
    queryKey: ["thread", rootId],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = { limit: pageRows };
        if (cursor !== null) query.cursor = cursor;
        const page = await client.messages.thread(rootId, query, { signal });
        log.put([page.root, ...page.messages]);
        putThreadState({ ...page, thread_root_id: page.root.message_id });
        cursor = page.next_cursor;
      } while (cursor !== null);
      return true;
    },
  });
}

function FollowButton({ rootId }: { rootId: string }) {
  const isFollowing = useThreadState(rootId)?.following === true;
  const toggle = () => {
    const change = isFollowing ? client.messages.unfollow(rootId) : client.messages.follow(rootId);
    change.then(putThreadState, (error: unknown) => complain(explain(error)));
  };
  return (
    <IconButton
      icon={isFollowing ? Bell : BellOff}
      label={isFollowing ? texts.unfollowThread : texts.followThread}
      pressed={isFollowing}
      onClick={toggle}
    />
  );
}

interface RepliesProps {
  conversation: Conversation;
  log: MessageLog;
  rootId: string;
  isLoading: boolean;
  onWriting: (writing: Writing) => void;
}

function Replies({ conversation, log, rootId, isLoading, onWriting }: RepliesProps) {
  const own = useOwnUser();
  const participants = useParticipants(conversation.id);
  const [removing, setRemoving] = useState<Message | null>(null);
  const usernames = useMemo(
    () => new Set(participants.map(({ username }) => username.toLowerCase())),
    [participants],
  );
  const root = log.find(rootId);
  const replies = log.repliesTo(rootId);
  const ids = new Set([rootId, ...replies.map(({ message_id }) => message_id)]);
  const pending = useOutbox(conversation.id).filter(({ metadata }) => ids.has(metadata?.reply_to ?? ""));
  const { end, last } = useFollowingEnd(rootId, replies.length + pending.length);
  const handlers = useThreadHandlers(conversation.id, onWriting, setRemoving);
  useReadingThread(rootId, last, isLoading);
  const role = participants.find(({ id }) => id === own.id)?.role;
  const mayRemove = useSame((message: Message) => canRemove(message, own, role, conversation));
  if (root === undefined) return <div className="min-h-0 flex-1">{isLoading && <SkeletonRows />}</div>;
  const messages = [root, ...replies];
  const above = (place: number) => (place < 2 ? undefined : messages[place - 1]);
  return (
    <div ref={keepEnd} className="min-h-0 flex-1 overflow-y-auto overscroll-contain py-3">
      <ol aria-label={texts.messagesOf(texts.theThread)}>
        {messages.map((message, place) => (
          <li
            key={message.message_id}
            {...focusable}
            className={place === 0 ? "border-line border-b pb-3" : undefined}
          >
            <MessageRow
              {...appearanceOf(message, above(place), null)}
              message={message}
              state={message.sender_id === own.id ? statusOf(message, log, null) : "sent"}
              isTarget={false}
              isInThread
              handlers={handlers}
              usernames={usernames}
              canRemove={mayRemove}
            />
          </li>
        ))}
        {pending.map((entry, place) => (
          <li key={entry.id}>
            <MessageRow
              opensGroup
              day={null}
              opensUnread={false}
              message={pendingMessage(entry, log.head + place + 1)}
              state={stateOf(entry)}
              isTarget={false}
              isInThread
              handlers={handlers}
              usernames={usernames}
              canRemove={never}
            />
            {entry.state === "failed" && <FailedLine entry={entry} />}
          </li>
        ))}
      </ol>
      <div ref={end} />
      {removing !== null && <RemoveMessage message={removing} onClose={() => setRemoving(null)} />}
    </div>
  );
}

/** A message with the focus shows what can be done with it. */
const focusable = { tabIndex: 0 };

/** What has not been sent yet has no place to be removed from. */
const never = () => false;

function useThreadHandlers(
  conversationId: string,
  onWriting: (writing: Writing) => void,
  onRemove: (message: Message) => void,
): RowHandlers {
  return useMemo(
    () => ({
      reply: (message) => onWriting({ kind: "reply", message }),
      edit: (message) => onWriting({ kind: "edit", message }),
      remove: onRemove,
      show: (messageId) => go(conversationPlace(conversationId, { messageId })),
    }),
    [conversationId, onWriting, onRemove],
  );
}

/** The end is in sight when the thread opens and when one more reply comes. */
function useFollowingEnd(rootId: string, count: number) {
  const end = useRef<HTMLDivElement>(null);
  const shown = useRef({ rootId: "", count: 0 });
  useLayoutEffect(() => {
    if (shown.current.rootId === rootId && count <= shown.current.count) return;
    shown.current = { rootId, count };
    end.current?.scrollIntoView({ block: "nearest" });
  }, [rootId, count]);
  return { end, last: count };
}

/** What came while one looks is read. */
function useReadingThread(rootId: string, count: number, isLoading: boolean): void {
  const attends = useAttention();
  const unread = useThreadState(rootId)?.unread_count ?? 0;
  const mark = useCallback(() => {
    client.messages.markThreadRead(rootId).then(putThreadState, () => undefined);
  }, [rootId]);
  useEffect(() => {
    if (attends && !isLoading && unread > 0 && count > 0) mark();
  }, [attends, isLoading, unread, count, mark]);
}
