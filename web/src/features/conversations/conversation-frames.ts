import type {
  ChatFrame,
  Conversation,
  ConversationStanding,
  ConversationUpdatedFrame,
} from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { learn, ownId } from "../identity/index.ts";
import {
  changeConversation,
  conversations,
  dropConversation,
  findConversation,
  forgetConversations,
  loadConversation,
  loadConversations,
} from "./conversation-store.ts";

/** Brings the conversations forward by what the socket tells, for as long as the page lives. */
export function startConversations(): void {
  client.on("chat", (frame) => {
    if (findConversation(frame.conversation_id) === undefined) void loadConversation(frame.conversation_id);
    else changeConversation(frame.conversation_id, (known) => withMessage(known, frame, ownId()));
  });
  client.on("message_edited", (frame) =>
    changeConversation(frame.conversation_id, (known) => withLast(known, frame)),
  );
  client.on("message_deleted", (frame) =>
    changeConversation(frame.conversation_id, (known) => withLast(known, frame)),
  );
  client.on("read_receipt", ({ conversation_id, user_id, last_read_seq }) => {
    if (user_id !== ownId()) return;
    markReadHere(conversation_id, last_read_seq);
    // How many are left between the mark and the end only the server knows.
    const known = findConversation(conversation_id);
    if (known !== undefined && last_read_seq < known.seq) void loadConversation(conversation_id);
  });
  client.on("conversation_updated", (frame) => {
    if (findConversation(frame.conversation_id) === undefined) {
      const { status, hasMore } = conversations.get().current;
      // A replay names every conversation that was not listed yet: those of later pages come with their page.
      const comesWithItsPage = frame.new === true && hasMore;
      if (status === "ready" && !comesWithItsPage) void loadConversation(frame.conversation_id);
    } else changeConversation(frame.conversation_id, (known) => withUpdate(known, frame));
  });
  client.on("participant_added", (frame) => {
    learn(frame.user_id, frame);
    if (frame.user_id === ownId()) void loadConversation(frame.conversation_id);
    else changeCount(frame.conversation_id, frame.version, 1);
  });
  client.on("participant_removed", (frame) => {
    if (frame.user_id === ownId()) dropConversation(frame.conversation_id);
    else changeCount(frame.conversation_id, frame.version, -1);
  });
  client.on("resumed", ({ conversations: standings = {} }) => {
    for (const [id, standing] of Object.entries(standings)) {
      if (!("gone" in standing)) changeConversation(id, (known) => withStanding(known, standing));
    }
  });
  client.on("conversation_truncated", ({ conversation_id }) => void loadConversation(conversation_id));
  client.on("conversation_gone", ({ conversation_id }) => dropConversation(conversation_id));
  client.on("reset", () => {
    forgetConversations();
    void loadConversations("current");
  });
  client.on("signed_out", forgetConversations);
}

/** One has read up to here, in this window or another. */
export function markReadHere(id: string, seq: number): void {
  changeConversation(id, (known) => {
    if (seq <= known.last_read_seq) return known;
    return { ...known, last_read_seq: seq, unread_count: seq >= known.seq ? 0 : known.unread_count };
  });
}

function withMessage(known: Conversation, frame: ChatFrame, own: string): Conversation {
  if (frame.seq <= known.seq) return withLast(known, frame);
  const isOwn = frame.sender_id === own;
  const counts = !isOwn && frame.message_type !== "system";
  return {
    ...known,
    seq: frame.seq,
    version: Math.max(known.version, frame.version),
    last_message_at: frame.created_at,
    last_message: frame,
    last_read_seq: isOwn ? frame.seq : known.last_read_seq,
    unread_count: isOwn ? 0 : known.unread_count + (counts ? 1 : 0),
    archived: known.archived && known.muted,
  };
}

/** An edit or a deletion of what the list shows. */
function withLast(
  known: Conversation,
  message: ChatFrame | (Omit<ChatFrame, "type"> & { type: string }),
): Conversation {
  const version = Math.max(known.version, message.version);
  if (known.last_message?.message_id !== message.message_id) return { ...known, version };
  const {
    message_id,
    seq,
    sender_id,
    message_type,
    content,
    is_encrypted,
    created_at,
    edited_at,
    deleted_at,
  } = message;
  return {
    ...known,
    version,
    last_message: {
      message_id,
      seq,
      sender_id,
      message_type,
      content,
      is_encrypted,
      created_at,
      edited_at,
      deleted_at,
    },
  };
}

function withUpdate(known: Conversation, frame: ConversationUpdatedFrame): Conversation {
  const { type: _, conversation_id: __, conversation_type: ___, new: ____, version, ...fields } = frame;
  return { ...known, ...fields, version: Math.max(known.version, version ?? 0) };
}

function withStanding(known: Conversation, standing: ConversationStanding): Conversation {
  const { version, seq, last_read_seq, unread_count, archived, muted } = standing;
  return { ...known, version, seq, last_read_seq, unread_count, archived, muted };
}

function changeCount(id: string, version: number, by: number): void {
  changeConversation(id, (known) =>
    version <= known.version
      ? known
      : { ...known, version, participant_count: Math.max(0, known.participant_count + by) },
  );
}
