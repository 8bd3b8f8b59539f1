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

  /** As `has`, from the rows, and true until the transaction ends: for what is given to an agent. */
  hold(query: Queries, organizationId: string, userId: string): Promise<boolean> {
    return holdAnswering(query, this.#database.engine, organizationId, userId);
  }

  /** All agents of an organization. */
  listIds(organizationId: string): Promise<string[]> {
    return listAnswering(this.#database.query, organizationId);
  }
}
