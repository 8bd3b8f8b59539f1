import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { notFound, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findUser, userMoved } from "../identity/index.ts";
import { userBlocked, userUnblocked } from "./people.events.ts";
import {
  type BlockedUser,
  deleteBlock,
  deleteFriendship,
  insertBlock,
  listBlocked,
  listBlockPairs,
} from "./relations.queries.ts";

/**
 * Who wants nothing to do with whom. Two of whom one blocked the other have no direct conversation, send each other
 * nothing in one that they had, and see of each other neither typing nor presence. All blocks are in memory, since
 * each direct message asks.
 */
export class Blocks {
  readonly #database: Database;
  readonly #events: Events;
  readonly #blocked = new Map<string, Set<string>>();
  readonly #blockers = new Map<string, Set<string>>();

  private constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
    events.on(userBlocked, ({ blockerId, blockedId }) => this.#keep(blockerId, blockedId));
    events.on(userUnblocked, ({ blockerId, blockedId }) => this.#forget(blockerId, blockedId));
    events.on(userMoved, ({ userId }) => {
      for (const id of [...(this.#blocked.get(userId) ?? [])]) this.#forget(userId, id);
      for (const id of [...(this.#blockers.get(userId) ?? [])]) this.#forget(id, userId);
    });
  }

  static async load(database: Database, events: Events): Promise<Blocks> {
    const blocks = new Blocks(database, events);
    for (const pair of await listBlockPairs(database.query)) blocks.#keep(pair.blocker_id, pair.blocked_id);
    return blocks;
  }

  #keep(blockerId: string, blockedId: string): void {
    setOf(this.#blocked, blockerId).add(blockedId);
    setOf(this.#blockers, blockedId).add(blockerId);
  }

  #forget(blockerId: string, blockedId: string): void {
    drop(this.#blocked, blockerId, blockedId);
    drop(this.#blockers, blockedId, blockerId);
  }

  has(blockerId: string, blockedId: string): boolean {
    return this.#blocked.get(blockerId)?.has(blockedId) === true;
  }

  /** One of the two blocked the other. */
  areApart(a: string, b: string): boolean {
    return this.has(a, b) || this.has(b, a);
  }

  /** The user blocked somebody or was blocked: whoever tells others of them has to look. */
  concern(userId: string): boolean {
    return this.#blocked.has(userId) || this.#blockers.has(userId);
  }

  /**
   * Ends a friendship too. Blocking again changes nothing.
   * @throws AppError NOT_FOUND; VALIDATION_ERROR for oneself.
   */
  async block(actor: Actor, userId: string): Promise<void> {
    if (userId === actor.userId) throw validationError({ path: "id", message: "is yourself" });
    await this.#database.transaction(async (tx) => {
      const user = await findUser(tx.query, actor.organizationId, userId);
      if (user === undefined) throw notFound("user");
      const block = { blocker_id: actor.userId, blocked_id: userId };
      const row = { ...block, organization_id: actor.organizationId, created_at: now() };
      await deleteFriendship(tx.query, actor.userId, userId);
      if (!(await insertBlock(tx.query, row))) return;
      this.#events.emit(tx, userBlocked, { blockerId: actor.userId, blockedId: userId });
    });
  }

  /** @throws AppError NOT_FOUND for whoever is not blocked. */
  async unblock(actor: Actor, userId: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      if (!(await deleteBlock(tx.query, actor.userId, userId))) throw notFound("block");
      this.#events.emit(tx, userUnblocked, { blockerId: actor.userId, blockedId: userId });
    });
  }

  /** Latest first. */
  list(actor: Actor, page?: ListPage): Promise<BlockedUser[]> {
    return listBlocked(this.#database.query, actor.organizationId, actor.userId, page);
  }
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}

function drop(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
