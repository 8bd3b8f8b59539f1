import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { forbidden, notFound, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findUser } from "../identity/index.ts";
import type { Blocks } from "./blocks.service.ts";
import { friendRequested } from "./people.events.ts";
import {
  deleteFriendship,
  type FriendStatus,
  type FriendUser,
  findFriendshipForUpdate,
  insertFriendRequest,
  listFriends,
  markFriendshipAccepted,
} from "./relations.queries.ts";

/** Friends: one asks, the other accepts. */
export class Friends {
  readonly #database: Database;
  readonly #events: Events;
  readonly #blocks: Blocks;

  constructor(database: Database, events: Events, blocks: Blocks) {
    this.#database = database;
    this.#events = events;
    this.#blocks = blocks;
  }

  /**
   * Asks for friendship. Whoever was asked by the other already accepts by it, also when both ask at once.
   * @throws AppError NOT_FOUND, VALIDATION_ERROR for oneself, FORBIDDEN between people of whom one blocked the other,
   * and for guests.
   */
  async request(actor: Actor, userId: string): Promise<{ status: "accepted" | "outgoing"; isNew: boolean }> {
    if (actor.role === "guest") throw forbidden("Guests have no directory to find friends in.");
    if (userId === actor.userId) throw validationError({ path: "id", message: "is yourself" });
    return this.#database.transaction(async (tx) => {
      const user = await findUser(tx.query, actor.organizationId, userId);
      if (user === undefined || user.is_placeholder === 1) throw notFound("user");
      if (this.#blocks.areApart(actor.userId, userId))
        throw forbidden("You and this person cannot be friends.");
      const { organizationId, userId: ownId } = actor;
      if (await insertFriendRequest(tx.query, organizationId, ownId, userId, now())) {
        this.#events.emit(tx, friendRequested, { organizationId, from: ownId, to: userId });
        return { status: "outgoing", isNew: true };
      }
      const row = await findFriendshipForUpdate(tx.query, this.#database.engine, ownId, userId);
      if (row === undefined) throw notFound("friend request");
      if (row.accepted_at !== null) return { status: "accepted", isNew: false };
      if (row.requested_by === ownId) return { status: "outgoing", isNew: false };
      await markFriendshipAccepted(tx.query, row, now());
      return { status: "accepted", isNew: false };
    });
  }

  /** Accepting again changes nothing. @throws AppError NOT_FOUND if the other has not asked. */
  async accept(actor: Actor, userId: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const row = await findFriendshipForUpdate(tx.query, this.#database.engine, actor.userId, userId);
      if (row === undefined || row.requested_by === actor.userId) throw notFound("friend request");
      if (row.accepted_at === null) await markFriendshipAccepted(tx.query, row, now());
    });
  }

  /** Ends a friendship, takes a request back or refuses one. @throws AppError NOT_FOUND. */
  async remove(actor: Actor, userId: string): Promise<void> {
    if (!(await deleteFriendship(this.#database.query, actor.userId, userId))) throw notFound("friend");
  }

  list(actor: Actor, status: FriendStatus, page: ListPage): Promise<FriendUser[]> {
    return listFriends(this.#database.query, actor.organizationId, actor.userId, status, page);
  }
}
