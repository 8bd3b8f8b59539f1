import { type ChangeTrail, changeBy, changedFields } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Queries, Tx } from "../../platform/db/database.ts";
import { conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findDefaultOrganization } from "../organizations/index.ts";
import { answeringChanged, userChanged } from "./identity.events.ts";
import { findUserForUpdate, updateUser } from "./identity.queries.ts";
import { hasOtherInCharge, lockInCharge } from "./in-charge.queries.ts";
import type { Sessions } from "./sessions.service.ts";
import {
  type AccountFilter,
  type AccountRow,
  findAccount,
  listAccounts,
  type StandingRow,
  saveStanding,
} from "./standings.queries.ts";

interface AccountChanges {
  role?: AccountRow["role"] | undefined;
  agent?: boolean | undefined;
  display_name?: string | undefined;
  is_active?: boolean | undefined;
}

type Relieve = (tx: Tx, account: AccountRow) => Promise<void>;
type Restrain = (tx: Tx, account: AccountRow, isBarred: boolean) => Promise<void>;

/** What makes somebody an agent: running the server, or the flag. */
interface Answering {
  isRunning: boolean;
  isFlagged: boolean;
}

/** What whoever runs the server decides about accounts: roles, bans, and whether they may be used at all. */
export class Standings {
  readonly #database: Database;
  readonly #events: Events;
  readonly #trail: ChangeTrail;
  readonly #sessions: Sessions;
  #relieve: Relieve = () => Promise.resolve();
  #restrain: Restrain = () => Promise.resolve();

  constructor(database: Database, events: Events, trail: ChangeTrail, sessions: Sessions) {
    this.#database = database;
    this.#events = events;
    this.#trail = trail;
    this.#sessions = sessions;
  }

  /** What is done, in the same transaction, when somebody ceases to answer in support, or is switched off. */
  relieveWith(relieve: Relieve): void {
    this.#relieve = relieve;
  }

  /** What is done, in the same transaction, with what programs may do in the name of somebody who may do less. */
  restrainWith(restrain: Restrain): void {
    this.#restrain = restrain;
  }

  list(filter: AccountFilter): Promise<AccountRow[]> {
    return listAccounts(this.#database.query, filter, now());
  }

  /** @throws AppError NOT_FOUND. */
  get(id: string): Promise<AccountRow> {
    return requireAccount(this.#database.query, id);
  }

  /** @throws AppError NOT_FOUND; CONFLICT for what would leave the server without an admin. */
  async change(actor: Actor, id: string, changes: AccountChanges): Promise<AccountRow> {
    const { role, agent, display_name: displayName, is_active: isActive } = changes;
    await this.#database.transaction(async (tx) => {
      const account = await this.#take(tx, id);
      const losesAdmin = (role ?? account.role) !== "admin" || isActive === false;
      if (account.role === "admin" && losesAdmin) await this.requireAnotherAdmin(tx, id);
      await updateUser(tx.query, account.organization_id, id, {
        ...(role === undefined ? {} : await this.#roleChanges(tx, account, role)),
        ...(displayName === undefined ? {} : namedAs(displayName)),
        updated_at: now(),
      });
      const standing = standingOf(account);
      const flag = flagOf(agent, standing.is_agent);
      await saveStanding(tx.query, {
        ...standing,
        is_active: flagOf(isActive, standing.is_active),
        is_agent: flag,
      });
      if (isActive === false) await this.#sessions.endAllOfUser(tx, id);
      await this.#restrain(tx, await requireAccount(tx.query, id), isActive === false);
      const before = { isRunning: account.role === "admin", isFlagged: standing.is_agent === 1 };
      const after = { isRunning: (role ?? account.role) === "admin", isFlagged: flag === 1 };
      await this.#changeAnswering(tx, account, before, after, isActive === false);
      this.#events.emit(tx, userChanged, { userId: id });
      this.#record(tx, actor, account, "user.changed", changedFields(changes));
    });
    return this.get(id);
  }

  async #changeAnswering(
    tx: Tx,
    account: AccountRow,
    before: Answering,
    { isRunning, isFlagged }: Answering,
    isSwitchedOff: boolean,
  ): Promise<void> {
    const wasAgent = before.isRunning || before.isFlagged;
    const isAgent = isRunning || isFlagged;
    if (wasAgent && (!isAgent || isSwitchedOff)) await this.#relieve(tx, account);
    if (wasAgent !== isAgent || isFlagged !== before.isFlagged)
      this.#events.emit(tx, answeringChanged, { userId: account.id, isFlagged, isAgent });
  }

  /** What is written of the account rests on what it is now: nobody else changes it until the transaction ends. */
  async #take(tx: Tx, id: string): Promise<AccountRow> {
    const { engine } = this.#database;
    const account = await requireAccount(tx.query, id);
    // Before the account itself: whoever takes several takes them in one order.
    if (account.role === "admin" || account.organization_role === "Admin")
      await lockInCharge(tx.query, engine, account.organization_id);
    await findUserForUpdate(tx.query, engine, id);
    return requireAccount(tx.query, id);
  }

  /** Whoever runs the server is Admin of the default organization, and nobody is that for having been it. */
  async #roleChanges(tx: Tx, account: AccountRow, role: AccountRow["role"]) {
    if (role === account.role) return {};
    if (role === "admin") {
      const { id } = await findDefaultOrganization(tx.query);
      if (account.organization_id !== id)
        throw conflict("role", "Only people of the default organization can run the server.");
      return { role, organization_role: "Admin" as const };
    }
    return account.role === "admin" ? { role, organization_role: "Developer" as const } : { role };
  }

  /** @throws AppError CONFLICT. */
  async requireAnotherAdmin(tx: Tx, id: string): Promise<void> {
    await lockInCharge(tx.query, this.#database.engine, null);
    if (await hasOtherInCharge(tx.query, { server: true }, id, now())) return;
    throw conflict("role", "The server needs an admin. Make somebody else one first.");
  }

  /**
   * Ends all sessions at once and lets nobody sign in, until it is lifted or ends by itself.
   * @param until null: it does not end by itself.
   * @throws AppError NOT_FOUND; FORBIDDEN for a moderator who bans an admin or moderator; CONFLICT for oneself.
   */
  async ban(actor: Actor, id: string, reason: string, until: number | null): Promise<AccountRow> {
    if (id === actor.userId) throw conflict("id", "You cannot ban yourself.");
    await this.#database.transaction(async (tx) => {
      const account = await this.#take(tx, id);
      requireAbove(actor, account);
      if (account.role === "admin") await this.requireAnotherAdmin(tx, id);
      const ban = { banned_at: now(), banned_by: actor.userId, ban_reason: reason, banned_until: until };
      await saveStanding(tx.query, { ...standingOf(account), ...ban });
      await this.#sessions.endAllOfUser(tx, id);
      await this.#restrain(tx, account, true);
      this.#record(tx, actor, account, "user.banned", until === null ? ["reason"] : ["reason", "until"]);
    });
    return this.get(id);
  }

  /** @throws AppError NOT_FOUND for whoever is not banned; FORBIDDEN, see `ban`. */
  async unban(actor: Actor, id: string): Promise<AccountRow> {
    await this.#database.transaction(async (tx) => {
      const account = await this.#take(tx, id);
      requireAbove(actor, account);
      if (account.banned_at === null) throw notFound("ban");
      const none = { banned_at: null, banned_by: null, ban_reason: null, banned_until: null };
      await saveStanding(tx.query, { ...standingOf(account), ...none });
      this.#record(tx, actor, account, "user.unbanned");
    });
    return this.get(id);
  }

  /** Writes into the trail what an admin does with an account. */
  #record(tx: Tx, actor: Actor, account: AccountRow, action: string, details: string[] = []): void {
    const change = changeBy(actor, { action, targetType: "user", targetId: account.id, details });
    this.#trail.record(tx, { ...change, organizationId: account.organization_id });
  }

  /** Work on an account that goes into the trail with it. @throws AppError NOT_FOUND. */
  async audited(
    actor: Actor,
    id: string,
    action: string,
    work: (tx: Tx, account: AccountRow) => Promise<void>,
  ): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const account = await this.#take(tx, id);
      await work(tx, account);
      this.#record(tx, actor, account, action);
    });
  }
}

async function requireAccount(query: Queries, id: string): Promise<AccountRow> {
  const account = await findAccount(query, id);
  if (account === undefined) throw notFound("user");
  return account;
}

function requireAbove(actor: Actor, account: AccountRow): void {
  const isStaff = account.role === "admin" || account.role === "moderator";
  if (actor.role !== "admin" && isStaff) throw forbidden("Moderators cannot ban admins or moderators.");
}

function standingOf(account: AccountRow): StandingRow {
  return {
    user_id: account.id,
    is_active: account.is_active ?? 1,
    is_agent: account.is_agent ?? 0,
    banned_at: account.banned_at,
    banned_by: account.banned_by,
    ban_reason: account.ban_reason,
    banned_until: account.banned_until,
  };
}

function flagOf(given: boolean | undefined, otherwise: 0 | 1): 0 | 1 {
  return given === undefined ? otherwise : given ? 1 : 0;
}

/** A name in one piece takes the place of one in two. */
function namedAs(displayName: string) {
  const key = folded(displayName);
  return { display_name: displayName, display_name_key: key, first_name: null, last_name: null };
}
