import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { UserRow } from "../identity/index.ts";
import { findPeople } from "../people/index.ts";
import {
  participantAdded,
  participantChanged,
  participantRemoved,
  peopleAdded,
} from "./conversations.events.ts";
import { canAddParticipants, canChangeRoles, canRemoveParticipant } from "./conversations.policy.ts";
import { findConversationById, listOwnGroupIds } from "./conversations.queries.ts";
import { type Conversations, withUser } from "./conversations.service.ts";
import { listHeads } from "./heads.queries.ts";
import type { Heads } from "./heads.ts";
import { hasFixedPeople, type Membership, type Memberships, type ParticipantRole } from "./memberships.ts";
import {
  findOldestParticipant,
  findParticipant,
  insertParticipants,
  listActivePairs,
  listBannedIds,
  listParticipants,
  listRoles,
  newParticipant,
  type ParticipantWithUser,
  updateParticipant,
} from "./participants.queries.ts";

/** What a later feature does before somebody is taken out of all conversations of an organization. */
type Settle = (tx: Tx, organizationId: string, userId: string) => Promise<void>;

interface ParticipantsParts {
  database: Database;
  events: Events;
  heads: Heads;
  memberships: Memberships;
  conversations: Conversations;
  trail: ChangeTrail;
}

/** Who takes part in a conversation, and as what. */
export class Participants {
  readonly #parts: ParticipantsParts;
  #settle: Settle = () => Promise.resolve();

  constructor(parts: ParticipantsParts) {
    this.#parts = parts;
  }

  /** Told when the app is put together; runs in the transaction of `removeEverywhere`. */
  settleWith(settle: Settle): void {
    this.#settle = settle;
  }

  /** Oldest first. @throws AppError NOT_FOUND or FORBIDDEN. */
  async list(actor: Actor, conversationId: string, page: ListPage): Promise<ParticipantWithUser[]> {
    const { database, memberships } = this.#parts;
    await memberships.require(actor, conversationId);
    return listParticipants(database.query, actor.organizationId, conversationId, page);
  }

  /**
   * Adds people; those already in stay as they are.
   * @param options.isAnnounced a system message says who joined.
   * @returns those who are new.
   * @throws AppError FORBIDDEN for whoever is not an admin, NOT_FOUND for an unknown user, CONFLICT for a
   * conversation whose two are fixed.
   */
  async add(
    actor: Actor,
    conversationId: string,
    people: { userId: string; role: ParticipantRole }[],
    { isAnnounced = false }: { isAnnounced?: boolean } = {},
  ): Promise<ParticipantWithUser[]> {
    const { database, events, memberships, conversations } = this.#parts;
    const { membership, role } = await memberships.require(actor, conversationId);
    if (hasFixedPeople(membership))
      throw conflict("type", `Nobody can be added to a ${membership.type} conversation. Make a group.`);
    const given = people.map((each) => each.role);
    const requireRight = (held: ParticipantRole) => {
      if (canAddParticipants(membership, held, given)) return;
      throw forbidden(
        "Only its admins may add people to a conversation, or give them more rights than a member's.",
      );
    };
    requireRight(role);
    memberships.requireWilling(
      actor,
      people.map((person) => person.userId),
      false,
    );
    return database.transaction(async (tx) => {
      requireRight(await this.roleNow(tx, actor, conversationId));
      const added = await this.#insert(tx, membership, people);
      if (added.length > 0)
        events.emit(tx, peopleAdded, {
          organizationId: membership.organizationId,
          conversationId,
          actorId: actor.userId,
          userIds: added.map(({ user_id }) => user_id),
        });
      for (const { user_id, display_name } of isAnnounced ? added : []) {
        const detail = { event: "participant_added", user_id };
        await conversations.announce(tx, actor, conversationId, `${display_name} joined.`, detail);
      }
      return added;
    });
  }

  /** Lets an agent take part in a support conversation, in the transaction that gives them a reason to. */
  async joinAsAgent(tx: Tx, membership: Membership, userId: string): Promise<void> {
    if (!membership.roles.has(userId)) await this.#insert(tx, membership, [{ userId, role: "agent" }]);
  }

  /**
   * Enters a room.
   * @param requireOpen throws for one that cannot be entered; asked with the room locked.
   * @returns null if the caller was in it already.
   */
  async join(
    actor: Actor,
    membership: Membership,
    requireOpen: (current: Membership) => void,
  ): Promise<ParticipantWithUser | null> {
    const { database, heads, memberships } = this.#parts;
    const { conversationId } = membership;
    const added = await database.transaction(async (tx) => {
      await heads.advanceVersion(tx.query, conversationId, 0);
      const current = await memberships.readOwnWithin(tx.query, actor, conversationId);
      if (current === undefined) throw notFound("conversation");
      requireOpen(current);
      return this.#insert(tx, membership, [{ userId: actor.userId, role: "member" }]);
    });
    return added[0] ?? null;
  }

  /**
   * Lets somebody in whom `byId` invited when they had no account yet, in the transaction in which they arrive. A
   * conversation that has ended meanwhile, or bans them, stays closed.
   */
  async letIn(tx: Tx, conversationId: string, userId: string, byId: string): Promise<void> {
    const { events, memberships } = this.#parts;
    const membership = await memberships.readWithin(tx.query, conversationId);
    if (membership === undefined) return;
    if ((await listBannedIds(tx.query, conversationId, [userId], now())).length > 0) return;
    const added = await this.#insert(tx, membership, [{ userId, role: "member" }]);
    const { organizationId } = membership;
    const userIds = added.map(({ user_id }) => user_id);
    if (userIds.length > 0)
      events.emit(tx, peopleAdded, { organizationId, conversationId, actorId: byId, userIds });
  }

  async #insert(
    tx: Tx,
    { conversationId, organizationId }: Membership,
    people: { userId: string; role: ParticipantRole }[],
  ): Promise<ParticipantWithUser[]> {
    const { events, heads } = this.#parts;
    // Takes the lock before looking who is in, so that two who add at once add each person once.
    let version = await heads.advanceVersion(tx.query, conversationId, people.length);
    version -= people.length;
    const conversation = await findConversationById(tx.query, conversationId);
    if (conversation === undefined) throw notFound("conversation");
    const roles = new Map(people.map(({ userId, role }) => [userId, role]));
    const present = await listActivePairs(tx.query, [conversationId], [...roles.keys()]);
    const users = await findPeople(tx.query, organizationId, [...roles.keys()]);
    if (users.length < roles.size) {
      const found = new Set(users.map((user) => user.id));
      throw notFound(`user: ${[...roles.keys()].find((id) => !found.has(id))}`);
    }
    const at = now();
    const [banned] = await listBannedIds(tx.query, conversationId, [...roles.keys()], at);
    if (banned !== undefined)
      throw forbidden(`Banned from this room by whoever keeps order in it: ${banned}`);
    // Whoever enters a room that everybody left takes it over: a conversation has an admin.
    const [first] = people;
    if (conversation.participant_count === 0 && first !== undefined) roles.set(first.userId, "admin");
    const newcomers = users.filter((user) => !present.has(`${conversationId} ${user.id}`));
    const rows = newcomers.map(({ id: userId }) => {
      const role = roles.get(userId) ?? "member";
      return newParticipant({ conversationId, organizationId, userId, role, at, version: ++version });
    });
    const [head] = await listHeads(tx.query, [conversationId], false);
    if (head === undefined) throw notFound("conversation");
    const mark = { last_read_seq: head.seq, read_ordinal: head.ordinal, last_delivered_seq: head.seq };
    await insertParticipants(tx.query, rows, mark);
    const added = rows.map((row, index) => withUser(row, newcomers[index] as UserRow));
    for (const participant of added) events.emit(tx, participantAdded, { conversationId, participant });
    return added;
  }

  /**
   * Removes somebody, or lets the caller leave. The oldest member takes over from the last admin.
   * @throws AppError FORBIDDEN, NOT_FOUND for whoever is not in, CONFLICT for a direct conversation.
   */
  async remove(actor: Actor, conversationId: string, userId: string): Promise<void> {
    const { database, memberships } = this.#parts;
    const { membership, role } = await memberships.require(actor, conversationId);
    if (hasFixedPeople(membership))
      throw conflict("type", `Nobody can be removed from a ${membership.type} conversation.`);
    const requireRight = (held: ParticipantRole, targetRole: ParticipantRole | undefined) => {
      if (targetRole === undefined) throw notFound("participant");
      if (userId === actor.userId || canRemoveParticipant(membership, held, targetRole)) return;
      throw forbidden("Only its admins may remove this person from the conversation.");
    };
    requireRight(role, membership.roles.get(userId));
    await database.transaction(async (tx) => {
      const held = await this.roleNow(tx, actor, conversationId);
      requireRight(held, (await findParticipant(tx.query, conversationId, userId))?.role);
      await this.#remove(tx, conversationId, userId);
      if (userId !== actor.userId) this.#record(tx, actor, conversationId, userId, "participant.removed");
    });
  }

  /** A conversation between two is archived instead: its two stay its two. */
  async leave(actor: Actor, conversationId: string): Promise<void> {
    const { memberships, conversations } = this.#parts;
    const { membership } = await memberships.require(actor, conversationId);
    if (hasFixedPeople(membership)) await conversations.archive(actor, conversationId, true);
    else await this.remove(actor, conversationId, actor.userId);
  }

  /**
   * Takes somebody out of every conversation of the organization that they leave. Direct ones stay as they are:
   * nobody of another organization can open them, and should the person come back, they go on.
   */
  async removeEverywhere(tx: Tx, organizationId: string, userId: string): Promise<void> {
    await this.#settle(tx, organizationId, userId);
    // Whoever was taken out of one meanwhile is out.
    for (const id of await listOwnGroupIds(tx.query, organizationId, userId))
      await this.removeIfIn(tx, id, userId);
  }

  /** As `remove`, within somebody else's transaction and with their leave; who is not in stays out. */
  async removeIfIn(tx: Tx, conversationId: string, userId: string): Promise<void> {
    // The lock first: nobody comes in between the look and what the caller writes.
    await this.#parts.heads.advanceVersion(tx.query, conversationId, 0);
    const active = await listActivePairs(tx.query, [conversationId], [userId]);
    if (active.size > 0) await this.#remove(tx, conversationId, userId);
  }

  async #remove(tx: Tx, conversationId: string, userId: string): Promise<void> {
    const { events, heads } = this.#parts;
    const version = await heads.advanceVersion(tx.query, conversationId);
    const target = await findParticipant(tx.query, conversationId, userId);
    if (target === undefined) throw notFound("participant");
    await updateParticipant(tx.query, conversationId, userId, { removed_at: now(), version });
    events.emit(tx, participantRemoved, { conversationId, userId, version });
    if (target.role === "admin") await this.#keepAnAdmin(tx, conversationId, userId);
  }

  async #keepAnAdmin(tx: Tx, conversationId: string, except: string): Promise<void> {
    const roles = await listRoles(tx.query, conversationId);
    if (roles.some((row) => row.role === "admin" && row.user_id !== except)) return;
    const heir = await findOldestParticipant(tx.query, conversationId, except);
    if (heir !== undefined) await this.#setRole(tx, conversationId, heir.user_id, "admin");
  }

  /** @throws AppError FORBIDDEN for whoever is not an admin, CONFLICT if it would leave nobody who could be one. */
  async changeRole(
    actor: Actor,
    conversationId: string,
    userId: string,
    next: ParticipantRole,
  ): Promise<void> {
    const { database, memberships } = this.#parts;
    const { membership, role } = await memberships.require(actor, conversationId);
    if (hasFixedPeople(membership))
      throw conflict("type", `A ${membership.type} conversation has no roles to change.`);
    if (!membership.roles.has(userId)) throw notFound("participant");
    const requireRight = (held: ParticipantRole) => {
      if (!canChangeRoles(held)) throw forbidden("Only its admins may change roles in a conversation.");
    };
    requireRight(role);
    await database.transaction(async (tx) => {
      requireRight(await this.roleNow(tx, actor, conversationId));
      await this.#setRole(tx, conversationId, userId, next);
      this.#record(tx, actor, conversationId, userId, "participant.role_changed");
      if (next === "admin") return;
      const others = (await listRoles(tx.query, conversationId)).filter((row) => row.user_id !== userId);
      if (others.length === 0)
        throw conflict("role", "A conversation needs an admin, and nobody else is in it.");
      await this.#keepAnAdmin(tx, conversationId, userId);
    });
  }

  /**
   * The actor's role at this moment, with the conversation's lock taken: a right that was taken away between the
   * first look and the transaction is gone.
   * @throws AppError FORBIDDEN for whoever is out by now.
   */
  async roleNow(tx: Tx, actor: Actor, conversationId: string): Promise<ParticipantRole> {
    await this.#parts.heads.advanceVersion(tx.query, conversationId, 0);
    const participant = await findParticipant(tx.query, conversationId, actor.userId);
    if (participant === undefined) throw forbidden("You are not a participant of this conversation.");
    return participant.role;
  }

  #record(tx: Tx, actor: Actor, conversationId: string, userId: string, action: string): void {
    const change = changeBy(actor, { action, targetType: "conversation", targetId: conversationId });
    this.#parts.trail.record(tx, { ...change, details: [userId] });
  }

  async #setRole(tx: Tx, conversationId: string, userId: string, role: ParticipantRole): Promise<void> {
    const { events, heads } = this.#parts;
    const version = await heads.advanceVersion(tx.query, conversationId);
    if ((await findParticipant(tx.query, conversationId, userId)) === undefined)
      throw notFound("participant");
    await updateParticipant(tx.query, conversationId, userId, { role, version });
    events.emit(tx, participantChanged, { conversationId, userId, role, version });
  }
}
