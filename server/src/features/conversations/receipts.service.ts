import { now } from "../../platform/clock.ts";
import type { AppendTx, Database } from "../../platform/db/database.ts";
import { GroupCommit, type GroupItem } from "../../platform/db/group-commit.ts";
import { type AppError, notFound, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { markAdvanced } from "./conversations.events.ts";
import { findOrdinal, listHeads } from "./heads.queries.ts";
import { ChangedMarks, type Head, type Heads, type Mark, markWrites } from "./heads.ts";
import type { Memberships } from "./memberships.ts";

type MarkKind = "read" | "delivered";

/** Where a participant stands after a mark moved. */
interface Standing {
  lastReadSeq: number;
  unreadCount: number;
  /** Messages that this move made read. */
  becameRead: number;
}

interface MarkItem extends GroupItem {
  conversationId: string;
  userId: string;
  kind: MarkKind;
  /** Null: everything there is. */
  seq: number | null;
  done(standing: Standing): void;
}

const marksAtOnce = 1_000;

/**
 * Receipts: how far each participant has received and read. A mark only moves forward; moving it shares a commit with
 * the marks that others move at the same moment, and is told to everybody once it is durable.
 */
export class Receipts {
  readonly #database: Database;
  readonly #events: Events;
  readonly #heads: Heads;
  readonly #memberships: Memberships;
  readonly #group: GroupCommit<MarkItem>;

  constructor(database: Database, events: Events, heads: Heads, memberships: Memberships) {
    this.#database = database;
    this.#events = events;
    this.#heads = heads;
    this.#memberships = memberships;
    this.#group = new GroupCommit((items) => this.#commit(items), marksAtOnce);
  }

  /**
   * @param seq what was read or received last; null: all there is. For an agent who does not take part there is
   * nothing to mark.
   * @throws AppError NOT_FOUND, FORBIDDEN, or VALIDATION_ERROR for a seq that does not exist yet.
   */
  async advance(actor: Actor, conversationId: string, kind: MarkKind, seq: number | null): Promise<Standing> {
    const { membership } = await this.#memberships.require(actor, conversationId);
    if (!membership.roles.has(actor.userId)) return this.#look(conversationId, seq);
    return new Promise((done, refuse) => {
      this.#group.add({ conversationId, userId: actor.userId, kind, seq, done, refuse });
    });
  }

  async #look(conversationId: string, seq: number | null): Promise<Standing> {
    const [head] = await listHeads(this.#database.query, [conversationId], false);
    if (head === undefined) throw notFound("conversation");
    if (seq !== null && seq > head.seq) throw beyond(head.seq);
    return { lastReadSeq: seq ?? head.seq, unreadCount: 0, becameRead: 0 };
  }

  /** Resolves once every mark so far has its answer. */
  idle(): Promise<void> {
    return this.#group.idle();
  }

  #commit(items: MarkItem[]): Promise<void> {
    return this.#database.append(async (tx) => {
      const heads = await this.#heads.lock(tx, items);
      const changed = new ChangedMarks();
      const after: (() => void)[] = [];
      for (const item of items)
        after.push(await this.#move(tx, item, heads.get(item.conversationId), changed));
      const write = markWrites(changed);
      if (write.rows.length > 0) await tx.write([write]);
      tx.afterCommit(() => {
        this.#heads.keep(new Map(), changed);
        for (const tell of after) tell();
      });
    });
  }

  /** @returns what to tell once the group is durable. */
  async #move(
    tx: AppendTx,
    item: MarkItem,
    head: Head | undefined,
    changed: ChangedMarks,
  ): Promise<() => void> {
    const { conversationId, userId, kind } = item;
    const mark = changed.get(conversationId, userId) ?? head?.marks.get(userId);
    if (head === undefined || mark === undefined) return () => item.refuse(notFound("conversation"));
    const seq = item.seq ?? head.seq;
    if (seq > head.seq) return () => item.refuse(beyond(head.seq));
    const at = now();
    const moved =
      kind === "read" ? await this.#read(tx, conversationId, mark, seq, head, at) : delivered(mark, seq, at);
    if (moved !== mark) {
      changed.set(conversationId, userId, moved);
      this.#events.emit(tx, markAdvanced, {
        conversationId,
        userId,
        kind,
        seq,
        formerSeq: kind === "read" ? mark.lastReadSeq : mark.lastDeliveredSeq,
        at,
      });
    }
    const standing = {
      lastReadSeq: moved.lastReadSeq,
      unreadCount: head.ordinal - moved.readOrdinal,
      becameRead: moved.readOrdinal - mark.readOrdinal,
    };
    return () => item.done(standing);
  }

  async #read(tx: AppendTx, id: string, mark: Mark, seq: number, head: Head, at: number): Promise<Mark> {
    if (seq <= mark.lastReadSeq) return mark;
    const readOrdinal = await this.#ordinalAt(tx, id, seq, head);
    return { ...delivered(mark, seq, at), lastReadSeq: seq, readOrdinal, lastReadAt: at };
  }

  /** Without system messages before it, a message's ordinal is its seq. */
  async #ordinalAt(tx: AppendTx, conversationId: string, seq: number, head: Head): Promise<number> {
    if (seq === head.seq) return head.ordinal;
    if (head.seq === head.ordinal) return seq;
    await tx.settle();
    return findOrdinal(tx.query, conversationId, seq);
  }
}

function beyond(latest: number): AppError {
  return validationError({ path: "seq", message: `must be at most ${latest}, the conversation's latest` });
}

function delivered(mark: Mark, seq: number, at: number): Mark {
  if (seq <= mark.lastDeliveredSeq) return mark;
  return { ...mark, lastDeliveredSeq: seq, lastDeliveredAt: at };
}
