import type { Person } from "./person.ts";
import type { Conversation, JsonObject, Message, MessagePage, Participant, Reaction } from "./shapes.ts";
import type { Frame } from "./socket.ts";

/** What a client holds of one conversation: enough to show all of it. */
export interface ClientState {
  conversation: JsonObject;
  /** By user id. */
  participants: Record<string, JsonObject>;
  /** By seq. */
  messages: Record<number, JsonObject>;
  archived: boolean;
  muted: boolean;
  lastReadSeq: number;
  unreadCount: number;
  /** Threads that one follows, by the id of the root. */
  threads: Record<string, ThreadStanding>;
}

interface ThreadStanding {
  last_read_seq: number;
  unread_count: number;
  last_reply_seq: number;
}

const sharedFields = [
  "title",
  "description",
  "avatar_url",
  "is_e2ee_enabled",
  "visibility",
  "permissions",
  "slow_mode_seconds",
  "updated_at",
];

/** Reads everything afresh, as `person` sees it. At most 100 messages and participants. */
export async function fetchState(person: Person, conversationId: string): Promise<ClientState> {
  const path = `/v1/conversations/${conversationId}`;
  const [conversation, people, page, followed] = await Promise.all([
    person.get<Conversation>(path),
    person.get<{ participants: Participant[] }>(`${path}/participants?limit=100`),
    person.get<MessagePage>(`/v1/messages?conversation_id=${conversationId}&limit=100`),
    person.get<{ threads: (ThreadStanding & { thread_root_id: string })[] }>(
      `/v1/threads?conversation_id=${conversationId}&limit=100`,
    ),
  ]);
  const { archived, muted, last_read_seq, unread_count } = conversation.data;
  return {
    conversation: pick(conversation.data as unknown as JsonObject, sharedFields),
    participants: Object.fromEntries(
      people.data.participants.map((each) => [each.user_id, participantOf(each as unknown as JsonObject)]),
    ),
    messages: Object.fromEntries(page.data.messages.map((each) => [each.seq, messageOf(each)])),
    archived,
    muted,
    lastReadSeq: last_read_seq,
    unreadCount: unread_count,
    threads: Object.fromEntries(followed.data.threads.map((each) => [each.thread_root_id, standingOf(each)])),
  };
}

function standingOf({ last_read_seq, unread_count, last_reply_seq }: ThreadStanding): ThreadStanding {
  return { last_read_seq, unread_count, last_reply_seq };
}

/** What the frames make of a state, for somebody who knows nothing but the contract. Others' frames are passed over. */
export function applyFrames(
  before: ClientState,
  frames: readonly Frame[],
  own: { userId: string; conversationId: string },
): ClientState {
  const state = structuredClone(before);
  for (const frame of frames) {
    if (frame.type === "resumed") applyStanding(state, frame, own.conversationId);
    else if (frame.conversation_id === own.conversationId) applyFrame(state, frame, own.userId);
  }
  state.unreadCount = Object.entries(state.messages).filter(
    ([seq, message]) =>
      Number(seq) > state.lastReadSeq &&
      message.sender_id !== own.userId &&
      message.message_type !== "system",
  ).length;
  return state;
}

function applyFrame(state: ClientState, frame: Frame, ownId: string): void {
  const seq = Number(frame.seq);
  const userId = String(frame.user_id);
  switch (frame.type) {
    case "chat":
      state.messages[seq] = messageOf(frame as unknown as Message);
      if (frame.sender_id === ownId) state.lastReadSeq = Math.max(state.lastReadSeq, seq);
      countReply(state.threads[String(frame.thread_root_id)], seq, frame.sender_id === ownId);
      // A new message brings an archived conversation back, unless it is muted.
      break;
    case "message_edited":
    case "message_deleted":
      state.messages[seq] = messageOf(frame as unknown as Message);
      break;
    case "reaction_added":
    case "reaction_removed":
      applyReaction(state.messages[seq] ?? {}, frame);
      break;
    case "participant_added":
      state.participants[userId] = participantOf(frame);
      break;
    case "participant_updated":
      Object.assign(state.participants[userId] ?? {}, pick(frame, ["role", "version"]));
      break;
    case "participant_removed":
      delete state.participants[userId];
      break;
    case "thread_updated":
      applyThread(state, frame);
      break;
    case "read_receipt":
      if (userId === ownId) state.lastReadSeq = Math.max(state.lastReadSeq, seq);
      break;
    case "conversation_updated":
      if (typeof frame.archived === "boolean") state.archived = frame.archived;
      if (typeof frame.muted === "boolean") state.muted = frame.muted;
      if ("title" in frame) state.conversation = pick(frame, sharedFields);
      break;
    default:
  }
}

function countReply(thread: ThreadStanding | undefined, seq: number, isOwn: boolean): void {
  if (thread === undefined || seq <= thread.last_reply_seq) return;
  if (!isOwn) thread.unread_count++;
  thread.last_reply_seq = seq;
}

/** What counts to an earlier reply is older. */
function applyThread(state: ClientState, frame: Frame): void {
  const id = String(frame.thread_root_id);
  const now = standingOf(frame as unknown as ThreadStanding);
  if (now.last_reply_seq < (state.threads[id]?.last_reply_seq ?? 0)) return;
  if (frame.following === true) state.threads[id] = now;
  else delete state.threads[id];
}

/** The emoji is now what the frame says; new ones come last, and one that nobody keeps is gone. */
function applyReaction(message: JsonObject, { emoji, count, user_ids, version }: Frame): void {
  const reactions = message.reactions as Reaction[];
  const now = { emoji: String(emoji), count: Number(count), user_ids: user_ids as string[] };
  const place = reactions.findIndex((reaction) => reaction.emoji === emoji);
  if (place < 0) reactions.push(now);
  else if (now.count === 0) reactions.splice(place, 1);
  else reactions[place] = now;
  message.version = version;
}

function applyStanding(state: ClientState, frame: Frame, conversationId: string): void {
  const standing = (frame.conversations as Record<string, JsonObject>)[conversationId];
  if (standing === undefined) return;
  state.archived = standing.archived === true;
  state.muted = standing.muted === true;
  state.lastReadSeq = Number(standing.last_read_seq);
}

/** How far others have read is told by receipts, and threads are counted by their replies. */
function messageOf(message: Message): JsonObject {
  const {
    status: _status,
    reply_count: _replies,
    last_reply_at: _last,
    type: _type,
    timestamp: _timestamp,
    ...rest
  } = message as unknown as JsonObject;
  return rest;
}

function participantOf(participant: JsonObject): JsonObject {
  return pick(participant, [
    "user_id",
    "role",
    "joined_at",
    "version",
    "username",
    "display_name",
    "avatar_url",
  ]);
}

function pick(from: JsonObject, names: string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}
