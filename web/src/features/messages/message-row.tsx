import { Check, CheckCheck, CircleAlert, Clock, Lock, Pin } from "lucide-react";
import { memo, type ReactNode, useRef } from "react";
import type { Message } from "../../../../sdk/src/index.ts";
import { minute } from "../../platform/minute.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { clockTime, dayName, exactTime } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { classes } from "../../ui/classes.ts";
import { Time } from "../../ui/time.tsx";
import { useOwnUser, usePerson } from "../identity/index.ts";
import { Attachments } from "./attachments-view.tsx";
import { MarkupView } from "./markup-view.tsx";
import { MessageActions } from "./message-actions.tsx";
import type { RowHandlers } from "./message-handlers.ts";
import { Reactions } from "./reactions-view.tsx";
import { ReplyQuote } from "./reply-quote.tsx";
import type { RowAppearance, SendState } from "./row-appearance.ts";
import { ThreadLine } from "./thread-line.tsx";
import { useActive } from "./use-active.ts";

interface MessageRowProps extends RowAppearance {
  /** Somebody followed a link to it. */
  isTarget: boolean;
  /** It stands among the replies to a message, which need not be quoted. */
  isInThread?: boolean;
  message: Message;
  state: SendState;
  handlers: RowHandlers;
  usernames: ReadonlySet<string>;
  /** Asked when the row is pointed at. It stays the same function, else all rows would be drawn anew with it. */
  canRemove: (message: Message) => boolean;
}

/** One message with what stands above it: the day, the unread line, the author. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, state, opensGroup, day, opensUnread, isTarget, isInThread = false } = props;
  const { handlers, canRemove } = props;
  const row = useRef<HTMLDivElement>(null);
  const { isActive, activeProps } = useActive(row);
  return (
    <>
      {day !== null && <DayLine at={day} />}
      {opensUnread && <UnreadLine />}
      {message.message_type === "system" ? (
        <SystemLine message={message} />
      ) : (
        <div
          ref={row}
          className={classes(
            "group relative flex gap-3 px-4 py-0.5 hover:bg-hover medium:px-6",
            opensGroup && "mt-2.5",
            isTarget && "bg-mark",
          )}
          {...activeProps}
        >
          <Gutter message={message} opensGroup={opensGroup} />
          <div className="min-w-0 flex-1">
            {opensGroup && <AuthorLine message={message} />}
            {message.pinned_at !== null && <PinMark />}
            {message.reply_to !== null && message.deleted_at === null && !isInThread && (
              <ReplyQuote
                conversationId={message.conversation_id}
                messageId={message.reply_to}
                onShow={handlers.show}
              />
            )}
            <Body {...props} />
            {message.attachments.length > 0 && <Attachments attachments={message.attachments} />}
            {message.reactions.length > 0 && message.deleted_at === null && <Reactions message={message} />}
            {handlers.openThread !== undefined && (
              <ThreadLine message={message} onOpen={handlers.openThread} />
            )}
          </div>
          <StateMark message={message} state={state} />
          {isActive && message.deleted_at === null && state !== "sending" && state !== "failed" && (
            <MessageActions message={message} handlers={handlers} canRemove={canRemove(message)} />
          )}
        </div>
      )}
    </>
  );
});

function DayLine({ at }: { at: number }) {
  // Today is yesterday tomorrow.
  useStore(minute);
  return (
    <div className="flex items-center gap-3 px-4 pt-5 pb-1 medium:px-6">
      <span className="h-px flex-1 bg-line" />
      <h2 className="font-medium text-detail text-ink-soft">{dayName(at)}</h2>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function UnreadLine() {
  return (
    <div className="flex items-center gap-3 px-4 py-1.5 medium:px-6">
      <span className="h-px flex-1 bg-accent-ink" />
      <span className="font-medium text-accent-ink text-detail">{texts.newMessages}</span>
    </div>
  );
}

function SystemLine({ message }: { message: Message }) {
  return (
    <p className="px-4 py-1 text-center text-detail text-ink-soft medium:px-6">
      {message.content} <Time at={message.created_at} show={clockTime} className="ms-1 text-ink-faint" />
    </p>
  );
}

/** Beside the text: who wrote it, or, further down in their group, when it is pointed at, when. */
function Gutter({ message, opensGroup }: { message: Message; opensGroup: boolean }) {
  return (
    <div className="w-9 shrink-0 pt-0.5 text-end">
      {opensGroup ? (
        <AuthorAvatar id={message.sender_id} />
      ) : (
        <Time
          at={message.created_at}
          show={shortClock}
          className="whitespace-nowrap text-[0.6875rem] text-ink-faint leading-5 opacity-0 group-hover:opacity-100"
        />
      )}
    </div>
  );
}

function AuthorAvatar({ id }: { id: string }) {
  const author = usePerson(id);
  return <Avatar id={id} name={author?.name ?? "?"} url={author?.avatarUrl ?? null} />;
}

/** Without AM and PM: the gutter is narrow and the whole time is on hover. */
function shortClock(at: number): string {
  return clockTime(at).replace(/\s?[AP]M$/i, "");
}

function PinMark() {
  return (
    <span className="flex items-center gap-1 text-detail text-ink-soft">
      <Pin aria-hidden size={12} />
      {texts.pinned}
    </span>
  );
}

function AuthorLine({ message }: { message: Message }) {
  const own = useOwnUser();
  const author = usePerson(message.sender_id);
  return (
    <div className="flex items-baseline gap-2">
      <span className="truncate font-semibold text-list">{author?.name ?? texts.someone}</span>
      {message.sender_id === own.id && <span className="sr-only">({texts.you})</span>}
      <Time at={message.created_at} show={clockTime} className="shrink-0 text-detail text-ink-faint" />
    </div>
  );
}

function Body({ message, usernames, state }: MessageRowProps) {
  if (message.deleted_at !== null)
    return <p className="text-ink-faint text-message italic">{texts.deletedMessage}</p>;
  if (message.is_encrypted) {
    return (
      <p className="flex items-center gap-1.5 text-ink-soft text-message italic">
        <Lock aria-hidden size={14} />
        {texts.encryptedMessage}
      </p>
    );
  }
  return (
    <div
      dir="auto"
      className={classes(
        "max-w-[72ch] whitespace-pre-wrap text-message [overflow-wrap:anywhere]",
        state === "sending" && "text-ink-soft",
      )}
    >
      <div data-text>
        <MarkupView text={message.content} usernames={withCalls(message, usernames)} />
      </div>
      {message.edited_at !== null && (
        <span
          title={texts.editedAt(exactTime(Date.parse(message.edited_at)))}
          className="text-detail text-ink-faint"
        >
          {texts.edited}
        </span>
      )}
    </div>
  );
}

/** Also the words that call everybody, where they do. */
function withCalls({ metadata }: Message, usernames: ReadonlySet<string>): ReadonlySet<string> {
  if (metadata.mention_room === true) return new Set([...usernames, "room"]);
  return metadata.mention_here === true ? new Set([...usernames, "here"]) : usernames;
}

const marks = {
  sending: { icon: Clock, label: texts.sending },
  failed: { icon: CircleAlert, label: texts.failed },
  sent: { icon: Check, label: texts.sent },
  delivered: { icon: CheckCheck, label: texts.delivered },
  read: { icon: CheckCheck, label: texts.read },
} as const;

/** How far one's own message has come. */
function StateMark({ message, state }: { message: Message; state: SendState }): ReactNode {
  const own = useOwnUser();
  if (message.sender_id !== own.id || message.deleted_at !== null) return <span className="w-4 shrink-0" />;
  const { icon: Icon, label } = marks[state];
  return (
    <span
      title={label}
      data-state={state}
      className={classes(
        "mb-1 flex w-4 shrink-0 items-end justify-end self-end",
        state === "read" ? "text-accent-ink" : state === "failed" ? "text-harm-ink" : "text-ink-faint",
      )}
    >
      <Icon aria-hidden size={14} strokeWidth={2} />
      <span className="sr-only">{label}</span>
    </span>
  );
}
