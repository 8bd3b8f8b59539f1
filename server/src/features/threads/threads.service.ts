import type { Database, Queries } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { type Heads, listActivePairs, type Memberships } from "../conversations/index.ts";
import { type MessageLog, type MessageRow, mentionsIn, type Threads } from "../messages/index.ts";
import { type ThreadState, threadStateChanged } from "./threads.events.ts";
import {
  addFollowers,
  countUnread,
  type FollowedRow,
  type FollowerRow,
  findFollower,
  findLastReplySeq,
  listFollowed,
  listFollowersOf,
  listRoots,
  putFollowers,
  type ThreadFilter,
  updateFollower,
} from "./threads.queries.ts";

interface FollowedThreadsParts {
  database: Database;
  events: Events;
  heads: Heads;
  memberships: Memberships;
  threads: Threads;
  messageLog: MessageLog;
}

/**
 * Threads as their readers have them: who follows which, and how far they have read it. Whoever writes in a thread
 * follows it; who wrote its root or is mentioned in it begins to, unless they said that they want to hear no more.
 */
export class FollowedThreads {
  readonly #parts: FollowedThreadsParts;

  constructor(parts: FollowedThreadsParts) {
    this.#parts = parts;
    parts.messageLog.alsoForReplies((query, replies) => this.#followBy(query, replies));
  }

  /** What a thread is to the caller, who may see it. */
  async stateOf(actor: Actor, root: MessageRow): Promise<ThreadState> {
    return readState(this.#parts.database.query, actor.userId, root);
  }

  /** @throws AppError NOT_FOUND or FORBIDDEN for a conversation that the caller is not in. */
  async list(actor: Actor, filter: ThreadFilter): Promise<FollowedRow[]> {
    const { database, memberships } = this.#parts;
    if (filter.conversationId !== null) await memberships.require(actor, filter.conversationId);
    return listFollowed(database.query, actor.organizationId, actor.userId, filter);
  }

  /**
   * What changed for somebody who comes back, and has seen these versions of these conversations, which they are in:
   * of their threads, those that they followed, left or read on since.
   */
  async listChanged(userId: string, seen: ReadonlyMap<string, number>): Promise<Map<string, ThreadState[]>> {
    const { query } = this.#parts.database;
    const rows = (await listFollowersOf(query, userId)).filter((row) => {
      const version = seen.get(row.conversation_id);
      return version !== undefined && row.version >= version;
    });
    const states = await Promise.all(rows.map((row) => stateOfRow(query, row)));
    return Map.groupBy(states, (state) => state.conversationId);
  }

  /**
   * Follows the thread of a message, or no more. Who begins to follow has read what is there.
   * @throws AppError NOT_FOUND or FORBIDDEN.
   */
  async follow(actor: Actor, messageId: string, isFollowing: boolean): Promise<ThreadState> {
    return this.#change(actor, messageId, async (query, root, version) => {
      const known = await findFollower(query, actor.userId, root.message_id);
      if (known !== undefined && known.is_following === (isFollowing ? 1 : 0)) return false;
      const row = await newFollower(query, actor, root, version);
      if (isFollowing) await putFollowers(query, [row]);
      else if (known === undefined) await addFollowers(query, [{ ...row, is_following: 0 }]);
      else await updateFollower(query, actor.userId, root.message_id, { is_following: 0, version });
      return true;
    });
  }

  /**
   * Moves how far the caller has read, never back; nothing for whoever does not follow.
   * @param seq of a reply; without it all are read. @throws AppError NOT_FOUND or FORBIDDEN.
   */
  async markRead(actor: Actor, messageId: string, seq: number | undefined): Promise<ThreadState> {
    return this.#change(actor, messageId, async (query, root, version) => {
      const known = await findFollower(query, actor.userId, root.message_id);
      if (known?.is_following !== 1) return false;
      const last = (await findLastReplySeq(query, root.conversation_id, root.message_id)) ?? root.seq;
      const lastReadSeq = Math.min(last, seq ?? last);
      if (lastReadSeq <= known.last_read_seq) return false;
      await updateFollower(query, actor.userId, root.message_id, { last_read_seq: lastReadSeq, version });
      return true;
    });
  }

  /** With the conversation locked: no reply comes in between. @param work answers whether anything changed. */
  async #change(
    actor: Actor,
    messageId: string,
    work: (query: Queries, root: MessageRow, version: number) => Promise<boolean>,
  ): Promise<ThreadState> {
    const { database, events, heads, memberships, threads } = this.#parts;
    const root = await threads.requireRoot(actor, messageId);
    return database.transaction(async (tx) => {
      const version = await heads.advanceVersion(tx.query, root.conversation_id, 0);
      await memberships.requireWithin(tx.query, actor, root.conversation_id);
      const isChanged = await work(tx.query, root, version);
      const state = await readState(tx.query, actor.userId, root);
      if (isChanged) events.emit(tx, threadStateChanged, { ...state, userId: actor.userId });
      return state;
    });
  }

  /**
   * In the transaction that stores the replies, all of one moment.
   * @returns what tells of it, once they were told.
   */
  async #followBy(query: Queries, replies: readonly MessageRow[]): Promise<() => void> {
    const changed = new Map<string, FollowerRow>();
    const note = (row: FollowerRow) => changed.set(`${row.user_id} ${row.root_id}`, row);
    const roots = await this.#rootsOf(query, replies);
    for (const reply of replies) {
      const root = roots.get(reply.thread_root_id ?? "");
      if (root === undefined) continue;
      const own = followerOf(reply, reply.sender_id, reply.seq);
      await putFollowers(query, [own]);
      note(own);
      const others = await this.#concernedBy(query, root, reply);
      if (others.length === 0) continue;
      const rows = others.map((userId) => followerOf(reply, userId, reply.seq - 1));
      for (const added of await addFollowers(query, rows)) note(added);
    }
    return () => {
      for (const row of changed.values()) {
        const since = replies.filter((reply) => reply.thread_root_id === row.root_id);
        const unread = since.filter(
          ({ seq, sender_id }) => seq > row.last_read_seq && sender_id !== row.user_id,
        );
        const state = stateFrom(row, unread.length, since.at(-1)?.seq ?? row.last_read_seq);
        this.#parts.events.emitNow(threadStateChanged, { ...state, userId: row.user_id });
      }
    };
  }

  /** Who wrote the root or is named, of those who take part now: whoever was removed hears no more of it. */
  async #concernedBy(
    query: Queries,
    root: { sender_id: string; metadata: string | null },
    reply: MessageRow,
  ): Promise<string[]> {
    const named = [root, reply].flatMap(({ metadata }) => mentionsIn(metadata).userIds);
    const others = new Set([root.sender_id, ...named]);
    others.delete(reply.sender_id);
    if (others.size === 0) return [];
    const { conversation_id: conversationId } = reply;
    const active = await listActivePairs(query, [conversationId], [...others]);
    return [...others].filter((userId) => active.has(`${conversationId} ${userId}`));
  }

  async #rootsOf(query: Queries, replies: readonly MessageRow[]) {
    const ids = [...new Set(replies.map((reply) => reply.thread_root_id ?? ""))];
    return new Map((await listRoots(query, ids)).map((root) => [root.message_id, root]));
  }
}

function followerOf(reply: MessageRow, userId: string, lastReadSeq: number): FollowerRow {
  return {
    user_id: userId,
    root_id: reply.thread_root_id ?? "",
    conversation_id: reply.conversation_id,
    organization_id: reply.organization_id,
    is_following: 1,
    last_read_seq: lastReadSeq,
    version: reply.version,
  };
}

/** Who begins to follow has read what is there. */
async function newFollower(
  query: Queries,
  actor: Actor,
  root: MessageRow,
  version: number,
): Promise<FollowerRow> {
  return {
    user_id: actor.userId,
    root_id: root.message_id,
    conversation_id: root.conversation_id,
    organization_id: actor.organizationId,
    is_following: 1,
    last_read_seq: (await findLastReplySeq(query, root.conversation_id, root.message_id)) ?? root.seq,
    version,
  };
}

async function readState(query: Queries, userId: string, root: MessageRow): Promise<ThreadState> {
  const { conversation_id: conversationId, message_id: rootId } = root;
  const row = await findFollower(query, userId, rootId);
  if (row !== undefined) return stateOfRow(query, row);
  const lastReplySeq = (await findLastReplySeq(query, conversationId, rootId)) ?? 0;
  return { conversationId, rootId, isFollowing: false, lastReadSeq: 0, unreadCount: 0, lastReplySeq };
}

async function stateOfRow(query: Queries, row: FollowerRow): Promise<ThreadState> {
  const lastReplySeq = (await findLastReplySeq(query, row.conversation_id, row.root_id)) ?? 0;
  return stateFrom(row, row.is_following === 1 ? await countUnread(query, row) : 0, lastReplySeq);
}

function stateFrom(row: FollowerRow, unreadCount: number, lastReplySeq: number): ThreadState {
  return {
    conversationId: row.conversation_id,
    rootId: row.root_id,
    isFollowing: row.is_following === 1,
    lastReadSeq: row.last_read_seq,
    unreadCount,
    lastReplySeq,
  };
}
