import { now } from "../../platform/clock.ts";
import type { Database, PartTx, Tx } from "../../platform/db/database.ts";
import { type AppError, conflict, forbidden, notFound, validationError } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor, Author } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import {
  type Conversations,
  conversationChanged,
  type Heads,
  type Membership,
  type Memberships,
  type Participants,
  type Receipts,
  updateConversation,
} from "../conversations/index.ts";
import { type Agents, findUser } from "../identity/index.ts";
import {
  closedConversation,
  type Gatekeeper,
  type MessageWriter,
  type Preparation,
} from "../messages/index.ts";
import { supportAssigned, supportChanged, supportWaiting } from "./support.events.ts";
import { canLeadOn, canReopen } from "./support.policy.ts";
import {
  findListed,
  findSupport,
  insertSupport,
  listAnsweredBy,
  listSupport,
  type SupportFilter,
  type SupportListRow,
  type SupportRow,
  updateSupport,
} from "./support.queries.ts";

export type { SupportListRow };

interface SupportParts {
  database: Database;
  events: Events;
  heads: Heads;
  memberships: Memberships;
  conversations: Conversations;
  participants: Participants;
  receipts: Receipts;
  messageWriter: MessageWriter;
  agents: Agents;
}

interface NewSupport {
  subject: string | null;
  /** Null: the customer has said nothing yet. */
  message: string | null;
  /** A system message says that the conversation was made. */
  isAnnounced: boolean;
}

/** One change of a support conversation, with the conversation locked. */
interface Change<In extends PartTx = PartTx> {
  tx: In;
  support: SupportRow;
  /** Writes it, and says it in the conversation. */
  write(changes: Partial<SupportRow>, text: string): Promise<SupportRow>;
}

/**
 * Support conversations: `open`, `assigned`, `resolved`, `closed`. Customers see their own, agents all of the
 * organization; agents take part once they write or are assigned.
 */
export class Support implements Gatekeeper {
  readonly #parts: SupportParts;

  constructor(parts: SupportParts) {
    this.#parts = parts;
  }

  /** @returns the conversation's id. @throws AppError FORBIDDEN for guests, VALIDATION_ERROR for an empty message. */
  async open(actor: Actor, { subject, message, isAnnounced }: NewSupport): Promise<string> {
    const { database, conversations, messageWriter, events } = this.#parts;
    const id = newId();
    await database.transaction(async (tx) => {
      await conversations.insertSupport(tx, actor, id, subject, isAnnounced);
      const at = now();
      const support: SupportRow = {
        conversation_id: id,
        organization_id: actor.organizationId,
        customer_id: actor.userId,
        status: "open",
        agent_id: null,
        created_at: at,
        updated_at: at,
        resolved_at: null,
        closed_at: null,
      };
      await insertSupport(tx.query, support);
      if (message !== null) await messageWriter.begin(tx, actor, id, message);
      events.emit(tx, supportChanged, { support, subject });
      events.emit(tx, supportWaiting, { support, subject });
    });
    return id;
  }

  /** Customers get their own, agents what the filter says of all. */
  list(actor: Actor, filter: SupportFilter): Promise<SupportListRow[]> {
    const { database } = this.#parts;
    const own = this.isAgent(actor) ? {} : { customerId: actor.userId };
    // Another's are none of the customer's, so that naming them finds nothing.
    if (own.customerId !== undefined && (filter.customerId ?? actor.userId) !== actor.userId)
      return Promise.resolve([]);
    return listSupport(database.query, actor.organizationId, actor.userId, { ...filter, ...own });
  }

  isAgent(actor: Actor): boolean {
    return this.#parts.agents.has(actor);
  }

  /** To whom a conversation can be handed. @throws AppError FORBIDDEN for whoever is not an agent. */
  listAgentIds(actor: Actor): Promise<string[]> {
    if (!this.isAgent(actor)) throw onlyAgents();
    return this.#parts.agents.listAvailableIds(actor.organizationId);
  }

  /** @throws AppError NOT_FOUND for what is no support conversation here, FORBIDDEN for another's. */
  async get(actor: Actor, id: string): Promise<SupportListRow> {
    await this.requireVisible(actor, id);
    const { query } = this.#parts.database;
    const row = await findListed(query, actor.organizationId, actor.userId, id);
    if (row === undefined) throw notFound("support conversation");
    return row;
  }

  /** @throws AppError NOT_FOUND or FORBIDDEN, see `get`. */
  async requireVisible(actor: Actor, id: string): Promise<Membership> {
    const found = await this.#parts.memberships.find(id);
    if (found?.type !== "support" || found.organizationId !== actor.organizationId)
      throw notFound("support conversation");
    return this.#parts.memberships.admit(actor, found).membership;
  }

  /**
   * @param agentId null: the actor takes it; of two who do at once one gets it.
   * @throws AppError FORBIDDEN for whoever is not an agent, VALIDATION_ERROR for one to whom it cannot be handed,
   * CONFLICT.
   */
  async assign(actor: Actor, id: string, agentId: string | null): Promise<SupportListRow> {
    await this.#requireAgent(actor, id);
    if (agentId !== null) await this.#requireOtherAgent(actor, agentId);
    const next = agentId ?? actor.userId;
    const refusal = agentId === null ? onlyAgents() : noAgent();
    const take = async ({ tx, support, write }: Change<Tx>, membership: Membership) => {
      if (support.agent_id === next && support.status === "assigned") return;
      if (agentId === null && support.agent_id !== null)
        throw conflict("agent_id", "Another agent has taken this conversation.");
      if (!canLeadOn("assign", support.status)) throw wrongStatus(support, "Reopen it first.");
      await this.#parts.participants.joinAsAgent(tx, membership, next);
      const text = agentId === null ? "An agent has joined." : "The conversation was handed to an agent.";
      const changed = await write({ status: "assigned", agent_id: next }, text);
      this.#parts.events.emit(tx, supportAssigned, { support: changed, agentId: next, byId: actor.userId });
    };
    await this.#change(actor, id, take, { agentId: next, refusal });
    return this.get(actor, id);
  }

  async #requireOtherAgent(actor: Actor, agentId: string): Promise<void> {
    const user = await findUser(this.#parts.database.query, actor.organizationId, agentId);
    if (user === undefined) throw notFound(`user: ${agentId}`);
    if (this.#parts.agents.has({ userId: user.id, role: user.role })) return;
    throw noAgent();
  }

  async resolve(actor: Actor, id: string): Promise<SupportListRow> {
    await this.#requireAgent(actor, id);
    await this.#change(actor, id, async ({ support, write }) => {
      if (support.status === "resolved") return;
      if (!canLeadOn("resolve", support.status)) throw wrongStatus(support, "Reopen it first.");
      await write({ status: "resolved", resolved_at: now() }, "The conversation was resolved.");
    });
    return this.get(actor, id);
  }

  async close(actor: Actor, id: string): Promise<SupportListRow> {
    await this.#requireAgent(actor, id);
    await this.#change(actor, id, async ({ support, write }) => {
      if (canLeadOn("close", support.status))
        await write({ status: "closed", closed_at: now() }, "The conversation was closed.");
    });
    return this.get(actor, id);
  }

  /** With its agent, if it has one. @throws AppError FORBIDDEN for a customer whose conversation was closed. */
  async reopen(actor: Actor, id: string): Promise<SupportListRow> {
    await this.requireVisible(actor, id);
    await this.#change(actor, id, async (change) => {
      const { support } = change;
      if (!canReopen(this.isAgent(actor), support.status))
        throw forbidden("This conversation is closed. Open a new one.");
      if (canLeadOn("reopen", support.status)) await this.#reopen(change);
    });
    return this.get(actor, id);
  }

  async #reopen({ tx, support, write }: Change): Promise<void> {
    const status = support.agent_id === null ? "open" : "assigned";
    const changes = { status, resolved_at: null, closed_at: null } as const;
    const reopened = await write(changes, "The conversation was reopened.");
    if (status === "open") this.#parts.events.emit(tx, supportWaiting, { support: reopened, subject: null });
  }

  async read(actor: Actor, id: string, seq: number | null) {
    await this.requireVisible(actor, id);
    return this.#parts.receipts.advance(actor, id, "read", seq);
  }

  /** A customer's reply reopens what was resolved; an agent who writes takes part. */
  async beforePost(actor: Actor, membership: Membership): Promise<Preparation | null> {
    if (membership.isClosed) throw closedConversation();
    const { conversationId: id } = membership;
    const role = membership.roles.get(actor.userId);
    if (role === "customer")
      return {
        isDue: async (query) => (await findSupport(query, id))?.status === "resolved",
        carryOut: async (tx) => this.#reopen(await this.#begin(tx, actor, id)),
      };
    if (role !== undefined) return null;
    const join = async ({ tx, support }: Change<Tx>, current: Membership) => {
      if (support.status === "closed") throw closedConversation();
      await this.#parts.participants.joinAsAgent(tx, current, actor.userId);
    };
    await this.#change(actor, id, join, { agentId: actor.userId, refusal: onlyAgents() });
    return null;
  }

  /** Whoever answers no more takes part in no conversation as an agent; what was theirs waits for another. */
  async relieve(tx: Tx, organizationId: string, userId: string): Promise<void> {
    const { events, participants } = this.#parts;
    for (const id of await listAnsweredBy(tx.query, organizationId, userId)) {
      const { support, write } = await this.#begin(tx, { userId, organizationId }, id);
      if (support.agent_id === userId) {
        if (support.status === "assigned") {
          const freed = await write({ status: "open", agent_id: null }, "The agent has left.");
          events.emit(tx, supportWaiting, { support: freed, subject: null });
        } else await updateSupport(tx.query, id, { agent_id: null });
      }
      if (support.customer_id !== userId) await participants.removeIfIn(tx, id, userId);
    }
  }

  async #requireAgent(actor: Actor, id: string): Promise<void> {
    await this.requireVisible(actor, id);
    if (!this.isAgent(actor)) throw onlyAgents();
  }

  /**
   * One transaction under the conversation's lock: who comes second sees what the first has done.
   * @param joining takes part by it, and is refused unless they are an agent still.
   */
  async #change(
    actor: Actor,
    id: string,
    work: (change: Change<Tx>, membership: Membership) => Promise<void>,
    joining: { agentId: string; refusal: AppError } | null = null,
  ): Promise<void> {
    const { database, memberships, agents } = this.#parts;
    await database.transaction(async (tx) => {
      // Before the conversation, as where somebody ceases to be an agent.
      if (joining !== null && !(await agents.hold(tx.query, actor.organizationId, joining.agentId)))
        throw joining.refusal;
      const change = await this.#begin(tx, actor, id);
      const { membership } = await memberships.requireWithin(tx.query, actor, id);
      await work(change, membership);
    });
  }

  /** Takes the conversation's lock. */
  async #begin<In extends PartTx>(tx: In, actor: Author, id: string): Promise<Change<In>> {
    const version = await this.#parts.heads.advanceVersion(tx.query, id);
    const support = await findSupport(tx.query, id);
    if (support === undefined) throw notFound("support conversation");
    const write = (changes: Partial<SupportRow>, text: string) =>
      this.#write(tx, actor, version, { ...support, ...changes, updated_at: now() }, text);
    return { tx, support, write };
  }

  async #write(
    tx: PartTx,
    actor: Author,
    version: number,
    next: SupportRow,
    text: string,
  ): Promise<SupportRow> {
    const { events, messageWriter } = this.#parts;
    const { conversation_id: id, status, agent_id, updated_at, resolved_at, closed_at } = next;
    const support = await updateSupport(tx.query, id, {
      status,
      agent_id,
      updated_at,
      resolved_at,
      closed_at,
    });
    const conversation = await updateConversation(tx.query, actor.organizationId, id, {
      closed_at,
      updated_at,
      changed_version: version,
    });
    events.emit(tx, conversationChanged, { conversation, version });
    events.emit(tx, supportChanged, { support, subject: conversation.title });
    await messageWriter.announce(tx, actor, id, text, { event: "support_status", status, agent_id });
    return support;
  }
}

function noAgent() {
  return validationError({ path: "agent_id", message: "is not an agent who may sign in" });
}

function onlyAgents() {
  return forbidden("Only agents may do this.");
}

function wrongStatus({ status }: SupportRow, advice: string) {
  return conflict("status", `This conversation is ${status}. ${advice}`);
}
