import type { Database } from "../../platform/db/database.ts";
import { limits } from "../../platform/limits.ts";
import type { Owner } from "../workspace/index.ts";
import { findAiConversation } from "./ai-conversations.queries.ts";
import { type AiMessageRow, listAiMessagesChangedSince } from "./ai-messages.queries.ts";

/** What changed in one AI conversation since the version that the caller had seen. */
export interface ResumedAiConversation {
  conversationId: string;
  version: number;
  seq: number;
  isArchived: boolean;
  /** Too much changed, or the version is not of this life of the database: nothing is replayed. */
  isTruncated: boolean;
  /** Each in its present state, in the conversation's order. */
  messages: AiMessageRow[];
}

/** Answers what a client has missed of its AI conversations. */
export class AiResume {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param seen the last version that the client has of each. Those that are not the owner's are missing. */
  collect(owner: Owner, seen: ReadonlyMap<string, number>): Promise<ResumedAiConversation[]> {
    return this.#database.snapshot(async (query) => {
      const resumed: ResumedAiConversation[] = [];
      for (const [conversationId, since] of seen) {
        const found = await findAiConversation(query, owner, conversationId);
        if (found === undefined) continue;
        const { version, seq, status } = found;
        const missed = version - since;
        const isTruncated = missed < 0 || missed > limits.resumeChanges;
        const messages = isTruncated ? [] : await listAiMessagesChangedSince(query, conversationId, since);
        const isArchived = status === "Archived";
        resumed.push({ conversationId, version, seq, isArchived, isTruncated, messages });
      }
      return resumed;
    });
  }
}
