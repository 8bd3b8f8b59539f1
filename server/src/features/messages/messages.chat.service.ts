import type { Database } from "../../platform/db/database.ts";
import { notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { isId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import {
  type ChatMessageView,
  listReaders,
  type Memberships,
  type Receipts,
} from "../conversations/index.ts";
import type { Profile, Profiles } from "../people/index.ts";
import type { FileUrls } from "../storage/index.ts";
import {
  findLatestSeq,
  findNewestSeqOf,
  listLatestMessages,
  listReadableIds,
} from "./messages.chat.queries.ts";
import { presentChatMessage, type Reader, type UrlOf } from "./messages.chat.schema.ts";
import type { ListedMessage, MessageRow } from "./messages.queries.ts";
import type { Messages } from "./messages.service.ts";

const readersShown = 200;

interface ChatPage {
  messages: ChatMessageView[];
  /** Of all pages. */
  total: number;
}

interface ChatMessagesParts {
  database: Database;
  memberships: Memberships;
  receipts: Receipts;
  profiles: Profiles;
  messages: Messages;
  fileUrls: FileUrls;
}

/** What the chat dialect shows of messages: with their senders' names and their readers. */
export class ChatMessages {
  readonly #parts: ChatMessagesParts;
  readonly #urlOf: UrlOf = (fileId) => this.#parts.fileUrls.download(fileId).url;

  constructor(parts: ChatMessagesParts) {
    this.#parts = parts;
  }

  /** @throws AppError NOT_FOUND, also for a message of another conversation; FORBIDDEN. */
  async require(actor: Actor, conversationId: string, messageId: string): Promise<MessageRow> {
    const { memberships, messages } = this.#parts;
    await memberships.require(actor, conversationId);
    const message = await messages.get(actor, messageId);
    if (message.conversation_id !== conversationId) throw notFound("message");
    return message;
  }

  /**
   * Newest first, by page numbers from 1.
   * @param before only messages written before this time.
   * @throws AppError NOT_FOUND or FORBIDDEN.
   */
  async page(
    actor: Actor,
    conversationId: string,
    { page, limit, before }: { page: number; limit: number; before?: number | undefined },
  ): Promise<ChatPage> {
    const { database, memberships, messages } = this.#parts;
    await memberships.require(actor, conversationId);
    // Without gaps in seq a page is a range of it.
    const total = await findLatestSeq(database.query, conversationId, before);
    const newest = total - (page - 1) * limit;
    if (newest <= 0) return { messages: [], total };
    const rows = await messages.list(actor, conversationId, { before: newest + 1, limit });
    return { messages: await this.#present(actor.organizationId, conversationId, rows), total };
  }

  /** One message, read in full. */
  async present(message: MessageRow): Promise<ChatMessageView> {
    const { organization_id, conversation_id } = message;
    const [view] = await this.#present(organization_id, conversation_id, [message]);
    return view as ChatMessageView;
  }

  /** A message just written: nobody but its sender has read it. Undefined: the sender must be read first. */
  presentFresh(message: MessageRow): ChatMessageView | undefined {
    const sender = this.#parts.profiles.peek(message.sender_id);
    return sender === undefined
      ? undefined
      : presentChatMessage(message.conversation_id, message, sender, [], this.#urlOf);
  }

  /** What a send answers: nobody has read what is new. */
  async presentSent({ message, isNew }: { message: MessageRow; isNew: boolean }): Promise<ChatMessageView> {
    return (isNew ? this.presentFresh(message) : undefined) ?? this.present(message);
  }

  async #present(
    organizationId: string,
    conversationId: string,
    rows: ListedMessage[],
  ): Promise<ChatMessageView[]> {
    const leastSeq = Math.min(...rows.map((row) => row.seq));
    const readers = await this.#readersOf(rows.length === 0 ? [] : [{ conversationId, leastSeq }]);
    const senders = await this.#sendersOf(organizationId, rows);
    return rows.map((row) =>
      presentChatMessage(
        conversationId,
        row,
        senders.get(row.sender_id),
        readers.get(conversationId) ?? [],
        this.#urlOf,
      ),
    );
  }

  /** The latest message of each of the caller's conversations; those without messages are missing. */
  async presentLatest(actor: Actor, conversationIds: string[]): Promise<Map<string, ChatMessageView>> {
    const rows = await listLatestMessages(this.#parts.database.query, conversationIds);
    const readers = await this.#readersOf(
      rows.map((row) => ({ conversationId: row.conversation_id, leastSeq: row.seq })),
    );
    const senders = await this.#sendersOf(actor.organizationId, rows);
    return new Map(
      rows.map((row) => {
        const id = row.conversation_id;
        return [
          id,
          presentChatMessage(id, row, senders.get(row.sender_id), readers.get(id) ?? [], this.#urlOf),
        ];
      }),
    );
  }

  #sendersOf(organizationId: string, rows: ListedMessage[]): Promise<Map<string, Profile>> {
    return this.#parts.profiles.find(
      organizationId,
      rows.map((row) => row.sender_id),
    );
  }

  async #readersOf(from: { conversationId: string; leastSeq: number }[]): Promise<Map<string, Reader[]>> {
    const rows = await listReaders(this.#parts.database.query, from, readersShown);
    const readers = new Map<string, Reader[]>();
    for (const { conversation_id, user_id, last_read_seq, last_read_at } of rows) {
      // Whoever came later starts at the head without having read what was before.
      if (last_read_at === null) continue;
      const reader = { userId: user_id, seq: last_read_seq, at: last_read_at };
      readers.set(conversation_id, [...(readers.get(conversation_id) ?? []), reader]);
    }
    return readers;
  }

  /**
   * Marks as read up to the newest of the messages named; none named: all.
   * @returns how many became read.
   * @throws AppError NOT_FOUND or FORBIDDEN.
   */
  async markRead(actor: Actor, conversationId: string, messageIds: string[]): Promise<number> {
    const { database, memberships, receipts } = this.#parts;
    await memberships.require(actor, conversationId);
    let seq: number | null = null;
    if (messageIds.length > 0) {
      const known = messageIds.filter(isId).map((id) => id.toLowerCase());
      const newest =
        known.length === 0 ? undefined : await findNewestSeqOf(database.query, conversationId, known);
      if (newest === undefined) return 0;
      seq = newest;
    }
    return (await receipts.advance(actor, conversationId, "read", seq)).becameRead;
  }

  /** The messages that a mark passed, newest first, 1,000 at most. */
  listPassed(conversationId: string, formerSeq: number, seq: number): Promise<string[]> {
    return listReadableIds(this.#parts.database.query, conversationId, formerSeq, seq, limits.messagesNamed);
  }
}
