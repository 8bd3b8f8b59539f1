import { LruCache } from "../../platform/cache.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { encodeCursor } from "../../platform/http/cursor.ts";
import { WrittenSuccess } from "../../platform/http/envelope.ts";
import type { Heads } from "../conversations/index.ts";
import type { MessageViews } from "./message-views.ts";
import type { MessageFilter } from "./messages.queries.ts";
import type { MessageStatus, MessageView } from "./messages.schema.ts";
import type { Messages } from "./messages.service.ts";
import { type Floors, type ReceiptFloors, statusesOf } from "./receipt-floors.ts";

/** A page of history, written as JSON once. How far each message has come with its readers is not part of it. */
interface WrittenPage {
  /** Each without its status and its closing brace. */
  texts: string[];
  rows: { sender_id: string; seq: number }[];
  hasMore: boolean;
  /** As it was last answered, with the receipts of that moment. */
  answered: { floors: Floors; page: HistoryPage } | null;
}

interface HistoryPage {
  /** In the shape of `messagePage`. */
  data: WrittenSuccess;
  nextPageState: string | null;
}

const conversationsKept = 1_000;
const pagesOfConversation = 32;
const charactersKept = 16 * 1024 * 1024;
/** Pages asked for lately. */
const askedFor = 1_000;

/**
 * Pages of history that are read again and again: the newest one by everybody who opens a conversation. From the
 * second time on (whoever walks through a history asks for each page once) they are kept as JSON until the
 * conversation's version moves, which every change of a message does, so that a page is never older than the latest
 * durable change. Only where this process is the one that writes (SQLite).
 */
export class HistoryPages {
  readonly #messages: Messages;
  readonly #views: MessageViews;
  readonly #floors: ReceiptFloors;
  readonly #isKeeping: boolean;
  readonly #kept = new LruCache<string, Map<string, WrittenPage>>(conversationsKept);
  readonly #asked = new LruCache<string, true>(askedFor);
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
    if (kept !== undefined) return this.#answer(conversationId, kept);
    const moves = this.#moves;
    const rows = await this.#messages.list(actor, conversationId, { ...filter, limit: filter.limit + 1 });
    const hasMore = rows.length > filter.limit;
    const shown = hasMore ? rows.slice(0, filter.limit) : rows;
    const views = await this.#views.show(conversationId, shown);
    // What was read while a version moved may be older than what stands now.
    if (key !== null && this.#isAskedAgain(conversationId, key) && moves === this.#moves) {
      const page = pageOf(views, hasMore);
      this.#keep(conversationId, key, page);
      return this.#answer(conversationId, page);
    }
    return written(conversationId, JSON.stringify(views), shown, hasMore);
  }

  #isAskedAgain(conversationId: string, key: string): boolean {
    if (!this.#isKeeping) return false;
    const page = `${conversationId} ${key}`;
    if (this.#asked.get(page) === true) return true;
    this.#asked.set(page, true);
    return false;
  }

  async #answer(conversationId: string, kept: WrittenPage): Promise<HistoryPage> {
    const { texts, rows, hasMore, answered } = kept;
    const floors = await this.#floors.of(conversationId);
    if (answered?.floors === floors) return answered.page;
    const page = written(conversationId, join(texts, statusesOf(floors, rows)), rows, hasMore);
    kept.answered = { floors, page };
    return page;
  }

  /** The sum only grows until everything is dropped: an upper bound of what is kept. */
  #keep(conversationId: string, key: string, page: WrittenPage): void {
    // Once in parts and once whole.
    const characters = 2 * page.texts.reduce((sum, text) => sum + text.length, 0);
    this.#characters += characters;
    if (this.#characters > charactersKept) {
      this.#kept.clear();
      this.#characters = characters;
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

function pageOf(views: MessageView[], hasMore: boolean): WrittenPage {
  const texts = views.map((view) => {
    const text = JSON.stringify(view);
    // The last field; without it the object would have to be copied for each message.
    return text.slice(0, -statusField(view.status).length);
  });
  const rows = views.map(({ sender_id, seq }) => ({ sender_id, seq }));
  return { texts, rows, hasMore, answered: null };
}

function join(texts: string[], statuses: MessageStatus[]): string {
  const whole = texts.map((text, index) => text + statusField(statuses[index] ?? "sent"));
  return `[${whole.join(",")}]`;
}

/** As it ends the JSON of a message, see `presentListed`. */
function statusField(status: MessageStatus): string {
  return `,"status":"${status}"}`;
}

/** @param messages the list as JSON. @param rows its messages; the next page begins behind the last one. */
function written(
  conversationId: string,
  messages: string,
  rows: readonly { seq: number }[],
  hasMore: boolean,
): HistoryPage {
  const nextPageState = hasMore ? encodeCursor("messages", [conversationId, rows.at(-1)?.seq ?? 0]) : null;
  const rest = JSON.stringify({ next_page_state: nextPageState, has_more: hasMore }).slice(1);
  return { data: new WrittenSuccess(`{"messages":${messages},${rest}`), nextPageState };
}
