import type { Database } from "../../platform/db/database.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import {
  canSeePublicRooms,
  type Memberships,
  type ParticipantsService,
  type ParticipantWithUser,
} from "../conversations/index.ts";
import { listRooms, type RoomFilter, type RoomRow, roomSorts, sortValueOf } from "./rooms.queries.ts";

export { type RoomRow, roomSorts, sortValueOf };

/** Rooms: conversations that people find and enter by themselves. */
export class Rooms {
  readonly #database: Database;
  readonly #memberships: Memberships;
  readonly #participants: ParticipantsService;

  constructor(database: Database, memberships: Memberships, participants: ParticipantsService) {
    this.#database = database;
    this.#memberships = memberships;
    this.#participants = participants;
  }

  /** @throws AppError FORBIDDEN for guests. */
  async list(actor: Actor, filter: RoomFilter): Promise<RoomRow[]> {
    if (!canSeePublicRooms(actor)) throw forbidden("Guests see only the conversations they were added to.");
    return listRooms(this.#database.query, actor.organizationId, actor.userId, filter);
  }

  /**
   * Enters a public room. Who is in already stays as they are.
   * @throws AppError NOT_FOUND for what is no room here, FORBIDDEN for private rooms and guests.
   */
  async join(actor: Actor, roomId: string): Promise<ParticipantWithUser | null> {
    const membership = await this.#requireRoom(actor, roomId);
    if (membership.roles.has(actor.userId)) return null;
    if (membership.visibility !== "public")
      throw forbidden("This room is private: ask one of its admins to add you.");
    if (!canSeePublicRooms(actor)) throw forbidden("Guests see only the conversations they were added to.");
    return this.#participants.join(actor, membership);
  }

  /** @throws AppError, see `ParticipantsService.add`; NOT_FOUND for what is no room here. */
  async add(actor: Actor, roomId: string, userIds: string[]): Promise<ParticipantWithUser[]> {
    await this.#requireRoom(actor, roomId);
    return this.#participants.add(
      actor,
      roomId,
      userIds.map((userId) => ({ userId, role: "member" })),
    );
  }

  async #requireRoom(actor: Actor, roomId: string) {
    const membership = await this.#memberships.find(roomId);
    if (membership?.organizationId !== actor.organizationId || membership.type !== "room")
      throw notFound("room");
    return membership;
  }
}
