import { now } from "../../platform/clock.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import { conflict } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import { reactionAdded, reactionRemoved } from "./messages.events.ts";
import { type MessageRow, updateMessage } from "./messages.queries.ts";
import {
  deleteReaction,
  hasReaction,
  insertReaction,
  listEmojiVersions,
  listReactionsOf,
  type Reaction,
} from "./reactions.queries.ts";
import { requireUndeleted, type StoredMessages } from "./stored-messages.ts";

/** A message after a reaction came or went. */
export interface Reacted {
  message: MessageRow;
  reactions: Reaction[];
}

/** Emojis on messages. Whoever is in a conversation may react to its messages; an emoji counts once a user. */
export class Reactions {
  readonly #database: Database;
  readonly #events: Events;
  readonly #stored: StoredMessages;

  constructor(database: Database, events: Events, stored: StoredMessages) {
    this.#database = database;
    this.#events = events;
    this.#stored = stored;
  }

  /**
   * Adding what is there changes nothing.
   * @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT for a deleted message and for one emoji too many.
   */
  async add(actor: Actor, messageId: string, emoji: string): Promise<Reacted> {
    const { message } = await this.#stored.requireToSpeak(actor, messageId);
    const key = keyOf(message, actor, emoji);
    if (await hasReaction(this.#database.query, key)) return this.#present(message);
    return this.#stored.change(actor, message, async ({ tx, current, version }) => {
      requireUndeleted(current);
      if (await hasReaction(tx.query, key)) return reactedWithin(tx.query, current);
      const emojis = await listEmojiVersions(tx.query, current.conversation_id, current.seq);
      if (!emojis.has(emoji) && emojis.size >= limits.emojisPerMessage) {
        throw conflict("emoji", `A message takes at most ${limits.emojisPerMessage} different emojis.`);
      }
      const at = now();
      await insertReaction(tx.query, {
        ...key,
        organization_id: actor.organizationId,
        emoji_version: emojis.get(emoji) ?? version,
        version,
        created_at: at,
      });
      const reacted = await reactedWithin(tx.query, await updateMessage(tx.query, current, { version }));
      this.#events.emit(tx, reactionAdded, { ...reacted, userId: actor.userId, emoji, at });
      return reacted;
    });
  }

  /** Removing what is not there changes nothing. @throws AppError NOT_FOUND or FORBIDDEN. */
  async remove(actor: Actor, messageId: string, emoji: string): Promise<Reacted> {
    const { message } = await this.#stored.require(actor, messageId);
    const key = keyOf(message, actor, emoji);
    if (!(await hasReaction(this.#database.query, key))) return this.#present(message);
    return this.#stored.change(actor, message, async ({ tx, current, version }) => {
      if (!(await hasReaction(tx.query, key))) return reactedWithin(tx.query, current);
      await deleteReaction(tx.query, key);
      const reacted = await reactedWithin(tx.query, await updateMessage(tx.query, current, { version }));
      this.#events.emit(tx, reactionRemoved, { ...reacted, userId: actor.userId, emoji, at: now() });
      return reacted;
    });
  }

  #present(message: MessageRow): Promise<Reacted> {
    return reactedWithin(this.#database.query, message);
  }
}

async function reactedWithin(query: Queries, message: MessageRow): Promise<Reacted> {
  return { message, reactions: await listReactionsOf(query, message) };
}

function keyOf({ conversation_id, seq }: MessageRow, { userId }: Actor, emoji: string) {
  return { conversation_id, seq, emoji, user_id: userId };
}
