import type { z } from "zod";
import type { Actor } from "../../platform/http/actor.ts";
import type { MessageBody, MessagePages, PageQuery } from "../messages/index.ts";
import type { Profiles } from "../people/index.ts";
import type { SupportFilter } from "./support.queries.ts";
import {
  presentPerson,
  presentSupport,
  type supportConversation,
  type supportPerson,
} from "./support.schema.ts";
import type { Support, SupportListRow } from "./support.service.ts";

type SupportView = z.output<typeof supportConversation>;

/** Support conversations as core REST shows them: with the names of their people, and messages as everywhere. */
export class SupportDesk {
  readonly #support: Support;
  readonly #pages: MessagePages;
  readonly #profiles: Profiles;

  constructor(support: Support, pages: MessagePages, profiles: Profiles) {
    this.#support = support;
    this.#pages = pages;
    this.#profiles = profiles;
  }

  async open(actor: Actor, subject: string | null, message: string): Promise<SupportView> {
    const id = await this.#support.open(actor, { subject, message, isAnnounced: false });
    return this.get(actor, id);
  }

  async get(actor: Actor, id: string): Promise<SupportView> {
    return this.#present(actor, await this.#support.get(actor, id));
  }

  async #present(actor: Actor, row: SupportListRow): Promise<SupportView> {
    const [view] = await this.#presentAll(actor, [row]);
    return view as SupportView;
  }

  async list(actor: Actor, filter: SupportFilter): Promise<SupportView[]> {
    return this.#presentAll(actor, await this.#support.list(actor, filter));
  }

  roleOf(actor: Actor): "customer" | "agent" {
    return this.#support.isAgent(actor) ? "agent" : "customer";
  }

  /** By name. @throws AppError FORBIDDEN for whoever is not an agent. */
  async listAgents(actor: Actor): Promise<z.output<typeof supportPerson>[]> {
    const ids = await this.#support.listAgentIds(actor);
    const people = await this.#profiles.find(actor.organizationId, ids);
    return [...people.values()]
      .sort((one, other) => one.displayName.localeCompare(other.displayName))
      .map(presentPerson);
  }

  async #presentAll(actor: Actor, rows: SupportListRow[]): Promise<SupportView[]> {
    const ids = rows.flatMap((row) => [row.customer_id, ...(row.agent_id === null ? [] : [row.agent_id])]);
    const people = await this.#profiles.find(actor.organizationId, ids);
    return rows.map((row) => presentSupport(row, people));
  }

  async assign(actor: Actor, id: string, agentId: string | null): Promise<SupportView> {
    return this.#present(actor, await this.#support.assign(actor, id, agentId));
  }

  async lead(actor: Actor, verb: "resolve" | "close" | "reopen", id: string): Promise<SupportView> {
    return this.#present(actor, await this.#support[verb](actor, id));
  }

  async read(actor: Actor, id: string, seq: number | null) {
    const { lastReadSeq, unreadCount } = await this.#support.read(actor, id, seq);
    return { last_read_seq: lastReadSeq, unread_count: unreadCount };
  }

  /** Newest first. @throws AppError NOT_FOUND or FORBIDDEN. */
  async listMessages(actor: Actor, id: string, query: PageQuery) {
    await this.#support.requireVisible(actor, id);
    return this.#pages.list(actor, id, query);
  }

  /** @returns the message, see `MessagePages.send`. @throws AppError, also CONFLICT for a closed conversation. */
  async send(actor: Actor, id: string, body: MessageBody, idempotencyKey: string | null) {
    await this.#support.requireVisible(actor, id);
    return this.#pages.send(actor, id, body, idempotencyKey);
  }
}
