import { Lock, Megaphone, MessageSquareText, Timer } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Conversation, Message } from "../../../../sdk/src/index.ts";
import { conversationPlace, go, type Place } from "../../platform/address.ts";
import { announce } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { texts } from "../../platform/texts.ts";
import { useSame } from "../../platform/use-same.ts";
import { Empty } from "../../ui/empty.tsx";
import { useAppearance, useParticipants } from "../conversations/index.ts";
import { people, useOwnUser } from "../identity/index.ts";
import { logOf } from "./logs.ts";
import type { RowHandlers } from "./message-handlers.ts";
import { MessageList } from "./message-list.tsx";
import { canPost, hasToWait, canRemove as mayRemove } from "./message-rights.ts";
import { useOutbox } from "./outbox.ts";
import { RemoveMessage } from "./remove-message.tsx";
import { summaryOf } from "./reply-quote.tsx";
import { ReportMessage } from "./report-message.tsx";
import { TypingLine } from "./typing-line.tsx";
import { attendsNow } from "./use-attention.ts";
import { type Writing, WritingField } from "./writing-field.tsx";

interface MessagePaneProps {
  conversation: Conversation;
  /** The message that the address leads to. */
  messageId: string | null;
  /** The address of a message here. */
  placeOf?: (messageId: string) => Place;
  /** Whom one writes to here; without it the conversation's name. */
  addressee?: string;
  /** In place of the field to write in, where nothing can be written. */
  closed?: ReactNode;
}

/** A conversation's messages and where one writes. Of one conversation: give it another key for another. */
export function MessagePane({ conversation, messageId, placeOf, addressee, closed }: MessagePaneProps) {
  const own = useOwnUser();
  const { id } = conversation;
  const { name, otherId } = useAppearance(conversation);
  const log = useMemo(() => logOf({ id, seq: 0 }), [id]);
  log.extend(conversation.seq);
  const pending = useOutbox(id);
  const participants = useParticipants(id);
  const usernames = useMemo(
    () => new Set(participants.map(({ username }) => username.toLowerCase())),
    [participants],
  );
  const [firstUnread, setFirstUnread] = useFirstUnread(conversation);
  const target = useTarget(messageId);
  const [writing, setWriting] = useState<Writing>({ kind: "new" });
  const [removing, setRemoving] = useState<Message | null>(null);
  const [reporting, setReporting] = useState<Message | null>(null);
  // A place of its own has no room beside it.
  const hasThreads = placeOf === undefined;
  const isRoom = conversation.type === "room";
  const role = participants.find((each) => each.id === own.id)?.role;
  const handlers = useMemo<RowHandlers>(
    () => ({
      reply: (message) => setWriting({ kind: "reply", message }),
      edit: (message) => setWriting({ kind: "edit", message }),
      remove: setRemoving,
      show: (shown) => go(placeOf?.(shown) ?? conversationPlace(id, { messageId: shown })),
      ...(hasThreads
        ? {
            openThread: ({ message_id, thread_root_id }: Message) =>
              go(conversationPlace(id, { threadId: thread_root_id ?? message_id })),
          }
        : {}),
      ...(isRoom ? { report: setReporting } : {}),
    }),
    [id, placeOf, hasThreads, isRoom],
  );
  const canRemove = useSame((message: Message) => mayRemove(message, own, role, conversation));
  useAnnouncing(id);
  const isEmpty = log.head === 0 && pending.length === 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {isEmpty ? (
        <div className="min-h-0 flex-1">
          <Empty
            icon={MessageSquareText}
            title={texts.emptyConversationTitle}
            about={
              conversation.type === "direct"
                ? texts.emptyDirectAbout(name)
                : texts.emptyConversationAbout(name)
            }
          />
        </div>
      ) : (
        <MessageList
          conversation={conversation}
          title={name}
          log={log}
          pending={pending}
          ownId={own.id}
          otherId={otherId}
          firstUnread={firstUnread}
          target={target}
          usernames={usernames}
          canRemove={canRemove}
          handlers={handlers}
        />
      )}
      {conversation.is_e2ee_enabled ? (
        <EncryptedNotice />
      ) : closed !== undefined ? (
        closed
      ) : !canPost(role, conversation) ? (
        <ReadOnlyNotice />
      ) : (
        <>
          <TypingLine conversationId={id} />
          {hasToWait(role, conversation) && <SlowModeNote seconds={conversation.slow_mode_seconds} />}
          <WritingField
            conversation={conversation}
            title={addressee ?? name}
            log={log}
            participants={participants}
            writing={writing}
            onWriting={setWriting}
            onSent={() => setFirstUnread(null)}
          />
        </>
      )}
      {removing !== null && <RemoveMessage message={removing} onClose={() => setRemoving(null)} />}
      {reporting !== null && <ReportMessage message={reporting} onClose={() => setReporting(null)} />}
    </div>
  );
}

function EncryptedNotice() {
  return (
    <p className="flex items-center justify-center gap-2 border-line border-t px-6 py-4 text-center text-ink-soft">
      <Lock aria-hidden size={16} className="shrink-0" />
      {texts.encryptedAbout}
    </p>
  );
}

function ReadOnlyNotice() {
  return (
    <p className="flex items-center justify-center gap-2 border-line border-t px-6 py-4 text-center text-ink-soft">
      <Megaphone aria-hidden size={16} className="shrink-0" />
      {texts.cannotPost}
    </p>
  );
}

function SlowModeNote({ seconds }: { seconds: number }) {
  return (
    <p className="flex items-center gap-1.5 px-5 pb-1 text-detail text-ink-soft medium:px-8">
      <Timer aria-hidden size={13} />
      {texts.slowModeNote(seconds)}
    </p>
  );
}

/** Where «new messages» begins: set when the conversation is opened, and when something comes while nobody looks. */
function useFirstUnread(conversation: Conversation): [number | null, (seq: number | null) => void] {
  const [firstUnread, setFirstUnread] = useState(
    conversation.unread_count > 0 ? conversation.last_read_seq + 1 : null,
  );
  const { id } = conversation;
  useEffect(
    () =>
      client.on("chat", (frame) => {
        if (frame.conversation_id !== id || frame.message_type === "system" || attendsNow()) return;
        setFirstUnread((known) => known ?? frame.seq);
      }),
    [id],
  );
  return [firstUnread, setFirstUnread];
}

/** The place of the message in the address; a new number each time it is asked for. */
function useTarget(messageId: string | null): { seq: number; number: number } | null {
  const [target, setTarget] = useState<{ seq: number; number: number } | null>(null);
  const number = useRef(0);
  useEffect(() => {
    if (messageId === null) {
      setTarget(null);
      return;
    }
    const abort = new AbortController();
    client.messages.get(messageId, { signal: abort.signal }).then(
      ({ seq }) => setTarget({ seq, number: ++number.current }),
      () => abort.signal.aborted || announce(texts.notFoundTitle),
    );
    return () => abort.abort();
  }, [messageId]);
  return target;
}

/** A screen reader hears what comes while one looks. */
function useAnnouncing(conversationId: string): void {
  const own = useOwnUser();
  useEffect(
    () =>
      client.on("chat", (frame) => {
        if (frame.conversation_id !== conversationId || frame.sender_id === own.id || !attendsNow()) return;
        announce(
          texts.announcedMessage(people.get(frame.sender_id)?.name ?? texts.someone, summaryOf(frame)),
        );
      }),
    [conversationId, own.id],
  );
}
