import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { Events } from "../../platform/events/events.ts";
import { limits } from "../../platform/limits.ts";
import type { Tokenizer } from "../../platform/tokenizer/tokenizer.ts";
import type { Owner } from "../workspace/index.ts";
import { advanceAiConversation } from "./ai-conversations.queries.ts";
import {
  type AiMessageRow,
  deleteParts,
  deleteStrayParts,
  findAiMessage,
  updateAiMessage,
} from "./ai-messages.queries.ts";
import { type AnswerClaim, deleteClaim, listDeadClaims } from "./answers.queries.ts";
import type { Answers } from "./answers.service.ts";
import { aiAnswerFailed } from "./assistant.events.ts";

const fault = "The server ended while the answer was written. What had come is kept.";

/** Ends answers whose process is gone, so that no conversation waits for ever. */
export class AnswerRecovery {
  readonly #database: Database;
  readonly #events: Events;
  readonly #tokenizer: Tokenizer;
  readonly #answers: Answers;

  constructor(database: Database, events: Events, tokenizer: Tokenizer, answers: Answers) {
    this.#database = database;
    this.#events = events;
    this.#tokenizer = tokenizer;
    this.#answers = answers;
  }

  /** At the start: with SQLite no other process can be writing an answer. */
  async begin(): Promise<void> {
    await deleteStrayParts(this.#database.query);
    await this.#recover(
      this.#database.engine === "sqlite" ? Number.MAX_SAFE_INTEGER : now() - limits.answerDeadMs,
    );
  }

  /** Called about every second. */
  async maintain(): Promise<void> {
    await this.#answers.sayAlive();
    await this.#recover(now() - limits.answerDeadMs);
  }

  async #recover(deadSince: number): Promise<void> {
    for (const claim of await listDeadClaims(this.#database.query, deadSince)) {
      if (this.#answers.isWriting(claim.message_id)) continue;
      const { conversation_id: conversationId, message_id: messageId } = claim;
      const written = await findAiMessage(this.#database.query, conversationId, messageId);
      const tokens = await this.#tokenizer.count(written?.content ?? "");
      await this.#database.transaction((tx) => this.#interrupt(tx, claim, written, tokens));
    }
  }

  async #interrupt(
    tx: Tx,
    claim: AnswerClaim,
    written: AiMessageRow | undefined,
    tokens: number,
  ): Promise<void> {
    if (!(await deleteClaim(tx.query, claim.message_id))) return;
    const owner: Owner = { userId: claim.user_id, organizationId: claim.organization_id };
    let message: AiMessageRow | null = null;
    if (written !== undefined) {
      const at = now();
      const advance = { messages: 0, tokens, at };
      const head = await advanceAiConversation(tx.query, owner, claim.conversation_id, advance);
      if (head === undefined) return;
      const changes = {
        content: written.content,
        token_count: tokens,
        status: "Interrupted" as const,
        fault,
        version: head.version,
        finished_at: at,
      };
      await updateAiMessage(tx.query, claim.conversation_id, claim.message_id, changes);
      await deleteParts(tx.query, claim.message_id);
      message = { ...written, ...changes };
    }
    this.#events.emit(tx, aiAnswerFailed, {
      userId: claim.user_id,
      conversationId: claim.conversation_id,
      messageId: claim.message_id,
      fault,
      message,
    });
  }
}
