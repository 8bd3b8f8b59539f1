import type { Database } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { type ListedMessage, listMessagesById, type MessageRow } from "./messages.queries.ts";
import { type MessageView, presentListed } from "./messages.schema.ts";
import { listReactionsAmong, type Reaction } from "./reactions.queries.ts";
import { type ReceiptFloors, statusesOf } from "./receipt-floors.ts";
import type { Threads } from "./threads.ts";

const noReactions: Reaction[] = [];

/** Messages as people see them: with their receipts, reactions and the size of their threads. */
export class MessageViews {
  readonly #database: Database;
  readonly #floors: ReceiptFloors;
  readonly #threads: Threads;

  constructor(database: Database, floors: ReceiptFloors, threads: Threads) {
    this.#database = database;
    this.#floors = floors;
    this.#threads = threads;
  }

  /**
   * All of one conversation, in the order given. At most one query for reactions and one for threads, where there are
   * any.
   */
  async show(conversationId: string, rows: readonly ListedMessage[]): Promise<MessageView[]> {
    if (rows.length === 0) return [];
    const [floors, reactions, threads] = await Promise.all([
      this.#floors.of(conversationId),
      listReactionsAmong(this.#database.query, conversationId, rows),
      this.#threads.counts(
        conversationId,
        rows.map((row) => row.message_id),
      ),
    ]);
    const statuses = statusesOf(floors, rows);
    return rows.map((row, index) =>
      presentListed(
        conversationId,
        row,
        statuses[index] ?? "sent",
        reactions.get(row.seq) ?? noReactions,
        threads.get(row.message_id),
      ),
    );
  }

  async showOne(row: MessageRow): Promise<MessageView> {
    const [view] = await this.show(row.conversation_id, [row]);
    if (view === undefined) throw new RangeError("a message was shown as nothing");
    return view;
  }

  /**
   * Messages of the caller's organization by their ids, for whoever knows that the caller may see them; unknown ones
   * are missing.
   */
  async showByIds(actor: Actor, ids: string[]): Promise<Map<string, MessageView>> {
    const shown = new Map<string, MessageView>();
    const rows = await listMessagesById(this.#database.query, actor.organizationId, ids);
    const byConversation = Map.groupBy(rows, (row) => row.conversation_id);
    await Promise.all(
      [...byConversation].map(async ([conversationId, ofConversation]) => {
        for (const view of await this.show(conversationId, ofConversation)) shown.set(view.message_id, view);
      }),
    );
    return shown;
  }
}
