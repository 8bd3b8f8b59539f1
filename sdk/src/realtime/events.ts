import type { ConversationStanding } from "../../../server/src/contract.ts";

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

/** What the socket's keeper says beside the server's frames. */
export type RealtimeEvent = ConnectionEvent | ResetEvent | ConversationTruncatedEvent | ConversationGoneEvent;
