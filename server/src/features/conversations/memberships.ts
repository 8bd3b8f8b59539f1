import { LruCache } from "../../platform/cache.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { ConversationTable, ParticipantTable } from "../../platform/db/schema.ts";
import { type AppError, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Agents, Blocks } from "../identity/index.ts";
import {
  conversationChanged,
  conversationEnded,
  participantAdded,
  participantChanged,
  participantRemoved,
} from "./conversations.events.ts";
import { findConversationById } from "./conversations.queries.ts";
import { listRoles } from "./participants.queries.ts";
import { type Permissions, permissionsOf } from "./permissions.ts";

export type ParticipantRole = ParticipantTable["role"];

/** Who is in a conversation, and what decides what they may do. Never changed in place. */
export interface Membership {
  readonly conversationId: string;
  readonly organizationId: string;
  readonly type: ConversationTable["type"];
  readonly visibility: ConversationTable["visibility"];
  readonly isE2ee: boolean;
  /** It takes no messages any more. */
  readonly isClosed: boolean;
  readonly permissions: Permissions;
  readonly roles: ReadonlyMap<string, ParticipantRole>;
}

const keptAtMost = 20_000;

/**
 * The memberships of the conversations used lately, read once and dropped by the event of each change to them, so
 * that a right taken away is gone for the next command.
 */
export class Memberships {
  readonly #database: Database;
  readonly #blocks: Blocks;
  readonly #agents: Agents;
  readonly #kept = new LruCache<string, Membership>(keptAtMost);
  /** Grows with each change, so that a read that a change overtook is not kept. */
  #changes = 0;

  constructor(database: Database, events: Events, blocks: Blocks, agents: Agents) {
    this.#agents = agents;
    this.#database = database;
    this.#blocks = blocks;
    const drop = (conversationId: string) => {
      this.#changes++;
      this.#kept.delete(conversationId);
    };
    events.on(conversationChanged, ({ conversation }) => drop(conversation.id));
    events.on(conversationEnded, ({ conversationId }) => drop(conversationId));
    events.on(participantAdded, ({ conversationId }) => drop(conversationId));
    events.on(participantChanged, ({ conversationId }) => drop(conversationId));
    events.on(participantRemoved, ({ conversationId }) => drop(conversationId));
  }

  /** Undefined: not in memory; `find` then reads it. */
  peek(conversationId: string): Membership | undefined {
    return this.#kept.get(conversationId);
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
    if (role === undefined) throw forbidden("You are not a participant of this conversation.");
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
   * @throws AppError FORBIDDEN for somebody who blocked the actor, or for a direct conversation with who is blocked.
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
    return this.admit(actor, await readMembership(query, conversationId));
  }
}

/** Nobody is added, removed or given a role by its participants: of support conversations the status decides. */
export function hasFixedPeople(membership: Membership): boolean {
  return isBetweenTwo(membership) || membership.type === "support";
}

/** Nobody joins or leaves, nobody has more rights than the other. */
export function isBetweenTwo({ type }: Membership): boolean {
  return type === "direct" || type === "purchase";
}

function apart(): AppError {
  return forbidden("You and this person cannot write to each other.");
}

async function readMembership(query: Queries, conversationId: string): Promise<Membership | undefined> {
  const conversation = await findConversationById(query, conversationId);
  if (conversation === undefined) return undefined;
  return {
    conversationId,
    organizationId: conversation.organization_id,
    type: conversation.type,
    visibility: conversation.visibility,
    isE2ee: conversation.is_e2ee_enabled === 1,
    isClosed: conversation.closed_at !== null,
    permissions: permissionsOf(conversation),
    roles: new Map((await listRoles(query, conversationId)).map((row) => [row.user_id, row.role])),
  };
}
