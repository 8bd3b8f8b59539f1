import { now } from "../../platform/clock.ts";
import type { Row } from "../../platform/db/bulk.ts";
import type { AppendTx, Database, PartTx, Queries } from "../../platform/db/database.ts";
import { GroupCommit, type GroupItem } from "../../platform/db/group-commit.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { hash128, newId } from "../../platform/ids.ts";
import {
  ChangedMarks,
  type Head,
  type HeadNeed,
  type Heads,
  headWrites,
  listClosedIds,
  type Memberships,
  markWrites,
  ownStateChanged,
  type Standing,
  timeOfNext,
  unarchive,
} from "../conversations/index.ts";
import { fileShareTable } from "../storage/index.ts";
import { closedConversation } from "./messages.errors.ts";
import { everybodyCalled, messageSent, usersMentioned } from "./messages.events.ts";
import {
  listMessagesAt,
  type MessageRow,
  messageCells,
  messageKeyTable,
  messageTable,
} from "./messages.queries.ts";
import { refusalOf, standingsOf } from "./senders.ts";
import { LastSends } from "./slow-mode.ts";

/** A message as its sender made it: everything is checked but what only the moment of storing can tell. */
export interface Draft {
  conversationId: string;
  organizationId: string;
  senderId: string;
  clientMessageId: string | null;
  type: MessageRow["message_type"];
  content: string;
  isEncrypted: boolean;
  /** JSON, or null. */
  metadata: string | null;
  replyTo: string | null;
  threadRootId: string | null;
  /** Users named in it, without the sender. */
  mentionedIds: readonly string[];
  /** It calls all of the conversation, or those of them who are connected. */
  calls: "room" | "here" | null;
  /** How long its sender has to wait after their message before; 0: not at all. */
  slowModeMs: number;
  /** Refused if the conversation has been closed by the time it is stored. */
  mustBeOpen: boolean;
  preparation: Preparation | null;
  /** Files that the message shares with the conversation, each once. */
  fileIds: readonly string[];
}

/** What a message brings about in its conversation, in its own transaction and before it: both, or neither. */
export interface Preparation {
  /** Asked with the conversation locked. */
  isDue(query: Queries): Promise<boolean>;
  carryOut(tx: PartTx): Promise<void>;
}

/** A draft on its way to the log. */
interface Send extends GroupItem {
  draft: Draft;
  /** Hash of what makes the send idempotent; null: it is not. */
  key: string | null;
  /** The message is durable; called before anybody is told of it. */
  stored(message: MessageRow): void;
  /** The same key was sent before: nothing was written. */
  repeated(message: MessageRow): void;
}

/** Given the replies of a group, and a `query` that writes too. @returns what to run once they were told. */
type ReplyHook = (query: Queries, replies: readonly MessageRow[]) => Promise<() => void>;

const nothingMore = () => undefined;

const sendsAtOnce = 1_000;

/**
 * The one way into the log: gives each message its seq and version and stores it, many in one commit.
 *
 * Promises: a stored message survives kill -9 and power cuts; seq has no gap and no twin within a conversation; the
 * same `client_message_id` of the same sender in the same conversation is stored once; messages are told in seq order,
 * each after its own sender got `stored`.
 */
export class MessageLog {
  readonly #database: Database;
  readonly #events: Events;
  readonly #heads: Heads;
  readonly #memberships: Memberships;
  readonly #group: GroupCommit<Send>;
  readonly #archived = new Set<string>();
  #storeReplies: ReplyHook = async () => nothingMore;

  constructor(
    database: Database,
    events: Events,
    heads: Heads,
    memberships: Memberships,
    archivedIds: string[],
  ) {
    this.#database = database;
    this.#events = events;
    this.#heads = heads;
    this.#memberships = memberships;
    this.#group = new GroupCommit((sends) => this.#commit(sends), sendsAtOnce);
    for (const id of archivedIds) this.#archived.add(id);
    events.on(ownStateChanged, ({ conversationId, archived }) => {
      if (archived) this.#archived.add(conversationId);
    });
  }

  /** What else belongs to replies, in the transaction that stores them; told once, when the app is put together. */
  alsoForReplies(hook: ReplyHook): void {
    this.#storeReplies = hook;
  }

  append(send: Omit<Send, "key">): void {
    this.#group.add({ ...send, key: keyOf(send.draft) });
  }

  /** Resolves once every send so far has its answer. */
  idle(): Promise<void> {
    return this.#group.idle();
  }

  async #commit(sends: Send[]): Promise<void> {
    const prepared = new Set<string>();
    try {
      await this.#commitWith(sends, prepared);
    } catch (error) {
      for (const id of prepared) this.#heads.forget(id);
      throw error;
    }
  }

  /** @param prepared gets the conversations whose heads moved before their messages were numbered. */
  #commitWith(sends: Send[], prepared: Set<string>): Promise<void> {
    return this.#database.append(async (tx) => {
      const heads = await this.#heads.lock(tx, sends.map(headNeed));
      const state: GroupState = {
        standingOf: await standingsOf(
          this.#database,
          this.#memberships,
          tx,
          sends.map(({ draft }) => draft),
        ),
        known: await this.#findKnown(tx, sends),
        closed: await this.#closedAmong(tx, sends),
        lastSends: await this.#lastSends(tx, sends),
        at: now(),
      };
      for (const send of sends) await this.#prepare(tx, send, state, prepared);
      if (prepared.size > 0) {
        const needs = sends.map(headNeed).filter(({ conversationId }) => prepared.has(conversationId));
        for (const [id, head] of await this.#heads.lock(tx, needs)) heads.set(id, head);
      }
      const group = new Group(heads, state);
      for (const send of sends) group.take(send);
      let tellMore: () => void = nothingMore;
      if (group.rows.length > 0) {
        await this.#bringBack(tx, group);
        tellMore = await this.#storeBeside(tx, group.rows, state.lastSends);
        await tx.write([
          { table: messageTable, rows: group.rows.map(messageCells) },
          { table: messageKeyTable, rows: group.keys },
          headWrites(group.heads),
          markWrites(group.marks),
          ...(group.shares.length === 0 ? [] : [{ table: fileShareTable, rows: group.shares }]),
        ]);
      }
      tx.afterCommit(() => {
        this.#heads.keep(group.heads, group.marks);
        for (const [send, outcome] of group.outcomes) this.#tell(send, outcome);
        tellMore();
      });
    });
  }

  /** Only before what will be stored. */
  async #prepare(
    tx: AppendTx,
    { draft, key }: Send,
    { known, standingOf, closed }: GroupState,
    prepared: Set<string>,
  ): Promise<void> {
    const { conversationId, preparation } = draft;
    if (preparation === null || prepared.has(conversationId)) return;
    if ((key !== null && known.has(key)) || standingOf(draft) === undefined || closed.has(conversationId))
      return;
    if (!(await preparation.isDue(tx.query))) return;
    await tx.widen();
    prepared.add(conversationId);
    await preparation.carryOut(tx);
  }

  /** Of those who have to wait after their message before. */
  #lastSends(tx: AppendTx, sends: Send[]): Promise<LastSends> {
    const slowed = sends.filter(({ draft }) => draft.slowModeMs > 0).map(({ draft }) => draft);
    return slowed.length === 0 ? Promise.resolve(LastSends.none) : LastSends.read(tx.query, slowed);
  }

  /** What only few messages bring with them, in the same transaction. @returns what to run once all were told. */
  async #storeBeside(tx: AppendTx, rows: readonly MessageRow[], lastSends: LastSends): Promise<() => void> {
    if (lastSends.isChanged) {
      await tx.widen();
      await lastSends.write(tx.query);
    }
    const replies = rows.filter((row) => row.thread_root_id !== null);
    if (replies.length === 0) return nothingMore;
    await tx.widen();
    return this.#storeReplies(tx.query, replies);
  }

  #tell(send: Send, outcome: Outcome): void {
    if (outcome.kind === "refused") send.refuse(outcome.error);
    else if (outcome.kind === "repeated") send.repeated(outcome.message);
    else {
      send.stored(outcome.message);
      this.#events.emitNow(messageSent, { message: outcome.message });
      const { mentionedIds: userIds, calls } = send.draft;
      if (userIds.length > 0) this.#events.emitNow(usersMentioned, { message: outcome.message, userIds });
      if (calls !== null) this.#events.emitNow(everybodyCalled, { message: outcome.message, calls });
    }
  }

  /** Of those that must be open for their sends, now that nobody can close them meanwhile. */
  async #closedAmong(tx: AppendTx, sends: Send[]): Promise<ReadonlySet<string>> {
    const ids = sends.filter(({ draft }) => draft.mustBeOpen).map(({ draft }) => draft.conversationId);
    return ids.length === 0 ? none : new Set(await listClosedIds(tx.query, [...new Set(ids)]));
  }

  /** Earlier messages with the same keys. */
  async #findKnown(tx: AppendTx, sends: Send[]): Promise<Map<string, MessageRow>> {
    const known = new Map<string, MessageRow>();
    const keyed = new Map<string, Draft>();
    for (const { draft, key } of sends) if (key !== null) keyed.set(key, draft);
    const found = keyed.size === 0 ? [] : await tx.find(messageKeyTable, [...keyed.keys()]);
    if (found.length > 0) await tx.settle();
    for (const [key, seq] of found) {
      const draft = keyed.get(String(key));
      const rows =
        draft === undefined ? [] : await listMessagesAt(tx.query, draft.conversationId, [Number(seq)]);
      for (const row of rows) known.set(String(key), row);
    }
    return known;
  }

  /** A new message brings its conversation back for whoever archived it. */
  async #bringBack(tx: AppendTx, group: Group): Promise<void> {
    const ids = [...new Set(group.rows.map((row) => row.conversation_id))].filter((id) =>
      this.#archived.has(id),
    );
    if (ids.length === 0) return;
    await tx.widen();
    const changed = await unarchive(tx.query, ids, now());
    for (const { conversation_id: conversationId, user_id: userId } of changed) {
      this.#events.emit(tx, ownStateChanged, {
        conversationId,
        userId,
        archived: false,
        muted: false,
        mutedUntil: null,
      });
    }
  }
}

type Outcome =
  | { kind: "stored"; message: MessageRow }
  | { kind: "repeated"; message: MessageRow }
  | { kind: "refused"; error: unknown };

const none: ReadonlySet<string> = new Set();

/** What is true while a group is given its numbers. */
interface GroupState {
  known: Map<string, MessageRow>;
  /** Undefined: the sender takes no part. */
  standingOf: (draft: Draft) => Standing | undefined;
  closed: ReadonlySet<string>;
  lastSends: LastSends;
  at: number;
}

/** One group of sends on their way into the log: numbers given, nothing written. */
class Group {
  readonly heads = new Map<string, Head>();
  readonly marks = new ChangedMarks();
  readonly rows: MessageRow[] = [];
  readonly keys: Row[] = [];
  readonly shares: Row[] = [];
  readonly outcomes: [Send, Outcome][] = [];
  readonly #locked: Map<string, Head>;
  readonly #known: Map<string, MessageRow>;
  readonly #standingOf: GroupState["standingOf"];
  readonly #closed: ReadonlySet<string>;
  readonly #lastSends: LastSends;
  readonly #at: number;

  constructor(locked: Map<string, Head>, { known, standingOf, closed, lastSends, at }: GroupState) {
    this.#locked = locked;
    this.#known = known;
    this.#standingOf = standingOf;
    this.#closed = closed;
    this.#lastSends = lastSends;
    this.#at = at;
  }

  take(send: Send): void {
    this.outcomes.push([send, this.#decide(send)]);
  }

  #decide({ draft, key }: Send): Outcome {
    const head = this.#locked.get(draft.conversationId);
    if (head === undefined) return { kind: "refused", error: notFound("conversation") };
    const standing = this.#standingOf(draft);
    if (standing === undefined) {
      return { kind: "refused", error: forbidden("You are not a participant of this conversation.") };
    }
    const earlier = key === null ? undefined : this.#known.get(key);
    if (earlier !== undefined) return { kind: "repeated", message: earlier };
    const notNow = refusalOf(draft, standing);
    if (notNow !== null) return { kind: "refused", error: notNow };
    if (this.#closed.has(draft.conversationId)) return { kind: "refused", error: closedConversation() };
    const tooSoon = draft.slowModeMs > 0 ? this.#lastSends.take(draft, draft.slowModeMs, this.#at) : null;
    if (tooSoon !== null) return { kind: "refused", error: tooSoon };
    const message = this.#number(draft, head);
    for (const id of draft.fileIds) this.shares.push([draft.conversationId, message.seq, id]);
    if (key !== null) {
      this.#known.set(key, message);
      this.keys.push([key, message.seq]);
    }
    return { kind: "stored", message };
  }

  /** The next seq and version. Sending reads everything before it. */
  #number(draft: Draft, head: Head): MessageRow {
    head.seq++;
    head.version++;
    head.ordinal++;
    const at = timeOfNext(head.lastMessageAt, this.#at);
    head.lastMessageAt = at;
    this.heads.set(draft.conversationId, head);
    this.marks.set(draft.conversationId, draft.senderId, {
      lastReadSeq: head.seq,
      readOrdinal: head.ordinal,
      lastReadAt: this.#at,
      lastDeliveredSeq: head.seq,
      lastDeliveredAt: this.#at,
    });
    const row: MessageRow = {
      conversation_id: draft.conversationId,
      seq: head.seq,
      message_id: newId(),
      organization_id: draft.organizationId,
      sender_id: draft.senderId,
      client_message_id: draft.clientMessageId,
      version: head.version,
      created_version: head.version,
      ordinal: head.ordinal,
      message_type: draft.type,
      content: draft.content,
      is_encrypted: draft.isEncrypted ? 1 : 0,
      metadata: draft.metadata,
      reply_to: draft.replyTo,
      thread_root_id: draft.threadRootId,
      created_at: at,
      edited_at: null,
      deleted_at: null,
      revision: 0,
      pinned_at: null,
      pinned_by: null,
    };
    this.rows.push(row);
    return row;
  }
}

function headNeed({ draft }: Send): HeadNeed {
  return { conversationId: draft.conversationId, userId: draft.senderId };
}

/** 128 bits: nobody meets two by chance, and nobody makes two in somebody else's name. */
function keyOf({ conversationId, senderId, clientMessageId }: Draft): string | null {
  if (clientMessageId === null) return null;
  return hash128(`${conversationId} ${senderId} ${clientMessageId}`);
}
