import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { conflict } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import {
  type Lockout,
  lockInCharge,
  type Passwords,
  type Sessions,
  type UserRow,
  updateUser,
  userChanged,
} from "../identity/index.ts";
import { deleteRelations } from "../people/index.ts";
import type { ApiKeys } from "./api-keys.service.ts";
import { deleteCredentials, isSoleInCharge } from "./deletion.queries.ts";

/** Removes what a later feature keeps of somebody, in the transaction of the deletion. */
type Erase = (tx: Tx, user: UserRow) => Promise<void>;

const deletedName = "Deleted user";

interface DeletionParts {
  database: Database;
  events: Events;
  sessions: Sessions;
  apiKeys: ApiKeys;
  passwords: Passwords;
  lockout: Lockout;
  trail: ChangeTrail;
}

/**
 * The end of an account. Its messages stay, under «Deleted user»; its name and address are free again; everything else
 * of it goes, in one transaction.
 */
export class Deletion {
  readonly #parts: DeletionParts;
  readonly #erasers: Erase[] = [];

  constructor(parts: DeletionParts) {
    this.#parts = parts;
  }

  /** Told when the app is put together, by features that this one does not know. */
  alsoErase(...erasers: Erase[]): void {
    this.#erasers.push(...erasers);
  }

  /**
   * @throws AppError INVALID_PASSWORD, ACCOUNT_LOCKED; CONFLICT for the last one in charge of a server or an
   * organization with other people in it.
   */
  async deleteOwn(actor: Actor, password: string): Promise<void> {
    const { database, passwords, trail } = this.#parts;
    const user = await passwords.confirm(actor, password);
    await database.transaction(async (tx) => {
      await lockInCharge(tx.query, database.engine, user.organization_id);
      await passwords.requireUnchanged(tx, user);
      await this.carryOut(tx, user);
      const change = { action: "account.deleted", targetType: "user", targetId: user.id };
      trail.record(tx, changeBy(actor, change));
    });
  }

  /**
   * Ends whomever's account, in the caller's transaction, which has locked those in charge.
   * @throws AppError CONFLICT, see `deleteOwn`.
   */
  async carryOut(tx: Tx, user: UserRow): Promise<void> {
    const { events, sessions, lockout, apiKeys } = this.#parts;
    if (await isSoleInCharge(tx.query, user))
      throw conflict("role", "Others need somebody in charge. Make one of them an administrator first.");
    for (const erase of this.#erasers) await erase(tx, user);
    await deleteRelations(tx.query, user.id);
    await apiKeys.restrain(tx, user, true);
    await deleteCredentials(tx.query, user.id);
    await lockout.unlock(tx, user.id);
    await sessions.endAllOf(tx, { userId: user.id });
    await this.#anonymize(tx, user);
    events.emit(tx, userChanged, { userId: user.id });
  }

  async #anonymize(tx: Tx, user: UserRow): Promise<void> {
    const username = `deleted-${user.id.replaceAll("-", "").slice(-16)}`;
    const at = now();
    await updateUser(tx.query, user.organization_id, user.id, {
      username,
      username_key: folded(username),
      email: null,
      email_key: null,
      email_verified_at: null,
      password_hash: null,
      display_name: deletedName,
      display_name_key: folded(deletedName),
      first_name: null,
      last_name: null,
      avatar_url: null,
      role: "user",
      organization_role: "Viewer",
      // A name without anybody behind it: out of the directory, and never to sign in.
      is_placeholder: 1,
      last_seen_at: null,
      last_login_at: null,
      updated_at: at,
      deleted_at: at,
    });
  }
}
