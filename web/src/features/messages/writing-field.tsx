import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Conversation, Message } from "../../../../sdk/src/index.ts";
import { conversationPlace, go } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { type ParticipantView, useConversationActions } from "../conversations/index.ts";
import { useOwnUser, usePerson } from "../identity/index.ts";
import { messageTypeFor, readyAttachments, useUploads } from "./attachments.ts";
import { Composer } from "./composer.tsx";
import { draftOf, editOf, keepDraft, keepEdit } from "./drafts.ts";
import { callsIn, mentionsIn } from "./mentions.ts";
import type { MessageLog } from "./message-log.ts";
import { canCallAll, canEdit } from "./message-rights.ts";
import { summaryOf, useMessage } from "./reply-quote.tsx";
import { sayTyping, sayTypingEnded } from "./typing.ts";
import type { Command } from "./use-choices.tsx";

/** What is being written: a new message, an answer to one, or another text of one. */
export type Writing = { kind: "new" } | { kind: "reply" | "edit"; message: Message };

interface WritingFieldProps {
  conversation: Conversation;
  title: string;
  log: MessageLog;
  participants: readonly ParticipantView[];
  /** What is written answers this thread, and has a draft of its own. */
  threadRootId?: string;
  writing: Writing;
  onWriting: (writing: Writing) => void;
  onSent: () => void;
}

/** The composer with its draft: what is written stays until it is sent, over reloads too. */
export function WritingField(props: WritingFieldProps) {
  const { conversation, title, log, participants, threadRootId, writing, onWriting } = props;
  const { id } = conversation;
  const draftId = threadRootId ?? id;
  const own = useOwnUser();
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(() => draftOf(draftId));
  const [edited, setEdited] = useState("");
  const files = useUploads(draftId);
  useDroppedFiles(files.add, threadRootId === undefined);
  const isEdit = writing.kind === "edit";
  const mayCallAll = canCallAll(participants.find((each) => each.id === own.id)?.role, conversation);
  const replyTo = writing.kind === "reply" ? writing.message.message_id : draft.replyTo;
  const answered = replyTo ?? threadRootId ?? null;
  const keep = (text: string, to: string | null) => {
    const kept = { text, replyTo: to };
    setDraft(kept);
    keepDraft(draftId, kept);
  };
  const commands = useCommands(conversation);
  useEdit(draftId, { writing, onWriting, setEdited });
  useFocusOnOpening(field, writing);
  useEffect(() => () => sayTypingEnded(id), [id]);
  const edit = useMutation({
    mutationFn: ({ messageId, content }: { messageId: string; content: string }) =>
      client.messages.edit(messageId, content),
    onSuccess: (message) => {
      log.put([message]);
      keepEdit(draftId, null);
      onWriting({ kind: "new" });
    },
  });
  const leave = () => {
    edit.reset();
    if (isEdit) keepEdit(draftId, null);
    else keep(draft.text, null);
    onWriting({ kind: "new" });
  };
  const send = () => {
    if (writing.kind === "edit") {
      if (edited === writing.message.content) leave();
      else edit.mutate({ messageId: writing.message.message_id, content: edited });
      return;
    }
    const mentions = mentionsIn(draft.text, participants);
    const attachments = readyAttachments(files.uploads);
    if (attachments === null) return;
    const metadata = {
      ...(mayCallAll ? callsIn(draft.text) : {}),
      ...(answered === null ? {} : { reply_to: answered }),
      ...(mentions.length === 0 ? {} : { mentions }),
      ...(attachments.length === 0 ? {} : { attachments: attachments.map(({ file_id }) => file_id) }),
    };
    void client.outbox.add({
      conversation_id: id,
      message_type: messageTypeFor(attachments),
      ...(draft.text.trim() === "" ? {} : { content: draft.text }),
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    });
    keep("", null);
    files.clear();
    onWriting({ kind: "new" });
    sayTypingEnded(id);
    props.onSent();
  };
  const editLast = () => {
    const last = lastOwn(log, own.id);
    if (last !== undefined) onWriting({ kind: "edit", message: last });
  };
  return (
    <Composer
      conversationId={id}
      mayCallAll={mayCallAll}
      title={title}
      text={isEdit ? edited : draft.text}
      onText={(text) => {
        if (writing.kind === "edit") {
          setEdited(text);
          keepEdit(draftId, { message: writing.message, text });
        } else {
          keep(text, replyTo);
          if (text === "") sayTypingEnded(id);
          else sayTyping(id);
        }
      }}
      onSend={send}
      onEditLast={editLast}
      onLeave={leave}
      isEdit={isEdit}
      uploads={files.uploads}
      onFiles={files.add}
      onRetryUpload={files.retry}
      onRemoveUpload={files.remove}
      error={edit.isError ? explain(edit.error) : null}
      banner={useBanner(id, writing, replyTo)}
      field={field}
      commands={isEdit ? noCommands : commands}
    />
  );
}

const noCommands: readonly Command[] = [];

/** What one does by a word behind a slash: the same as in the details. */
function useCommands(conversation: Conversation): readonly Command[] {
  const { id, type, muted, archived } = conversation;
  const { mute, unmute, setArchived } = useConversationActions(conversation);
  const words = texts.commandWords;
  const showDetails = () => go(conversationPlace(id, { panel: "details" }));
  return [
    muted
      ? { word: words.unmute, label: texts.unmute, act: unmute }
      : { word: words.mute, label: texts.mute, act: () => mute(null) },
    archived
      ? { word: words.unarchive, label: texts.unarchive, act: () => setArchived(false) }
      : { word: words.archive, label: texts.archive, act: () => setArchived(true) },
    ...(type === "support" ? [] : [{ word: words.details, label: texts.showDetails, act: showDetails }]),
  ];
}

/** Files dropped anywhere on the open conversation are attached; the browser would leave the page for them. */
function useDroppedFiles(add: (files: readonly File[]) => void, enabled: boolean): void {
  const latest = useRef(add);
  useEffect(() => {
    latest.current = add;
  });
  useEffect(() => {
    if (!enabled) return;
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      latest.current(files);
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, [enabled]);
}

function useBanner(conversationId: string, writing: Writing, replyTo: string | null) {
  const replied = useMessage(conversationId, replyTo);
  const author = usePerson(replied?.sender_id ?? "");
  if (writing.kind === "edit")
    return { label: texts.editing, detail: summaryOf(writing.message), leaveLabel: texts.cancelEdit };
  if (replyTo === null || replied === undefined) return null;
  return {
    label: texts.replyingTo(author?.name ?? texts.someone),
    detail: summaryOf(replied),
    leaveLabel: texts.cancelReply,
  };
}

/** The field has the focus when a conversation opens (not on a phone: its keyboard would cover it) and when one begins a reply or an edit. */
function useFocusOnOpening(field: React.RefObject<HTMLTextAreaElement | null>, writing: Writing): void {
  useEffect(() => {
    if (writing.kind !== "new" || matchMedia("(hover: hover)").matches) field.current?.focus();
  }, [field, writing]);
}

/** What was begun of another text is there again when one comes back from elsewhere. */
function useEdit(
  draftId: string,
  {
    writing,
    onWriting,
    setEdited,
  }: Pick<WritingFieldProps, "writing" | "onWriting"> & { setEdited: (text: string) => void },
): void {
  useEffect(() => {
    const begun = editOf(draftId);
    if (begun !== undefined) onWriting({ kind: "edit", message: begun.message });
  }, [draftId, onWriting]);
  useEffect(() => {
    if (writing.kind === "reply") keepEdit(draftId, null);
    if (writing.kind !== "edit") return;
    const begun = editOf(draftId);
    const { message } = writing;
    setEdited(begun?.message.message_id === message.message_id ? begun.text : message.content);
  }, [draftId, writing, setEdited]);
}

const lookedBack = 50;

/** The newest of one's own messages that may still be edited, within the last few. */
function lastOwn(log: MessageLog, ownId: string): Message | undefined {
  for (let seq = log.head; seq > Math.max(0, log.head - lookedBack); seq--) {
    const message = log.at(seq);
    if (message !== undefined && canEdit(message, ownId)) return message;
  }
  return undefined;
}
