import { now } from "../../platform/clock.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import {
  type ConversationRow,
  findConversationChangedSince,
  isMuted,
  listConversationMarks,
  listOwnStates,
  listParticipantsChangedSince,
  type ParticipantWithUser,
} from "../conversations/index.ts";
import { listMessagesChangedSince, type MessageRow } from "./messages.queries.ts";
import { listReactionsAmong, type Reaction } from "./reactions.queries.ts";

/** Where the caller and everybody else stand in a conversation. */
export interface ResumedState {
  version: number;
  seq: number;
  lastReadSeq: number;
  unreadCount: number;
  archived: boolean;
  muted: boolean;
  receipts: { userId: string; lastReadSeq: number; lastDeliveredSeq: number }[];
}

/** What changed in one conversation since the version that the caller had seen, each thing in its present state. */
export type ResumedConversation =
  | { kind: "gone"; conversationId: string }
  | { kind: "truncated"; conversationId: string; state: ResumedState }
  | {
      kind: "replay";
      conversationId: string;
      state: ResumedState;
      /** The caller named the conversation; false: it is new to them. */
      isKnown: boolean;
      since: number;
      messages: readonly MessageRow[];
      /** Of these messages, by seq. */
      reactions: ReadonlyMap<number, Reaction[]>;
      participants: readonly ParticipantWithUser[];
      conversation: ConversationRow | null;
    };

/** What a replay brings where nothing changed. */
const nothing = {
  messages: [] as readonly MessageRow[],
  reactions: new Map() as ReadonlyMap<number, Reaction[]>,
  participants: [] as readonly ParticipantWithUser[],
  conversation: null,
};

type OwnState = Awaited<ReturnType<typeof listOwnStates>>[number];

/** Answers what a client has missed. Everything of one answer is of one moment. */
export class Resume {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param seen the last version that the client has of each conversation.
   * @param scope one conversation, for a socket attached to that one; null: all of the caller's.
   */
  collect(
    actor: Actor,
    seen: ReadonlyMap<string, number>,
    scope: string | null,
  ): Promise<ResumedConversation[]> {
    return this.#database.snapshot(async (query) => {
      const ids = scope === null ? null : [scope];
      const states = await listOwnStates(query, actor.organizationId, actor.userId, ids);
      const small = states
        .filter((own) => own.participant_count <= limits.receiptsToldUpTo)
        .map((own) => own.conversation_id);
      const marks = small.length === 0 ? [] : await listConversationMarks(query, small);
      const marksOf = Map.groupBy(marks, (mark) => mark.conversation_id);
      const resumed: ResumedConversation[] = [];
      const unseen = new Set(seen.keys());
      for (const own of states) {
        unseen.delete(own.conversation_id);
        const receipts = (marksOf.get(own.conversation_id) ?? []).map((mark) => ({
          userId: mark.user_id,
          lastReadSeq: mark.last_read_seq,
          lastDeliveredSeq: mark.last_delivered_seq,
        }));
        const version = seen.get(own.conversation_id);
        resumed.push(await changesOf(query, actor, own, receipts, version));
      }
      for (const conversationId of unseen) resumed.push({ kind: "gone", conversationId });
      return resumed;
    });
  }
}

async function changesOf(
  query: Queries,
  actor: Actor,
  own: OwnState,
  receipts: ResumedState["receipts"],
  seen: number | undefined,
): Promise<ResumedConversation> {
  const conversationId = own.conversation_id;
  const state = stateOf(own, receipts);
  const findConversation = async (since: number) =>
    (await findConversationChangedSince(query, actor.organizationId, conversationId, since)) ?? null;
  const replay = { kind: "replay", conversationId, state, ...nothing } as const;
  if (seen === undefined)
    return { ...replay, isKnown: false, since: own.version, conversation: await findConversation(0) };
  const missed = own.version - seen;
  // A version from the future is of another life of the database, or made up: say that nothing can be replayed.
  if (missed > limits.resumeChanges || missed < 0) return { kind: "truncated", conversationId, state };
  const known = { ...replay, isKnown: true, since: seen };
  if (missed === 0) return known;
  const messages = await listMessagesChangedSince(query, conversationId, seen, own);
  const reactions = await listReactionsAmong(query, conversationId, messages);
  // Every version that was missed made a message: nothing else can have changed.
  if (messages.length === missed) return { ...known, messages, reactions };
  const participants = await listParticipantsChangedSince(query, actor.organizationId, conversationId, seen);
  return { ...known, messages, reactions, participants, conversation: await findConversation(seen) };
}

function stateOf(own: OwnState, receipts: ResumedState["receipts"]): ResumedState {
  return {
    version: own.version,
    seq: own.seq,
    lastReadSeq: own.last_read_seq,
    unreadCount: own.ordinal - own.read_ordinal,
    archived: own.archived === 1,
    muted: isMuted(own, now()),
    receipts,
  };
}
