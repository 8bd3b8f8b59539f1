import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Conversation, Message, OutboxEntry } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { keepEnd } from "../../ui/keep-end.ts";
import { FailedLine } from "./failed-line.tsx";
import { copyText } from "./message-actions.tsx";
import type { RowHandlers } from "./message-handlers.ts";
import type { MessageLog } from "./message-log.ts";
import { MessageRow } from "./message-row.tsx";
import { noteRead } from "./receipts.ts";
import { appearanceOf, pendingMessage, stateOf, statusOf } from "./row-appearance.ts";
import { useAttention } from "./use-attention.ts";

interface MessageListProps {
  conversation: Conversation;
  title: string;
  log: MessageLog;
  pending: readonly OutboxEntry[];
  ownId: string;
  otherId: string | null;
  /** Where «new messages» begins; null: nowhere. */
  firstUnread: number | null;
  /** The place of the message that a link leads to; it is shown in the middle. */
  target: { seq: number; number: number } | null;
  usernames: ReadonlySet<string>;
  canRemove: (message: Message) => boolean;
  handlers: RowHandlers;
}

const guessedRowHeight = 44;
const shownAfterMs = 500;
/** Rows drawn beyond those in sight: few until what is new is shown, so that it is shown sooner. */
const overscan = { first: 1, later: 8 };
/** Asked for before they come into sight. */
const lookAhead = 40;
/** Nearer to the end than this one is at the end: what comes keeps in sight. */
const atEndWithin = 80;

/**
 * A conversation's messages: every place of the log has a row, only those in sight are drawn. The position holds when
 * rows above turn out higher than guessed, and at the end the list follows what comes.
 */
export function MessageList(props: MessageListProps) {
  const { conversation, title, log, pending, firstUnread, target, handlers } = props;
  useSyncExternalStore(log.subscribe, () => log.revision);
  const scroller = useRef<HTMLDivElement>(null);
  const head = log.head;
  const count = head + pending.length;
  const drawn = useOverscan();
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => guessedRowHeight,
    getItemKey: useCallback(
      (index: number) => (index < head ? index + 1 : (pending[index - head]?.id ?? index)),
      [head, pending],
    ),
    overscan: drawn.overscan,
    // Near to where it will open, so that no other rows are drawn before.
    initialOffset: () => (firstUnread === null ? count : firstUnread - 1) * guessedRowHeight,
    paddingStart: 16,
    paddingEnd: 12,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: atEndWithin,
  });
  useOpening(virtualizer, { count, firstUnread, target });
  useEffect(() => keepEnd(scroller.current), []);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { lapses } = log;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each lapse asks again for what is in sight.
  useEffect(() => log.ensure(first + 1 - lookAhead, last + 1 + lookAhead), [log, first, last, lapses]);
  const isAtEnd = isNearEnd(virtualizer);
  useReading(virtualizer, conversation, log);
  const keys = useRowKeys({
    title,
    virtualizer,
    count,
    log,
    handlers,
    ownId: props.ownId,
    canRemove: props.canRemove,
  });
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        {...keys.feedProps}
        aria-busy={items.some(({ index }) => index < head && log.at(index + 1) === undefined)}
        className="h-full overflow-y-auto overflow-x-hidden overscroll-contain [contain:strict] [overflow-anchor:none]"
      >
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              {...keys.rowProps(item.index)}
              className="absolute inset-x-0 top-0 [contain:layout_style]"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Row {...props} index={item.index} />
            </div>
          ))}
        </div>
      </div>
      {!isAtEnd && (
        <JumpToNewest
          unread={conversation.unread_count}
          onJump={() => {
            drawn.narrow();
            virtualizer.scrollToEnd({ behavior: "auto" });
          }}
        />
      )}
    </div>
  );
}

function useOverscan() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isShown) return;
    const timer = setTimeout(() => setShown(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isShown]);
  /** Before a jump, after which no row is the same. */
  const narrow = () => setShown(false);
  return { overscan: isShown ? overscan.later : overscan.first, narrow };
}

type ListVirtualizer = Virtualizer<HTMLDivElement, Element>;

function Row({ index, ...props }: MessageListProps & { index: number }) {
  const { log, pending, otherId, ownId, firstUnread, target, handlers, usernames, canRemove } = props;
  const entry = index < log.head ? undefined : pending[index - log.head];
  const message = entry === undefined ? log.at(index + 1) : pendingMessage(entry, index + 1);
  if (message === undefined) return <UnknownRow />;
  const waiting = index > log.head ? pending[index - log.head - 1] : undefined;
  const above = index === 0 ? null : waiting === undefined ? log.at(index) : pendingMessage(waiting, index);
  const isOwn = message.sender_id === ownId;
  return (
    <>
      <MessageRow
        {...appearanceOf(message, above, firstUnread)}
        message={message}
        state={entry !== undefined ? stateOf(entry) : isOwn ? statusOf(message, log, otherId) : "sent"}
        isTarget={target?.seq === message.seq}
        handlers={handlers}
        usernames={message.content.includes("@") ? usernames : nobody}
        canRemove={canRemove}
      />
      {entry?.state === "failed" && <FailedLine entry={entry} />}
    </>
  );
}

/** Whoever could be named in a text that names nobody: who takes part may be known later than the text. */
const nobody: ReadonlySet<string> = new Set();

/** A place whose message is on the way here. */
function UnknownRow() {
  return (
    <div aria-hidden className="flex h-11 items-center gap-3 px-4 medium:px-6">
      <div className="w-9 shrink-0" />
      <div className="skeleton h-3 w-3/5" />
    </div>
  );
}

function JumpToNewest({ unread, onJump }: { unread: number; onJump: () => void }) {
  return (
    <button
      type="button"
      onClick={onJump}
      className="absolute end-4 bottom-3 flex min-h-9 items-center gap-2 rounded-full border border-line bg-raised px-3.5 font-medium text-list shadow-float hover:bg-hover medium:end-6"
    >
      <ArrowDown aria-hidden size={16} />
      {unread > 0 ? texts.jumpToUnread(unread) : texts.jumpToNewest}
    </button>
  );
}

/** Opens at the message that a link leads to, else at the first unread one, else at the end. */
function useOpening(
  virtualizer: ListVirtualizer,
  { count, firstUnread, target }: { count: number } & Pick<MessageListProps, "firstUnread" | "target">,
): void {
  const opened = useRef(false);
  const shown = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (count === 0) return;
    if (target !== null && shown.current !== target.number) {
      shown.current = target.number;
      virtualizer.scrollToIndex(target.seq - 1, { align: "center" });
    } else if (!opened.current) {
      if (firstUnread === null) virtualizer.scrollToEnd({ behavior: "auto" });
      else virtualizer.scrollToIndex(Math.max(0, firstUnread - 1), { align: "start" });
    }
    opened.current = true;
  }, [virtualizer, count, firstUnread, target]);
}

/** From what the virtualizer knows: asking the page would make it lay itself out in the middle of a scroll. */
function isNearEnd(virtualizer: ListVirtualizer): boolean {
  const height = virtualizer.scrollRect?.height ?? 0;
  const left = virtualizer.getTotalSize() - (virtualizer.scrollOffset ?? 0) - height;
  // A screenful away: the button would only cover what it leads to.
  return virtualizer.scrollOffset === null || left < Math.max(atEndWithin, height / 2);
}

const readAfterMs = 200;

/** What is in sight while one looks counts as read. */
function useReading(virtualizer: ListVirtualizer, conversation: Conversation, log: MessageLog): void {
  const attends = useAttention();
  const lastInSight = Math.min((virtualizer.range?.endIndex ?? -1) + 1, log.head);
  const isKnown = lastInSight > 0 && log.at(lastInSight) !== undefined;
  useEffect(() => {
    if (!attends || !isKnown) return;
    const timer = setTimeout(() => noteRead(conversation.id, lastInSight), readAfterMs);
    return () => clearTimeout(timer);
  }, [attends, isKnown, lastInSight, conversation.id]);
}

interface RowKeys {
  title: string;
  virtualizer: ListVirtualizer;
  count: number;
  log: MessageLog;
  handlers: RowHandlers;
  ownId: string;
  canRemove: (message: Message) => boolean;
}

/** Arrows move from message to message; letters act on the one that has the focus. */
function useRowKeys({ title, virtualizer, count, log, handlers, ownId, canRemove }: RowKeys) {
  const [chosen, setChosen] = useState<number | null>(null);
  const active = chosen === null || chosen >= count ? count - 1 : chosen;
  const focusRow = (index: number) => {
    setChosen(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
    const take = () => {
      const row = virtualizer.scrollElement?.querySelector<HTMLElement>(`[data-index="${index}"]`);
      row?.focus({ preventScroll: true });
      return row != null;
    };
    // A row that is not drawn yet is with the next frame.
    if (!take()) requestAnimationFrame(take);
  };
  const moves: Record<string, number> = {
    ArrowUp: active - 1,
    ArrowDown: active + 1,
    PageUp: active - 10,
    PageDown: active + 10,
    Home: 0,
    End: count - 1,
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const row = event.target instanceof HTMLElement ? event.target : null;
    if (row?.dataset.index === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focusRow(Math.min(count - 1, Math.max(0, to)));
      return;
    }
    const message = log.at(Number(row.dataset.index) + 1);
    if (message !== undefined && actBy(event.key, message, { handlers, ownId, canRemove }))
      event.preventDefault();
  };
  /** The articles of a feed take the focus in turn (ARIA practices, «feed»). */
  const rowProps = (index: number) => ({
    role: "article",
    "aria-posinset": index + 1,
    "aria-setsize": count,
    tabIndex: index === active ? 0 : -1,
  });
  return { rowProps, feedProps: { role: "feed", "aria-label": texts.messagesOf(title), onKeyDown } };
}

function actBy(
  key: string,
  message: Message,
  { handlers, ownId, canRemove }: Pick<RowKeys, "handlers" | "ownId" | "canRemove">,
): boolean {
  if (message.deleted_at !== null || message.message_type === "system") return false;
  if (key === "r") handlers.reply(message);
  else if (key === "e" && message.sender_id === ownId) handlers.edit(message);
  else if (key === "t" && handlers.openThread !== undefined) handlers.openThread(message);
  else if (key === "c") copyText(message);
  else if (key === "Delete" && canRemove(message)) handlers.remove(message);
  else return false;
  return true;
}
