import { LruCache } from "../../platform/cache.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { ConversationTable, ParticipantTable } from "../../platform/db/schema.ts";
import { type AppError, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import type { Agents } from "../identity/index.ts";
import type { Blocks } from "../people/index.ts";
import {
  conversationChanged,
  conversationEnded,
  participantAdded,
  participantChanged,
  participantRemoved,
} from "./conversations.events.ts";
import { type ConversationRow, findConversationById } from "./conversations.queries.ts";
import { findParticipant, listRoles } from "./participants.queries.ts";
import { type Permissions, permissionsOf } from "./permissions.ts";

export type ParticipantRole = ParticipantTable["role"];

/** Who is in a conversation, and what decides what they may do. `roles` follows each change of who is in. */
export interface Membership {
  readonly conversationId: string;
  readonly organizationId: string;
  readonly type: ConversationTable["type"];
  readonly visibility: ConversationTable["visibility"];
  readonly isE2ee: boolean;
  /** It takes no messages any more. */
  readonly isClosed: boolean;
  readonly permissions: Permissions;
  readonly slowModeSeconds: number;
  readonly roles: ReadonlyMap<string, ParticipantRole>;
}

const keptAtMost = 20_000;

/** As it is kept here. */
interface KeptMembership extends Membership {
  readonly roles: Map<string, ParticipantRole>;
}

/**
 * The memberships of the conversations used lately, read once and brought up to date by the event of each change to
 * them, so that a right taken away is gone for the next command, and one who enters a room of ten thousand does not
 * make it read again.
 */
export class Memberships {
  readonly #database: Database;
  readonly #blocks: Blocks;
  readonly #agents: Agents;
  readonly #kept = new LruCache<string, KeptMembership>(keptAtMost);
  /** Grows with each change, so that a read that a change overtook is not kept. */
  #changes = 0;

  constructor(database: Database, events: Events, blocks: Blocks, agents: Agents) {
    this.#agents = agents;
    this.#database = database;
    this.#blocks = blocks;
    const changed = (conversationId: string) => {
      this.#changes++;
      return this.#kept.get(conversationId);
    };
    events.on(conversationChanged, ({ conversation }) => {
      const kept = changed(conversation.id);
      if (kept !== undefined) this.#kept.set(conversation.id, membershipOf(conversation, kept.roles));
    });
    events.on(conversationEnded, ({ conversationId }) => {
      changed(conversationId);
      this.#kept.delete(conversationId);
    });
    events.on(participantAdded, ({ conversationId, participant }) => {
      changed(conversationId)?.roles.set(participant.user_id, participant.role);
    });
    events.on(participantChanged, ({ conversationId, userId, role }) => {
      changed(conversationId)?.roles.set(userId, role);
    });
    events.on(participantRemoved, ({ conversationId, userId }) => {
      changed(conversationId)?.roles.delete(userId);
    });
  }

  /** Undefined: not in memory; `find` then reads it. */
  peek(conversationId: string): Membership | undefined {
    return this.#kept.get(conversationId);
  }

  /**
   * So many are in it that telling each how far every other has read would cost more than all its messages. Not known
   * of a conversation that nobody used lately: it then counts as small.
   */
  isLarge(conversationId: string): boolean {
    return (this.peek(conversationId)?.roles.size ?? 0) > limits.receiptsToldUpTo;
  }

  async find(conversationId: string): Promise<Membership | undefined> {
    const kept = this.#kept.get(conversationId);
    if (kept !== undefined) return kept;
    const changes = this.#changes;
    const read = await readMembership(this.#database.query, conversationId);
    if (read !== undefined && this.#changes === changes) this.#kept.set(conversationId, read);
    return read;
  }

  /**
   * @throws AppError NOT_FOUND for a conversation of another organization, as if it did not exist; FORBIDDEN for one
   * that the actor is not in.
   */
  async require(
    actor: Actor,
    conversationId: string,
  ): Promise<{ membership: Membership; role: ParticipantRole }> {
    return this.admit(actor, await this.find(conversationId));
  }

  /** As `require`, for what `find` or `peek` has answered. @throws AppError NOT_FOUND or FORBIDDEN. */
  admit(actor: Actor, membership: Membership | undefined): { membership: Membership; role: ParticipantRole } {
    if (membership === undefined || membership.organizationId !== actor.organizationId)
      throw notFound("conversation");
    const role = this.#roleIn(membership, actor);
    if (role === undefined) throw noParticipant();
    return { membership, role };
  }

  /** Agents see every support conversation of their organization, also before they take part. */
  #roleIn(membership: Membership, actor: Actor): ParticipantRole | undefined {
    const role = membership.roles.get(actor.userId);
    if (role !== undefined || membership.type !== "support") return role;
    return this.#agents.has(actor) ? "agent" : undefined;
  }

  async canEnter(actor: Actor, conversationId: string): Promise<boolean> {
    return this.#lets(actor, await this.find(conversationId));
  }

  /** Whether memory says that the actor is in; false also while it must be read first. */
  isKnownToEnter(actor: Actor, conversationId: string): boolean {
    return this.#lets(actor, this.peek(conversationId));
  }

  #lets(actor: Actor, membership: Membership | undefined): boolean {
    return (
      membership?.organizationId === actor.organizationId && this.#roleIn(membership, actor) !== undefined
    );
  }

  /** @throws AppError FORBIDDEN in a direct conversation of two of whom one blocked the other. */
  requireUnblocked(membership: Membership): void {
    if (!isBetweenTwo(membership)) return;
    const [a, b] = membership.roles.keys();
    if (a !== undefined && b !== undefined && this.#blocks.areApart(a, b)) throw apart();
  }

  /**
   * @param isDirect the conversation would be between the two alone.
   * @throws AppError FORBIDDEN for somebody who blocked the actor, or for a direct conversation with whoever is
   * blocked.
   */
  requireWilling({ userId: actorId }: Actor, userIds: Iterable<string>, isDirect: boolean): void {
    if (!this.#blocks.concern(actorId)) return;
    for (const userId of userIds) {
      if (this.#blocks.has(userId, actorId) || (isDirect && this.#blocks.has(actorId, userId))) throw apart();
    }
  }

  /** As `require`, from the rows as `tx` sees them: for decisions that a write rests on. */
  async requireWithin(
    query: Queries,
    actor: Actor,
    conversationId: string,
  ): Promise<{ membership: Membership; role: ParticipantRole }> {
    return this.admit(actor, await this.readWithin(query, conversationId));
  }

  /** As `requireWithin`, but of who is in only the actor is read: for what must not cost more in a large room. */
  async requireOwnWithin(
    query: Queries,
    actor: Actor,
    conversationId: string,
  ): Promise<{ membership: Membership; role: ParticipantRole }> {
    const membership = await this.readOwnWithin(query, actor, conversationId);
    if (membership === undefined) throw notFound("conversation");
    const role = membership.roles.get(actor.userId);
    if (role === undefined) throw noParticipant();
    return { membership, role };
  }

  /** As `readWithin`; `roles` holds the actor's, if they take part. */
  async readOwnWithin(
    query: Queries,
    { userId }: Actor,
    conversationId: string,
  ): Promise<Membership | undefined> {
    const conversation = await findConversationById(query, conversationId);
    if (conversation === undefined) return undefined;
    const own = await findParticipant(query, conversationId, userId);
    return membershipOf(conversation, new Map(own === undefined ? [] : [[userId, own.role]]));
  }

  readWithin(query: Queries, conversationId: string): Promise<Membership | undefined> {
    return readMembership(query, conversationId);
  }
}

/** Nobody is added, removed or given a role by its participants: of support conversations the status decides. */
export function hasFixedPeople(membership: Membership): boolean {
  return isBetweenTwo(membership) || membership.type === "support";
}

/** Nobody joins or leaves, nobody has more rights than the other. */
function isBetweenTwo({ type }: Membership): boolean {
  return type === "direct" || type === "purchase";
}

/** 403 for what only participants have a state of their own for, and for everything to whoever may not see it. */
export function noParticipant(): AppError {
  return forbidden("You are not a participant of this conversation.");
}

function apart(): AppError {
  return forbidden("You and this person cannot write to each other.");
}

async function readMembership(query: Queries, conversationId: string): Promise<KeptMembership | undefined> {
  const conversation = await findConversationById(query, conversationId);
  if (conversation === undefined) return undefined;
  const roles = await listRoles(query, conversationId);
  return membershipOf(conversation, new Map(roles.map((row) => [row.user_id, row.role])));
}

function membershipOf(conversation: ConversationRow, roles: KeptMembership["roles"]): KeptMembership {
  return {
    conversationId: conversation.id,
    organizationId: conversation.organization_id,
    type: conversation.type,
    visibility: conversation.visibility,
    isE2ee: conversation.is_e2ee_enabled === 1,
    isClosed: conversation.closed_at !== null,
    permissions: permissionsOf(conversation),
    slowModeSeconds: conversation.slow_mode_seconds,
    roles,
  };
}
