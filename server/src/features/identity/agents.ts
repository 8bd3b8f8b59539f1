import type { Database, Queries } from "../../platform/db/database.ts";
import type { UserTable } from "../../platform/db/schema.ts";
import type { Events } from "../../platform/events/events.ts";
import { holdAnswering, listAnswering, listFlagged } from "./agents.queries.ts";
import { answeringChanged } from "./identity.events.ts";

interface Answering {
  userId: string;
  role: UserTable["role"];
}

/**
 * Who answers for their organization in support: people with the flag, and whoever runs the server. All are in memory,
 * since each look at a support conversation asks.
 */
export class Agents {
  readonly #database: Database;
  readonly #flagged = new Set<string>();

  private constructor(database: Database) {
    this.#database = database;
  }

  static async load(database: Database, events: Events): Promise<Agents> {
    const agents = new Agents(database);
    for (const id of await listFlagged(database.query)) agents.#flagged.add(id);
    events.on(answeringChanged, ({ userId, isFlagged }) => {
      if (isFlagged) agents.#flagged.add(userId);
      else agents.#flagged.delete(userId);
    });
    return agents;
  }

  has({ userId, role }: Answering): boolean {
    return role === "admin" || this.#flagged.has(userId);
  }

  /** As `has`, of somebody who may sign in, from the rows, and true until the transaction ends: for what an agent is given. */
  hold(query: Queries, organizationId: string, userId: string): Promise<boolean> {
    return holdAnswering(query, this.#database.engine, organizationId, userId);
  }

  /** All agents of an organization. */
  async listIds(organizationId: string): Promise<string[]> {
    const all = await listAnswering(this.#database.query, organizationId);
    return all.map(({ id }) => id);
  }

  /** Those of them who may sign in: neither banned nor switched off. */
  async listAvailableIds(organizationId: string): Promise<string[]> {
    const all = await listAnswering(this.#database.query, organizationId);
    return all.filter(({ isAvailable }) => isAvailable).map(({ id }) => id);
  }
}
