import { LruCache } from "../../platform/cache.ts";
import type { BulkTable, BulkWrite, Row } from "../../platform/db/bulk.ts";
import type { AppendTx, Database, Queries } from "../../platform/db/database.ts";
import { advanceHead, listHeads, listMarks } from "./heads.queries.ts";

/** How far one participant has read and received. */
export interface Mark {
  lastReadSeq: number;
  readOrdinal: number;
  lastReadAt: number | null;
  lastDeliveredSeq: number;
  lastDeliveredAt: number | null;
}

/** The end of a conversation's log. */
export interface Head {
  seq: number;
  version: number;
  /** Messages that can count as unread: all but system ones. */
  ordinal: number;
  lastMessageAt: number | null;
  readonly marks: Map<string, Mark>;
}

export interface HeadNeed {
  conversationId: string;
  userId: string;
}

const headTable: BulkTable = {
  name: "conversation_heads",
  columns: ["conversation_id", "seq", "version", "ordinal", "last_message_at"],
  key: ["conversation_id"],
  replace: true,
};

const markTable: BulkTable = {
  name: "participant_marks",
  columns: [
    "conversation_id",
    "user_id",
    "last_read_seq",
    "read_ordinal",
    "last_read_at",
    "last_delivered_seq",
    "last_delivered_at",
  ],
  key: ["conversation_id", "user_id"],
  replace: true,
};

const keptAtMost = 20_000;

/**
 * The heads that appends move. With one writer (SQLite) they are kept in memory and are the truth while rows wait in
 * the journal; with PostgreSQL they are locked and read in each transaction, in the order of their ids, so that two
 * processes neither deadlock nor leave a gap.
 */
export class Heads {
  readonly #engine: Database["engine"];
  readonly #kept = new LruCache<string, Head>(keptAtMost);
  readonly #movedHooks: ((conversationId: string) => void)[] = [];

  constructor(database: Database) {
    this.#engine = database.engine;
  }

  /**
   * Working copies of the heads, with the marks of the users named; unknown conversations are missing. Changes to
   * them count once `bulkWrites` made from them is durable and `keep` was called.
   */
  async lock(tx: AppendTx, needs: HeadNeed[]): Promise<Map<string, Head>> {
    const ids = [...new Set(needs.map((need) => need.conversationId))];
    if (this.#engine === "postgres") return readHeads(tx.query, ids.sort(), needs, true);
    const heads = new Map<string, Head>();
    const unread: string[] = [];
    for (const id of ids) {
      const kept = this.#kept.get(id);
      if (kept === undefined) unread.push(id);
      else heads.set(id, { ...kept });
    }
    const missing = needs.filter(({ conversationId, userId }) => {
      const head = heads.get(conversationId);
      return head === undefined || !head.marks.has(userId);
    });
    if (missing.length === 0) return heads;
    await tx.settle();
    for (const [id, read] of await readHeads(
      tx.query,
      ids.filter((id) => missing.some((need) => need.conversationId === id)),
      missing,
      false,
    )) {
      const known = heads.get(id);
      if (known === undefined) {
        this.#kept.set(id, read);
        heads.set(id, { ...read });
      } else for (const [userId, mark] of read.marks) known.marks.set(userId, mark);
    }
    return heads;
  }

  /**
   * Called when a version is about to move or has just moved in this process: for whoever keeps what they read of a
   * conversation. What is read after the call and before the change is durable may be older than the change.
   */
  onMoved(hook: (conversationId: string) => void): void {
    this.#movedHooks.push(hook);
  }

  #moved(conversationId: string): void {
    for (const hook of this.#movedHooks) hook(conversationId);
  }

  /** What `lock` gave, changed, is now durable. */
  keep(heads: Map<string, Head>, marks: ChangedMarks): void {
    for (const id of heads.keys()) this.#moved(id);
    if (this.#engine === "postgres") return;
    for (const [id, head] of heads) {
      const kept = this.#kept.get(id);
      if (kept === undefined) continue;
      kept.seq = head.seq;
      kept.version = head.version;
      kept.ordinal = head.ordinal;
      kept.lastMessageAt = head.lastMessageAt;
    }
    marks.each((conversationId, userId, mark) => this.#kept.get(conversationId)?.marks.set(userId, mark));
  }

  /**
   * The next `count` versions for changes that are no messages; call it before anything else in the transaction that
   * makes them, since it also takes the conversation's lock.
   * @returns the last of them.
   */
  async advanceVersion(query: Queries, conversationId: string, count = 1): Promise<number> {
    this.#kept.delete(conversationId);
    this.#moved(conversationId);
    return (await advanceHead(query, conversationId, { versions: count, messages: 0 })).version;
  }

  /** What `lock` gave came from a transaction that was taken back. */
  forget(conversationId: string): void {
    this.#kept.delete(conversationId);
  }

  /** The next seq and version for one message that is written in an ordinary transaction. */
  advanceForMessage(query: Queries, conversationId: string, at: number, { isUnread }: { isUnread: boolean }) {
    this.#kept.delete(conversationId);
    this.#moved(conversationId);
    return advanceHead(query, conversationId, { versions: 1, messages: 1, ordinals: isUnread ? 1 : 0, at });
  }
}

/** Marks that an append moved, by conversation and user. */
export class ChangedMarks {
  readonly #marks = new Map<string, Map<string, Mark>>();

  get(conversationId: string, userId: string): Mark | undefined {
    return this.#marks.get(conversationId)?.get(userId);
  }

  set(conversationId: string, userId: string, mark: Mark): void {
    let ofConversation = this.#marks.get(conversationId);
    if (ofConversation === undefined) {
      ofConversation = new Map();
      this.#marks.set(conversationId, ofConversation);
    }
    ofConversation.set(userId, mark);
  }

  each(visit: (conversationId: string, userId: string, mark: Mark) => void): void {
    for (const [conversationId, marks] of this.#marks) {
      for (const [userId, mark] of marks) visit(conversationId, userId, mark);
    }
  }
}

async function readHeads(
  query: Queries,
  ids: string[],
  needs: HeadNeed[],
  forUpdate: boolean,
): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  for (const row of await listHeads(query, ids, forUpdate)) {
    heads.set(row.conversation_id, {
      seq: row.seq,
      version: row.version,
      ordinal: row.ordinal,
      lastMessageAt: row.last_message_at,
      marks: new Map(),
    });
  }
  const userIds = [...new Set(needs.map((need) => need.userId))];
  for (const row of await listMarks(query, ids, userIds)) {
    heads.get(row.conversation_id)?.marks.set(row.user_id, {
      lastReadSeq: row.last_read_seq,
      readOrdinal: row.read_ordinal,
      lastReadAt: row.last_read_at,
      lastDeliveredSeq: row.last_delivered_seq,
      lastDeliveredAt: row.last_delivered_at,
    });
  }
  return heads;
}

export function headWrites(heads: Map<string, Head>): BulkWrite {
  const rows: Row[] = [];
  for (const [id, head] of heads) rows.push([id, head.seq, head.version, head.ordinal, head.lastMessageAt]);
  return { table: headTable, rows };
}

export function markWrites(marks: ChangedMarks): BulkWrite {
  const rows: Row[] = [];
  marks.each((conversationId, userId, mark) => {
    rows.push([
      conversationId,
      userId,
      mark.lastReadSeq,
      mark.readOrdinal,
      mark.lastReadAt,
      mark.lastDeliveredSeq,
      mark.lastDeliveredAt,
    ]);
  });
  return { table: markTable, rows };
}
