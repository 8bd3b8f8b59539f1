import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import type { Actor } from "../../platform/http/actor.ts";
import {
  flagQuery,
  idField,
  limitQuery,
  timeField,
  visibleText,
  wholeNumberQuery,
} from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { Profile } from "../people/index.ts";
import type { ConversationListRow } from "./conversations.queries.ts";
import type { OwnConversation } from "./conversations.service.ts";
import type { ParticipantWithUser } from "./participants.queries.ts";

/** The shapes of the chat dialect: camelCase, ids as `_id`. */

const metadataField = z
  .record(z.string(), z.unknown())
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= limits.metadataBytes, {
    error: `must be at most ${limits.metadataBytes / 1024} KiB as JSON`,
  });

export const createChatBody = z.object({
  participantIds: z.array(idField).max(limits.participantsPerRequest),
  type: z.enum(["direct", "group"], { error: "must be direct or group" }).default("direct"),
  title: visibleText(limits.titleCodePoints).nullable().optional(),
  metadata: metadataField.nullable().optional(),
});

export const purchaseBody = z.object({
  purchaseRequestId: visibleText(limits.purchaseRequestIdLength),
  sellerId: idField,
});

const chatType = z.enum(["direct", "group", "support", "purchase-request"], {
  error: "must be direct, group, support or purchase-request",
});

type ChatType = z.output<typeof chatType>;

export const pageQuery = { page: wholeNumberQuery(1, limits.pages, 1), limit: limitQuery };

export const listChatsQuery = z.object({
  ...pageQuery,
  type: chatType.optional(),
  archived: flagQuery,
  unread: flagQuery,
});

export const pagination = z
  .object({
    page: z.number().int(),
    limit: z.number().int(),
    total: z.number().int(),
    pages: z.number().int(),
  })
  .meta({ id: "ChatPagination" });

export function presentPagination(page: number, limit: number, total: number): z.output<typeof pagination> {
  return { page, limit, total, pages: Math.ceil(total / limit) };
}

const chatUser = z
  .object({
    _id: idField,
    displayName: z.string(),
    username: z.string(),
    avatarUrl: z.string().nullable(),
  })
  .meta({ id: "ChatUser" });

export const chatMessage = z
  .object({
    _id: idField,
    chatId: idField,
    seq: z.number().int(),
    sender: chatUser,
    content: z.string(),
    type: z.enum(["text", "image", "video", "file", "system"]),
    replyTo: idField.nullable(),
    attachments: z.array(
      z.object({
        url: z
          .string()
          .meta({ description: "Signed for five minutes; after that it needs the caller's token." }),
        filename: z.string(),
        mimeType: z.string(),
        size: z.number().int(),
      }),
    ),
    metadata: z.record(z.string(), z.unknown()),
    readBy: z
      .array(z.object({ user: idField, readAt: timeField }))
      .meta({ description: "Others than the sender, 200 at most." }),
    createdAt: timeField,
    editedAt: timeField.nullable(),
    deletedAt: timeField.nullable(),
  })
  .meta({ id: "ChatMessage" });

export type ChatMessageView = z.output<typeof chatMessage>;

export const chatParticipant = z
  .object({
    user: chatUser,
    role: z.enum(["admin", "moderator", "member", "customer", "agent"]),
    joinedAt: timeField,
  })
  .meta({ id: "ChatParticipant" });

export const chat = z
  .object({
    _id: idField,
    type: chatType,
    title: z.string().nullable(),
    participants: z.array(chatParticipant).meta({ description: "The oldest 200." }),
    metadata: z.record(z.string(), z.unknown()),
    purchaseRequestId: z.string().optional(),
    lastMessage: chatMessage.nullable(),
    unreadCount: z.number().int(),
    archived: z.boolean(),
    createdAt: timeField,
    updatedAt: timeField,
  })
  .meta({ id: "Chat" });

type ChatView = z.output<typeof chat>;

/** The types of core whose conversations a chat type names. Rooms are groups to clients that know no rooms. */
const coreTypes: Record<ChatType, ConversationListRow["type"][]> = {
  direct: ["direct"],
  group: ["group", "room"],
  support: ["support"],
  "purchase-request": ["purchase"],
};

export function coreTypesOf(type: ChatType): ConversationListRow["type"][] {
  return coreTypes[type];
}

function chatTypeOf(type: ConversationListRow["type"]): ChatType {
  if (type === "purchase") return "purchase-request";
  return type === "room" ? "group" : type;
}

export function presentChatUser({
  id,
  displayName,
  username,
  avatarUrl,
}: Profile): z.output<typeof chatUser> {
  return { _id: id, displayName, username, avatarUrl };
}

export function presentChatParticipant(row: ParticipantWithUser): z.output<typeof chatParticipant> {
  const { user_id, display_name, username, avatar_url } = row;
  return {
    user: { _id: user_id, displayName: display_name, username, avatarUrl: avatar_url },
    role: row.role,
    joinedAt: isoTime(row.joined_at),
  };
}

/** The latest message of each conversation, in the dialect. The messages feature presents them. */
type PresentLatest = (
  actor: Actor,
  conversationIds: string[],
) => Promise<ReadonlyMap<string, ChatMessageView>>;

/** Conversations as chats, with their latest message. */
export class ChatPresenter {
  readonly #presentLatest: PresentLatest;

  constructor(presentLatest: PresentLatest) {
    this.#presentLatest = presentLatest;
  }

  async presentAll(actor: Actor, own: OwnConversation[]): Promise<ChatView[]> {
    const ids = own.map(({ row }) => row.id);
    const latest = await this.#presentLatest(actor, ids);
    return own.map((each) => presentChat(each, latest.get(each.row.id)));
  }

  async present(actor: Actor, own: OwnConversation): Promise<{ chat: ChatView }> {
    const latest = await this.#presentLatest(actor, [own.row.id]);
    return { chat: presentChat(own, latest.get(own.row.id)) };
  }
}

function presentChat(
  { row, participants }: OwnConversation,
  lastMessage: ChatMessageView | undefined,
): ChatView {
  return {
    _id: row.id,
    type: chatTypeOf(row.type),
    title: row.title,
    participants: (participants ?? []).map(presentChatParticipant),
    metadata: row.metadata === null ? {} : (JSON.parse(row.metadata) as Record<string, unknown>),
    ...(row.purchase_request_id === null ? {} : { purchaseRequestId: row.purchase_request_id }),
    lastMessage: lastMessage ?? null,
    unreadCount: row.ordinal - row.read_ordinal,
    archived: row.archived === 1,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(Math.max(row.updated_at, row.last_message_at ?? 0)),
  };
}
