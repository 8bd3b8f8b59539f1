import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, PartTx, Tx } from "../../platform/db/database.ts";
import { pageAfter } from "../../platform/db/list-page.ts";
import { conflict, forbidden, notFound, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import type { UserRow } from "../identity/index.ts";
import { findPeople } from "../people/index.ts";
import { conversationChanged, conversationCreated, ownStateChanged } from "./conversations.events.ts";
import { participantList } from "./conversations.lists.ts";
import { canChangeSettings, canCreateConversations, canRename } from "./conversations.policy.ts";
import {
  type ConversationFilter,
  type ConversationListRow,
  countOwnConversations,
  findByKey,
  findOwnConversation,
  findSeenConversation,
  insertConversation,
  isMuted,
  listOwnConversations,
  updateConversation,
} from "./conversations.queries.ts";
import { firstVersion, insertHead } from "./heads.queries.ts";
import type { Heads } from "./heads.ts";
import { type Memberships, noParticipant, type ParticipantRole } from "./memberships.ts";
import { type NewConversation, namesOf, notTwo, uniqueKey } from "./new-conversation.ts";
import {
  insertParticipants,
  listParticipants,
  listParticipantsOf,
  listUnreadCounts,
  lockParticipant,
  newParticipant,
  type ParticipantWithUser,
  updateParticipant,
} from "./participants.queries.ts";

/** Says in the conversation what was changed, in the transaction that changes it. The messages feature does it. */
export interface Announcer {
  announce(
    tx: PartTx,
    actor: Actor,
    conversationId: string,
    text: string,
    detail: Record<string, unknown>,
  ): Promise<void>;
}

interface ConversationChanges {
  title?: string | undefined;
  description?: string | null | undefined;
  avatarUrl?: string | null | undefined;
}

/** A conversation as one participant sees it. */
export interface OwnConversation {
  row: ConversationListRow;
  participants: ParticipantWithUser[] | undefined;
}

const participantsShown = 200;

/** Conversations and what a participant sets on them. Who takes part is `Participants`. */
export class Conversations {
  readonly #trail: ChangeTrail;
  readonly #database: Database;
  readonly #events: Events;
  readonly #heads: Heads;
  readonly #memberships: Memberships;
  #announcer: Announcer | null = null;

  constructor(
    database: Database,
    events: Events,
    heads: Heads,
    memberships: Memberships,
    trail: ChangeTrail,
  ) {
    this.#trail = trail;
    this.#database = database;
    this.#events = events;
    this.#heads = heads;
    this.#memberships = memberships;
  }

  announceWith(announcer: Announcer): void {
    this.#announcer = announcer;
  }

  /**
   * Makes a conversation with the caller in it. A direct one or a purchase that exists already is answered instead,
   * also when several ask at once. A group without a title gets its people's names.
   * @throws AppError VALIDATION_ERROR, NOT_FOUND for an unknown user, FORBIDDEN for guests.
   */
  async create(
    actor: Actor,
    input: NewConversation,
  ): Promise<{ conversation: OwnConversation; isNew: boolean }> {
    if (!canCreateConversations(actor)) throw forbidden("Guests cannot create conversations.");
    const roles = new Map(input.participants.map(({ userId, role }) => [userId, role ?? "member"]));
    roles.set(actor.userId, "admin");
    if (input.type !== "group") return this.#createUnique(actor, input, roles);
    if (roles.size < 2)
      throw validationError({ path: "participant_ids", message: "name at least one other person" });
    const users = await this.#requirePeople(actor, [...roles.keys()]);
    this.#memberships.requireWilling(actor, roles.keys(), false);
    const id = newId();
    const titled = { ...input, title: input.title ?? namesOf(users) };
    await this.#database.transaction((tx) => this.#insert(tx, actor, id, titled, roles, users, null));
    return { conversation: await this.get(actor, id), isNew: true };
  }

  /** Between exactly two, and one for them and what it is about. */
  async #createUnique(actor: Actor, input: NewConversation, roles: Map<string, ParticipantRole>) {
    if (roles.size !== 2) throw notTwo(input.type);
    const users = await this.#requirePeople(actor, [...roles.keys()]);
    this.#memberships.requireWilling(actor, roles.keys(), true);
    const key = uniqueKey(actor, input, [...roles.keys()]);
    const id = newId();
    for (const [userId] of roles) if (userId !== actor.userId) roles.set(userId, "member");
    const isNew =
      (await findByKey(this.#database.query, actor.organizationId, key)) === undefined &&
      (await this.#database.transaction((tx) => this.#insert(tx, actor, id, input, roles, users, key)));
    const found = isNew ? { id } : await findByKey(this.#database.query, actor.organizationId, key);
    if (found === undefined) throw notFound("conversation");
    return { conversation: await this.get(actor, found.id), isNew };
  }

  /** In the caller's transaction, with the actor as its customer. Agents come when they have a reason to. */
  async insertSupport(
    tx: Tx,
    actor: Actor,
    id: string,
    title: string | null,
    isAnnounced: boolean,
  ): Promise<void> {
    if (!canCreateConversations(actor)) throw forbidden("Guests cannot create conversations.");
    const users = await findPeople(tx.query, actor.organizationId, [actor.userId]);
    const input: NewConversation = { type: "support", title, participants: [], isE2ee: false, isAnnounced };
    await this.#insert(tx, actor, id, input, new Map([[actor.userId, "customer"]]), users, null);
  }

  async #requirePeople(actor: Actor, ids: string[]): Promise<UserRow[]> {
    const users = await findPeople(this.#database.query, actor.organizationId, ids);
    const found = new Set(users.map((user) => user.id));
    const missing = ids.find((id) => !found.has(id));
    if (missing !== undefined) throw notFound(`user: ${missing}`);
    return users;
  }

  async #insert(
    tx: Tx,
    actor: Actor,
    id: string,
    input: NewConversation,
    roles: Map<string, ParticipantRole>,
    users: UserRow[],
    key: string | null,
  ): Promise<boolean> {
    const at = now();
    const title = input.type === "direct" ? null : (input.title ?? null);
    const isNew = await insertConversation(tx.query, {
      id,
      organization_id: actor.organizationId,
      type: input.type,
      title,
      title_key: title === null ? null : folded(title),
      description: input.description ?? null,
      avatar_url: input.avatarUrl ?? null,
      created_by: actor.userId,
      created_at: at,
      updated_at: at,
      is_e2ee_enabled: input.isE2ee ? 1 : 0,
      visibility: null,
      permissions: null,
      direct_key: key,
      changed_version: firstVersion,
      metadata: input.metadata == null ? null : JSON.stringify(input.metadata),
      purchase_request_id: input.purchaseRequestId ?? null,
    });
    if (!isNew) return false;
    await insertHead(tx.query, id);
    const participants = users.map((user) =>
      newParticipant({
        conversationId: id,
        organizationId: actor.organizationId,
        userId: user.id,
        role: roles.get(user.id) ?? "member",
        at,
        version: firstVersion,
      }),
    );
    await insertParticipants(tx.query, participants, {
      last_read_seq: 0,
      read_ordinal: 0,
      last_delivered_seq: 0,
    });
    this.#events.emit(tx, conversationCreated, {
      conversationId: id,
      version: firstVersion,
      participants: participants.map((participant, index) => withUser(participant, users[index] as UserRow)),
    });
    if (input.isAnnounced === true)
      await this.announce(tx, actor, id, "The conversation was created.", { event: "conversation_created" });
    return true;
  }

  /** Says in the conversation what was changed, see `Announcer`. */
  async announce(
    tx: Tx,
    actor: Actor,
    conversationId: string,
    text: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    await this.#announcer?.announce(tx, actor, conversationId, text, detail);
  }

  /** Also for an agent who does not take part yet. @throws AppError NOT_FOUND or FORBIDDEN. */
  async get(actor: Actor, conversationId: string): Promise<OwnConversation> {
    const { membership } = await this.#memberships.require(actor, conversationId);
    const { query } = this.#database;
    const { organizationId, userId } = actor;
    const isOnlooker = membership.type === "support" && !membership.roles.has(userId);
    const row = isOnlooker
      ? await findSeenConversation(query, organizationId, conversationId)
      : await findOwnConversation(query, organizationId, userId, conversationId);
    if (row === undefined) throw notFound("conversation");
    const first = pageAfter(participantList, "joined_at", undefined, participantsShown);
    const participants = await listParticipants(query, actor.organizationId, conversationId, first);
    return { row, participants };
  }

  /** The caller's conversations; direct ones with both participants, so that they can be named. */
  async list(actor: Actor, filter: ConversationFilter): Promise<OwnConversation[]> {
    const { query } = this.#database;
    const rows = await listOwnConversations(query, actor.organizationId, actor.userId, filter);
    const directIds = rows.filter((row) => row.type === "direct").map((row) => row.id);
    return this.#withParticipants(actor, rows, directIds);
  }

  /** As `list`, each with its participants, 200 at most. */
  async listInFull(actor: Actor, filter: ConversationFilter): Promise<OwnConversation[]> {
    const rows = await listOwnConversations(this.#database.query, actor.organizationId, actor.userId, filter);
    return this.#withParticipants(
      actor,
      rows,
      rows.map((row) => row.id),
    );
  }

  async #withParticipants(actor: Actor, rows: ConversationListRow[], ids: string[]) {
    const { query } = this.#database;
    const participants = await listParticipantsOf(query, actor.organizationId, ids, participantsShown);
    const byConversation = Map.groupBy(participants, (participant) => participant.conversation_id);
    return rows.map((row) => ({ row, participants: byConversation.get(row.id) }));
  }

  /** How many conversations the filter lets through, with how many messages, read and unread. */
  count(actor: Actor, filter: Pick<ConversationFilter, "types" | "archived" | "unread">) {
    return countOwnConversations(this.#database.query, actor.organizationId, actor.userId, filter);
  }

  /** How many messages each participant has not read. @throws AppError NOT_FOUND or FORBIDDEN. */
  async unreadCounts(actor: Actor, conversationId: string): Promise<{ userId: string; count: number }[]> {
    await this.#memberships.require(actor, conversationId);
    return listUnreadCounts(this.#database.query, conversationId, participantsShown);
  }

  /** @throws AppError FORBIDDEN for members, CONFLICT for a direct conversation. */
  async change(actor: Actor, conversationId: string, changes: ConversationChanges): Promise<OwnConversation> {
    const { membership, role } = await this.#memberships.require(actor, conversationId);
    if (membership.type === "direct")
      throw conflict("type", "A direct conversation has no title of its own to change.");
    const requireRight = (held: ParticipantRole) => {
      if (!canRename(held)) throw forbidden("Only its admins and moderators may change a conversation.");
    };
    requireRight(role);
    await this.#database.transaction(async (tx) => {
      const version = await this.#heads.advanceVersion(tx.query, conversationId);
      requireRight((await this.#memberships.requireOwnWithin(tx.query, actor, conversationId)).role);
      const conversation = await updateConversation(tx.query, actor.organizationId, conversationId, {
        ...(changes.title === undefined ? {} : { title: changes.title, title_key: folded(changes.title) }),
        ...(changes.description === undefined ? {} : { description: changes.description }),
        ...(changes.avatarUrl === undefined ? {} : { avatar_url: changes.avatarUrl }),
        updated_at: now(),
        changed_version: version,
      });
      this.#events.emit(tx, conversationChanged, { conversation, version });
    });
    return this.get(actor, conversationId);
  }

  /**
   * Turns end-to-end encryption on or off. Everybody is told by an event and by a system message; earlier messages
   * stay as they are.
   * @throws AppError FORBIDDEN for whoever is not an admin of it.
   */
  async changeSettings(actor: Actor, conversationId: string, isE2ee: boolean): Promise<OwnConversation> {
    const { membership, role } = await this.#memberships.require(actor, conversationId);
    const requireRight = (held: ParticipantRole) => {
      if (!canChangeSettings(membership, held))
        throw forbidden("Only its admins may change a conversation's settings.");
    };
    requireRight(role);
    await this.#database.transaction(async (tx) => {
      const version = await this.#heads.advanceVersion(tx.query, conversationId);
      const current = await this.#memberships.requireOwnWithin(tx.query, actor, conversationId);
      requireRight(current.role);
      if (current.membership.isE2ee === isE2ee) return;
      const conversation = await updateConversation(tx.query, actor.organizationId, conversationId, {
        is_e2ee_enabled: isE2ee ? 1 : 0,
        updated_at: now(),
        changed_version: version,
      });
      this.#events.emit(tx, conversationChanged, { conversation, version });
      const change = { action: "conversation.settings_changed", targetType: "conversation" };
      const target = { targetId: conversationId, details: ["is_e2ee_enabled"] };
      this.#trail.record(tx, changeBy(actor, { ...change, ...target }));
      const text = `End-to-end encryption was turned ${isE2ee ? "on" : "off"}.`;
      const detail = { event: "settings_changed", is_e2ee_enabled: isE2ee };
      await this.#announcer?.announce(tx, actor, conversationId, text, detail);
    });
    return this.get(actor, conversationId);
  }

  /** Hides the conversation from the caller's list, or brings it back; null toggles. */
  async archive(actor: Actor, conversationId: string, archived: boolean | null): Promise<boolean> {
    await this.#memberships.require(actor, conversationId);
    return this.#database.transaction(async (tx) => {
      const own = await this.#lockOwn(tx, actor, conversationId);
      const next = archived ?? own.archived === 0;
      await this.#changeOwn(tx, actor, own, { archived: next });
      return next;
    });
  }

  /** @param until when the silence ends by itself; null: not by itself. */
  async mute(actor: Actor, conversationId: string, muted: boolean, until: number | null): Promise<void> {
    await this.#memberships.require(actor, conversationId);
    await this.#database.transaction(async (tx) => {
      const own = await this.#lockOwn(tx, actor, conversationId);
      await this.#changeOwn(tx, actor, own, { muted, mutedUntil: muted ? until : null });
    });
  }

  async #lockOwn(tx: Tx, actor: Actor, conversationId: string): Promise<ConversationListRow> {
    await lockParticipant(tx.query, conversationId, actor.userId);
    const own = await findOwnConversation(tx.query, actor.organizationId, actor.userId, conversationId);
    if (own === undefined) throw noParticipant();
    return own;
  }

  async #changeOwn(
    tx: Tx,
    actor: Actor,
    own: ConversationListRow,
    changes: { archived?: boolean; muted?: boolean; mutedUntil?: number | null },
  ): Promise<void> {
    const state = {
      archived: changes.archived ?? own.archived === 1,
      muted: changes.muted ?? isMuted(own, now()),
      mutedUntil: changes.mutedUntil === undefined ? own.muted_until : changes.mutedUntil,
    };
    await updateParticipant(tx.query, own.id, actor.userId, {
      archived: state.archived ? 1 : 0,
      muted: state.muted ? 1 : 0,
      muted_until: state.mutedUntil,
    });
    this.#events.emit(tx, ownStateChanged, { conversationId: own.id, userId: actor.userId, ...state });
  }
}

/** What people see of the user beside the row just written. */
export function withUser(
  participant: Omit<ParticipantWithUser, "username" | "display_name" | "avatar_url" | "last_seen_at">,
  user: UserRow,
): ParticipantWithUser {
  const { username, display_name, avatar_url, last_seen_at } = user;
  return { ...participant, username, display_name, avatar_url, last_seen_at };
}
