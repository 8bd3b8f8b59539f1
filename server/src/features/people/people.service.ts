import type { Database, Queries } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findUser, type UserRow } from "../identity/index.ts";
import { canUseDirectory } from "./people.policy.ts";
import { listDirectory, listUsersById } from "./people.queries.ts";

/** The people of an organization as they see each other. */
export class People {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Somebody of the caller's organization. @throws AppError NOT_FOUND for anybody else. */
  async get(actor: Actor, id: string): Promise<UserRow> {
    const user = await findUser(this.#database.query, actor.organizationId, id);
    if (user === undefined) throw notFound("user");
    return user;
  }

  /** People of the organization, but for those who are switched off. @throws AppError FORBIDDEN for guests. */
  async list(actor: Actor, page: ListPage): Promise<UserRow[]> {
    if (!canUseDirectory(actor)) throw forbidden("Guests cannot use the directory.");
    return listDirectory(this.#database.query, actor.organizationId, { withSwitchedOff: false, page });
  }
}

/** Those of the ids that are people of the organization: names left by deleted and imported accounts are none. */
export async function findPeople(query: Queries, organizationId: string, ids: string[]): Promise<UserRow[]> {
  const users = await listUsersById(query, organizationId, ids);
  return users.filter((user) => user.is_placeholder === 0);
}
