import { LruCache } from "../../platform/cache.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { JsonText } from "../../platform/http/envelope.ts";
import type { Heads } from "../conversations/index.ts";
import type { MessageViews } from "./message-views.ts";
import type { MessageFilter } from "./messages.queries.ts";
import type { MessageStatus } from "./messages.schema.ts";
import type { Messages } from "./messages.service.ts";
import type { ReceiptFloors } from "./receipt-floors.ts";

/** A page of history, written as JSON once. How far each message has come with its readers is not part of it. */
interface WrittenPage {
  /** Each without its status and its closing brace. */
  texts: string[];
  rows: { sender_id: string; seq: number }[];
  hasMore: boolean;
  characters: number;
}

export interface HistoryPage {
  /** A list of messages in the shape of `message`. */
  messages: JsonText;
  lastSeq: number;
  hasMore: boolean;
}

const conversationsKept = 1_000;
const pagesOfConversation = 32;
const charactersKept = 16 * 1024 * 1024;

/**
 * Pages of history that are read again and again: the newest one by everybody who opens a conversation. They are kept
 * as JSON until the conversation's version moves, which every change of a message does, so that a page is never older
 * than the latest durable change. Only where this process is the one that writes (SQLite).
 */
export class HistoryPages {
  readonly #messages: Messages;
  readonly #views: MessageViews;
  readonly #floors: ReceiptFloors;
  readonly #isKeeping: boolean;
  readonly #kept = new LruCache<string, Map<string, WrittenPage>>(conversationsKept);
  #characters = 0;
  #moves = 0;

  constructor(
    database: Database,
    heads: Heads,
    messages: Messages,
    views: MessageViews,
    floors: ReceiptFloors,
  ) {
    this.#messages = messages;
    this.#views = views;
    this.#floors = floors;
    this.#isKeeping = database.engine === "sqlite";
    heads.onMoved((conversationId) => {
      this.#moves++;
      this.#kept.delete(conversationId);
    });
  }

  /** Newest first, `filter.limit` at most. @throws AppError NOT_FOUND or FORBIDDEN. */
  async read(actor: Actor, conversationId: string, filter: MessageFilter): Promise<HistoryPage> {
    await this.#messages.requireMember(actor, conversationId);
    const key = keyOf(filter);
    const kept = key === null ? undefined : this.#kept.get(conversationId)?.get(key);
    const page = kept ?? (await this.#write(actor, conversationId, key, filter));
    const statuses = await this.#floors.statuses(conversationId, page.rows);
    return {
      messages: new JsonText(join(page.texts, statuses)),
      lastSeq: page.rows.at(-1)?.seq ?? 0,
      hasMore: page.hasMore,
    };
  }

  async #write(
    actor: Actor,
    conversationId: string,
    key: string | null,
    filter: MessageFilter,
  ): Promise<WrittenPage> {
    const moves = this.#moves;
    const rows = await this.#messages.list(actor, conversationId, { ...filter, limit: filter.limit + 1 });
    const shown = rows.slice(0, filter.limit);
    const texts = (await this.#views.show(conversationId, shown)).map(({ status: _status, ...view }) =>
      JSON.stringify(view).slice(0, -1),
    );
    const page: WrittenPage = {
      texts,
      rows: shown.map(({ sender_id, seq }) => ({ sender_id, seq })),
      hasMore: rows.length > filter.limit,
      characters: texts.reduce((sum, text) => sum + text.length, 0),
    };
    // What was read while a version moved may be older than what stands now.
    if (this.#isKeeping && key !== null && moves === this.#moves) this.#keep(conversationId, key, page);
    return page;
  }

  /** The sum only grows until everything is dropped: an upper bound of what is kept. */
  #keep(conversationId: string, key: string, page: WrittenPage): void {
    this.#characters += page.characters;
    if (this.#characters > charactersKept) {
      this.#kept.clear();
      this.#characters = page.characters;
    }
    const pages = this.#kept.get(conversationId) ?? new Map<string, WrittenPage>();
    if (pages.size >= pagesOfConversation) pages.clear();
    this.#kept.set(conversationId, pages.set(key, page));
  }
}

/** Null: a page that is asked for too rarely to be kept. */
function keyOf({ before, beforeDate, afterDate, senderId, limit }: MessageFilter): string | null {
  const isPlain = beforeDate === undefined && afterDate === undefined && senderId === undefined;
  return isPlain ? `${before} ${limit}` : null;
}

function join(texts: string[], statuses: MessageStatus[]): string {
  let list = "[";
  for (const [index, text] of texts.entries()) {
    list += `${index === 0 ? "" : ","}${text},"status":"${statuses[index] ?? "sent"}"}`;
  }
  return `${list}]`;
}
