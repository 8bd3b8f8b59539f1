import type { Answer, Person } from "./person.ts";
import type { JsonObject } from "./shapes.ts";

/** What the chat surface answers, as far as tests read it. Every field is named as on the wire. */

export interface ChatUser {
  _id: string;
  displayName: string;
  username: string;
  avatarUrl: string | null;
}

interface ChatAttachment {
  url: string;
  filename: string;
  mimeType: string;
  size: number;
}

export interface ChatMessage {
  _id: string;
  chatId: string;
  seq: number;
  sender: ChatUser;
  content: string;
  type: string;
  replyTo: string | null;
  attachments: ChatAttachment[];
  metadata: JsonObject;
  readBy: { user: string; readAt: string }[];
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
}

export interface Chat {
  _id: string;
  type: string;
  title: string | null;
  participants: { user: ChatUser; role: string; joinedAt: string }[];
  metadata: JsonObject;
  purchaseRequestId?: string;
  lastMessage: ChatMessage | null;
  unreadCount: number;
  archived: boolean;
  createdAt: string;
  updatedAt: string;
}

interface Pagination {
  page: number;
  limit: number;
  total: number;
  pages: number;
}

export interface ChatList {
  chats: Chat[];
  pagination: Pagination;
}

export interface ChatMessageList {
  messages: ChatMessage[];
  pagination: Pagination;
}

export function createChat(person: Person, body: JsonObject): Promise<Answer<{ chat: Chat }>> {
  return person.post<{ chat: Chat }>("/api/chat", body);
}

/** A group made on the chat surface; its creator is its admin. */
export async function groupChat(owner: Person, members: Person[], extra: JsonObject = {}): Promise<Chat> {
  const participantIds = members.map((member) => member.id);
  return (await createChat(owner, { type: "group", title: "A group", participantIds, ...extra })).data.chat;
}

export async function directChat(a: Person, b: Person): Promise<Chat> {
  return (await createChat(a, { participantIds: [b.id] })).data.chat;
}

export async function sendChat(
  person: Person,
  chatId: string,
  content: string,
  extra: JsonObject = {},
): Promise<ChatMessage> {
  const path = `/api/chat/${chatId}/messages`;
  return (await person.post<{ message: ChatMessage }>(path, { content, ...extra })).data.message;
}

export async function listChat(person: Person, chatId: string, query = ""): Promise<ChatMessageList> {
  return (await person.get<ChatMessageList>(`/api/chat/${chatId}/messages${query}`)).data;
}

/** The chat as the person's own list shows it. */
export async function chatInList(
  person: Person,
  chatId: string,
  query = "?limit=100",
): Promise<Chat | undefined> {
  const { data } = await person.get<ChatList>(`/api/chat${query}`);
  return data.chats.find(({ _id }) => _id === chatId);
}
