import type { OutboxEntry } from "../outbox/outbox-store.ts";
import type { SignedOutReason } from "../session/session-keeper.ts";
import type { StoredSession } from "../session/session-store.ts";
import type { ConversationStanding, ServerFrame } from "./frames.ts";

/**
 * `offline`: not connected and not about to be. `connecting`: on the way. `online`: connected, and what was missed has
 * come. `waiting`: the connection was lost and is tried again at `retryAt`.
 */
export type ConnectionState =
  | { status: "offline" | "connecting" | "online" }
  | { status: "waiting" /** Milliseconds since 1970. */; retryAt: number };

export type ConnectionEvent = { type: "connection" } & ConnectionState;

/** The server's database is another one than before (a backup was restored): read everything afresh. */
export interface ResetEvent {
  type: "reset";
  epoch: string;
}

/** Too much was missed in this conversation to be replayed: read its history again. */
export interface ConversationTruncatedEvent {
  type: "conversation_truncated";
  conversation_id: string;
  standing: ConversationStanding | null;
}

/** One is not in this conversation any more, or it is no more. */
export interface ConversationGoneEvent {
  type: "conversation_gone";
  conversation_id: string;
}

/** A message on its way has changed its state, in this tab or another. */
export interface OutboxEvent {
  type: "outbox";
  entry: OutboxEntry;
  /** The caller took it back: it is in no list any more. */
  discarded?: true;
}

export interface SignedInEvent {
  type: "signed_in";
  session: StoredSession;
}

export interface SignedOutEvent {
  type: "signed_out";
  reason: SignedOutReason;
}

/** What the client says beside the server's frames. */
export type LocalEvent =
  | ConnectionEvent
  | ResetEvent
  | ConversationTruncatedEvent
  | ConversationGoneEvent
  | OutboxEvent
  | SignedInEvent
  | SignedOutEvent;

/** Everything that `on` tells of. */
export type ParleyEvent = ServerFrame | LocalEvent;
export type EventType = ParleyEvent["type"];
export type EventOf<Type extends EventType> = Extract<ParleyEvent, { type: Type }>;
