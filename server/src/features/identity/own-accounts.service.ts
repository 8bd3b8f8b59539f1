import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { conflict, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { userChanged } from "./identity.events.ts";
import { findUser, findUserForUpdate, type UserRow, updateUser } from "./identity.queries.ts";
import { displayNameOf, type Names, namesOf } from "./names.ts";

interface ProfileChanges {
  username?: string | undefined;
  displayName?: string | undefined;
  avatarUrl?: string | null | undefined;
}

/** Accounts as their owners see and change them. */
export class OwnAccounts {
  readonly #database: Database;
  readonly #events: Events;

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  async get(actor: Actor): Promise<UserRow> {
    const user = await findUser(this.#database.query, actor.organizationId, actor.userId);
    if (user === undefined) throw notFound("user");
    return user;
  }

  /** @throws AppError CONFLICT if the username is taken. */
  async changeProfile(actor: Actor, changes: ProfileChanges): Promise<UserRow> {
    const { username, displayName, avatarUrl } = changes;
    try {
      await this.#database.transaction(async (tx) => {
        await updateUser(tx.query, actor.organizationId, actor.userId, {
          ...(username === undefined ? {} : { username, username_key: folded(username) }),
          ...(displayName === undefined
            ? {}
            : {
                display_name: displayName,
                display_name_key: folded(displayName),
                first_name: null,
                last_name: null,
              }),
          ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
          updated_at: now(),
        });
        this.#events.emit(tx, userChanged, { userId: actor.userId });
      });
    } catch (error) {
      if (!this.#database.isUniqueViolation(error)) throw error;
      throw conflict("username", "This username is taken. Choose another one.");
    }
    return this.get(actor);
  }

  /** Names in two parts; one that is not given stays. The display name follows. */
  async changeNames(actor: Actor, changes: Partial<Names>): Promise<UserRow> {
    await this.#database.transaction(async (tx) => {
      const user = await findUserForUpdate(tx.query, this.#database.engine, actor.userId);
      if (user === undefined) throw notFound("user");
      const names = { ...namesOf(user), ...changes };
      const displayName = displayNameOf(names);
      await updateUser(tx.query, actor.organizationId, actor.userId, {
        first_name: names.firstName,
        last_name: names.lastName,
        display_name: displayName,
        display_name_key: folded(displayName),
        updated_at: now(),
      });
      this.#events.emit(tx, userChanged, { userId: actor.userId });
    });
    return this.get(actor);
  }
}
