import { LruCache } from "../../platform/cache.ts";
import type { Database } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { messageSent } from "./messages.events.ts";
import {
  findMessage,
  hasThreads,
  listReplies,
  listThreadCounts,
  type MessageRow,
  type ThreadCount,
} from "./messages.queries.ts";
import type { StoredMessages } from "./stored-messages.ts";

const keptAtMost = 20_000;

/** A message and the replies to it. Replies are ordinary messages of the conversation that name their root. */
export class Threads {
  readonly #database: Database;
  readonly #stored: StoredMessages;
  /** Whether a conversation has any thread, so that most pages of history cost no query more. */
  readonly #hasAny = new LruCache<string, boolean>(keptAtMost);
  #changes = 0;

  constructor(database: Database, events: Events, stored: StoredMessages) {
    this.#database = database;
    this.#stored = stored;
    events.on(messageSent, ({ message }) => {
      if (message.thread_root_id === null) return;
      this.#changes++;
      this.#hasAny.set(message.conversation_id, true);
    });
  }

  /** Replies to a root that `requireRoot` gave. */
  replies(root: MessageRow, page: ListPage<MessageRow>): Promise<MessageRow[]> {
    return listReplies(this.#database.query, root.conversation_id, root.message_id, page);
  }

  /** The root of the thread of a message, which may be itself. @throws AppError NOT_FOUND or FORBIDDEN. */
  async requireRoot(actor: Actor, messageId: string): Promise<MessageRow> {
    const { message } = await this.#stored.require(actor, messageId);
    if (message.thread_root_id === null) return message;
    return (await findMessage(this.#database.query, actor.organizationId, message.thread_root_id)) ?? message;
  }

  /** How many replies each of these messages of one conversation has, by message id; those without are missing. */
  async counts(conversationId: string, messageIds: string[]): Promise<ReadonlyMap<string, ThreadCount>> {
    if (!(await this.#isThreaded(conversationId))) return none;
    return listThreadCounts(this.#database.query, conversationId, messageIds);
  }

  async #isThreaded(conversationId: string): Promise<boolean> {
    const kept = this.#hasAny.get(conversationId);
    if (kept !== undefined) return kept;
    const changes = this.#changes;
    const read = await hasThreads(this.#database.query, conversationId);
    if (this.#changes === changes) this.#hasAny.set(conversationId, read);
    return read;
  }
}

const none: ReadonlyMap<string, ThreadCount> = new Map();
