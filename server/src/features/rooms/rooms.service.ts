import { type ChangeTrail, changeBy, changedFields } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import {
  canSeePublicRooms,
  conversationChanged,
  conversationCreated,
  conversationEnded,
  firstVersion,
  type Heads,
  insertConversation,
  insertHead,
  insertParticipants,
  listParticipantsById,
  type Membership,
  type Memberships,
  newParticipant,
  type Participants,
  type ParticipantWithUser,
  type Permissions,
  permissionsOf,
  removeAllParticipants,
  updateConversation,
} from "../conversations/index.ts";
import { findPeople } from "../people/index.ts";
import { canChangeRoom, canCreateRooms, canEndRoom, canSeeRoom } from "./rooms.policy.ts";
import { endRoom, findRoom, listRooms, type RoomFilter, type RoomRow } from "./rooms.queries.ts";

type GivenPermissions = { [Name in keyof Permissions]?: Permissions[Name] | undefined };

interface NewRoom {
  name: string;
  description?: string | null | undefined;
  avatarUrl?: string | null | undefined;
  visibility: "public" | "private";
  permissions?: GivenPermissions | undefined;
  slowModeSeconds?: number | undefined;
  userIds: string[];
}

type Changed = Omit<NewRoom, "userIds">;
type RoomChanges = { [Field in keyof Changed]?: Changed[Field] | undefined };

const guestsSeeNone = "Guests see only the conversations they were added to.";

interface RoomsParts {
  database: Database;
  events: Events;
  heads: Heads;
  memberships: Memberships;
  participants: Participants;
  trail: ChangeTrail;
}

/** Rooms: conversations that people find and enter by themselves. */
export class Rooms {
  readonly #parts: RoomsParts;

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  /**
   * The caller becomes its admin.
   * @throws AppError FORBIDDEN for guests and for whoever blocked the caller, NOT_FOUND for an unknown user.
   */
  async create(actor: Actor, input: NewRoom): Promise<RoomRow> {
    const { database, memberships } = this.#parts;
    if (!canCreateRooms(actor)) throw forbidden("Guests cannot create rooms.");
    const ids = [...new Set([actor.userId, ...input.userIds])];
    const people = await findPeople(database.query, actor.organizationId, ids);
    const missing = ids.find((id) => !people.some((user) => user.id === id));
    if (missing !== undefined) throw notFound(`user: ${missing}`);
    memberships.requireWilling(actor, input.userIds, false);
    const id = newId();
    await database.transaction((tx) => this.#insert(tx, actor, id, input, ids));
    return this.get(actor, id);
  }

  async #insert(tx: Tx, actor: Actor, id: string, input: NewRoom, userIds: string[]): Promise<void> {
    const at = now();
    await insertConversation(tx.query, {
      id,
      organization_id: actor.organizationId,
      type: "room",
      title: input.name,
      title_key: folded(input.name),
      description: input.description ?? null,
      avatar_url: input.avatarUrl ?? null,
      created_by: actor.userId,
      created_at: at,
      updated_at: at,
      is_e2ee_enabled: 0,
      visibility: input.visibility,
      permissions: input.permissions === undefined ? null : JSON.stringify(input.permissions),
      slow_mode_seconds: input.slowModeSeconds ?? 0,
      direct_key: null,
      changed_version: firstVersion,
    });
    await insertHead(tx.query, id);
    const participants = userIds.map((userId) =>
      newParticipant({
        conversationId: id,
        organizationId: actor.organizationId,
        userId,
        role: userId === actor.userId ? "admin" : "member",
        at,
        version: firstVersion,
      }),
    );
    const mark = { last_read_seq: 0, read_ordinal: 0, last_delivered_seq: 0 };
    await insertParticipants(tx.query, participants, mark);
    this.#parts.events.emit(tx, conversationCreated, {
      conversationId: id,
      version: firstVersion,
      participants: await listParticipantsById(tx.query, actor.organizationId, id, userIds),
    });
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for a private room that the caller is not in. */
  async get(actor: Actor, roomId: string): Promise<RoomRow> {
    const membership = await this.#require(actor, roomId);
    if (!canSeeRoom(actor, membership)) {
      throw forbidden(membership.visibility === "public" ? guestsSeeNone : "This room is private.");
    }
    return this.#find(actor, roomId);
  }

  async #find(actor: Actor, roomId: string): Promise<RoomRow> {
    const row = await findRoom(this.#parts.database.query, actor.organizationId, actor.userId, roomId);
    if (row === undefined) throw notFound("room");
    return row;
  }

  /** @throws AppError FORBIDDEN for guests. */
  async list(actor: Actor, filter: RoomFilter): Promise<RoomRow[]> {
    if (!canSeePublicRooms(actor)) throw forbidden(guestsSeeNone);
    return listRooms(this.#parts.database.query, actor.organizationId, actor.userId, filter);
  }

  /** What is not given stays. @throws AppError NOT_FOUND, FORBIDDEN for whoever is not an admin of it. */
  async change(actor: Actor, roomId: string, changes: RoomChanges): Promise<RoomRow> {
    const requireRight = ({ roles }: Membership) => {
      if (!canChangeRoom(roles.get(actor.userId))) throw forbidden("Only its admins may change a room.");
    };
    requireRight(await this.#require(actor, roomId));
    await this.#write(actor, roomId, changes, requireRight);
    return this.get(actor, roomId);
  }

  /** @param requireRight asked with the room locked, where only the actor's role is known. */
  async #write(
    actor: Actor,
    roomId: string,
    changes: RoomChanges,
    requireRight: (held: Membership) => void = () => undefined,
  ): Promise<void> {
    const { database, events, heads, memberships } = this.#parts;
    const { name, description, avatarUrl, visibility, permissions, slowModeSeconds } = changes;
    await database.transaction(async (tx) => {
      const version = await heads.advanceVersion(tx.query, roomId);
      const held = await memberships.readOwnWithin(tx.query, actor, roomId);
      const current = await findRoom(tx.query, actor.organizationId, actor.userId, roomId);
      if (held === undefined || current === undefined) throw notFound("room");
      requireRight(held);
      const merged = { ...permissionsOf(current), ...permissions };
      const conversation = await updateConversation(tx.query, actor.organizationId, roomId, {
        ...(name === undefined ? {} : { title: name, title_key: folded(name) }),
        ...(description === undefined ? {} : { description }),
        ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
        ...(visibility === undefined ? {} : { visibility }),
        ...(permissions === undefined ? {} : { permissions: JSON.stringify(merged) }),
        ...(slowModeSeconds === undefined ? {} : { slow_mode_seconds: slowModeSeconds }),
        updated_at: now(),
        changed_version: version,
      });
      const sensitive = changedFields({ visibility, permissions, slow_mode_seconds: slowModeSeconds });
      if (sensitive.length > 0) this.#record(tx, actor, "room.changed", roomId, sensitive);
      events.emit(tx, conversationChanged, { conversation, version });
    });
  }

  /** Ends it for everybody. @throws AppError NOT_FOUND, FORBIDDEN for whoever may not. */
  async end(actor: Actor, roomId: string): Promise<void> {
    const requireRight = (membership: Membership) => {
      if (!canEndRoom(actor, membership)) throw forbidden("Only its admins may delete a room.");
    };
    requireRight(await this.#require(actor, roomId));
    await this.#end(actor, roomId, requireRight);
  }

  /** @param requireRight as of `#write`. */
  async #end(
    actor: Actor,
    roomId: string,
    requireRight: (held: Membership) => void = () => undefined,
  ): Promise<void> {
    const { database, events, heads, memberships } = this.#parts;
    await database.transaction(async (tx) => {
      const version = await heads.advanceVersion(tx.query, roomId);
      const at = now();
      const held = await memberships.readOwnWithin(tx.query, actor, roomId);
      if (held === undefined) throw notFound("room");
      requireRight(held);
      await removeAllParticipants(tx.query, roomId, { removed_at: at, version });
      await endRoom(tx.query, actor.organizationId, roomId, at, version);
      this.#record(tx, actor, "room.deleted", roomId, []);
      events.emit(tx, conversationEnded, { conversationId: roomId, version });
    });
  }

  #record(tx: Tx, actor: Actor, action: string, roomId: string, details: string[]): void {
    this.#parts.trail.record(tx, changeBy(actor, { action, targetType: "room", targetId: roomId, details }));
  }

  /** Any room of the organization, for whoever administers the server: its shape, never its content. */
  readonly administer = {
    list: (actor: Actor, filter: RoomFilter): Promise<RoomRow[]> =>
      listRooms(this.#parts.database.query, actor.organizationId, actor.userId, { ...filter, isWhole: true }),
    /** @throws AppError NOT_FOUND. */
    get: (actor: Actor, roomId: string): Promise<RoomRow> => this.#find(actor, roomId),
    /** @throws AppError NOT_FOUND. */
    change: async (actor: Actor, roomId: string, changes: RoomChanges): Promise<RoomRow> => {
      await this.#require(actor, roomId);
      await this.#write(actor, roomId, changes);
      return this.#find(actor, roomId);
    },
    /** @throws AppError NOT_FOUND. */
    end: async (actor: Actor, roomId: string): Promise<void> => {
      await this.#require(actor, roomId);
      await this.#end(actor, roomId);
    },
  };

  /**
   * Enters a public room. Who is in already stays as they are.
   * @throws AppError NOT_FOUND for what is no room here, FORBIDDEN for private rooms and guests.
   */
  async join(actor: Actor, roomId: string): Promise<ParticipantWithUser | null> {
    const membership = await this.#require(actor, roomId);
    if (membership.roles.has(actor.userId)) return null;
    const requirePublic = ({ visibility }: Membership) => {
      if (visibility !== "public")
        throw forbidden("This room is private: ask somebody who is in it to invite you.");
    };
    requirePublic(membership);
    if (!canSeePublicRooms(actor)) throw forbidden(guestsSeeNone);
    return this.#parts.participants.join(actor, membership, requirePublic);
  }

  /** @throws AppError, see `Participants.add`; NOT_FOUND for what is no room here. */
  async add(actor: Actor, roomId: string, userIds: string[]): Promise<ParticipantWithUser[]> {
    await this.#require(actor, roomId);
    const people = userIds.map((userId) => ({ userId, role: "member" as const }));
    return this.#parts.participants.add(actor, roomId, people);
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for whoever is not in it. */
  async members(actor: Actor, roomId: string, page: ListPage): Promise<ParticipantWithUser[]> {
    await this.#require(actor, roomId);
    return this.#parts.participants.list(actor, roomId, page);
  }

  /** @throws AppError, see `Participants.remove`; NOT_FOUND for what is no room here. */
  async remove(actor: Actor, roomId: string, userId: string): Promise<void> {
    await this.#require(actor, roomId);
    await this.#parts.participants.remove(actor, roomId, userId);
  }

  /** That the id is a room's, whoever is in it. @throws AppError NOT_FOUND. */
  async requireRoom(actor: Actor, roomId: string): Promise<void> {
    await this.#require(actor, roomId);
  }

  async #require(actor: Actor, roomId: string): Promise<Membership> {
    const membership = await this.#parts.memberships.find(roomId);
    if (membership?.organizationId !== actor.organizationId || membership.type !== "room")
      throw notFound("room");
    return membership;
  }
}
