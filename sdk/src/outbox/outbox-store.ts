import type { Body } from "../wire/call.ts";
import type { ParleyErrorCode } from "../wire/errors.ts";

type SendBody = Body<"sendMessage">;

/** What a person wrote. */
export interface Draft {
  conversation_id: string;
  /** `text` by default. */
  message_type?: SendBody["message_type"];
  content?: string;
  is_encrypted?: boolean;
  metadata?: SendBody["metadata"];
}

/** A message on its way. It leaves the outbox when it is sent, or when the caller discards it. */
export interface OutboxEntry extends Draft {
  /** The `client_message_id`, by which the server knows a second attempt. */
  id: string;
  /** Who wrote it: nobody else's session sends it. */
  user_id: string;
  /** When it was written, ISO 8601. */
  created_at: string;
  state: "queued" | "sending" | "sent" | "failed";
  /** How often it was tried. */
  attempts: number;
  /** Why it failed: the server's refusal, which trying again alone does not cure. */
  error?: { code: ParleyErrorCode; message: string; status: number };
  /** What became of it, once `sent`. */
  message?: { message_id: string; seq: number; created_at: string };
}

/** A message on its way has changed its state, in this tab or another. */
export interface OutboxEvent {
  type: "outbox";
  entry: OutboxEntry;
  /** The caller took it back: it is in no list any more. */
  discarded?: true;
}

/** Where messages wait. All of a user's messages come back in the order in which they were added. */
export interface OutboxStore {
  /** What clients that see the same messages have in common; null: only this client sees them. */
  readonly sharedAs: string | null;
  add(entry: OutboxEntry): Promise<void>;
  /** Replaces the entry in its place; an entry that is gone stays gone. */
  update(entry: OutboxEntry): Promise<void>;
  remove(id: string): Promise<void>;
  list(userId: string): Promise<OutboxEntry[]>;
}

/** Forgets with the client. */
export function memoryOutboxStore(): OutboxStore {
  const entries = new Map<string, OutboxEntry>();
  return {
    sharedAs: null,
    add: async (entry) => void entries.set(entry.id, structuredClone(entry)),
    update: async (entry) => {
      if (entries.has(entry.id)) entries.set(entry.id, structuredClone(entry));
    },
    remove: async (id) => void entries.delete(id),
    list: async (userId) =>
      structuredClone([...entries.values()].filter((entry) => entry.user_id === userId)),
  };
}
