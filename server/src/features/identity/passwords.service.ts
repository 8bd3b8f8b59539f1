import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { PasswordHasher } from "../../platform/passwords.ts";
import { findUser, findUserForUpdate, type UserRow, updateUser } from "./identity.queries.ts";
import { confirmationBy, type Lockout } from "./lockout.service.ts";
import type { Sessions } from "./sessions.service.ts";

type Follow = (tx: Tx, user: UserRow) => Promise<void>;

/** The passwords of those who are signed in: asked again before what matters, and changed. */
export class Passwords {
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #hasher: PasswordHasher;
  readonly #lockout: Lockout;
  readonly #trail: ChangeTrail;
  #follow: Follow = () => Promise.resolve();

  constructor(
    database: Database,
    sessions: Sessions,
    hasher: PasswordHasher,
    lockout: Lockout,
    trail: ChangeTrail,
  ) {
    this.#database = database;
    this.#sessions = sessions;
    this.#hasher = hasher;
    this.#lockout = lockout;
    this.#trail = trail;
  }

  /** What is done, in the same transaction, when somebody changes the password. */
  followWith(follow: Follow): void {
    this.#follow = follow;
  }

  /**
   * Asks for the password again.
   * @returns the account, to be given to `requireUnchanged` in the transaction of what the password allows.
   * @throws AppError INVALID_PASSWORD; ACCOUNT_LOCKED after five wrong passwords or codes in 15 minutes.
   */
  async confirm(actor: Actor, password: string): Promise<UserRow> {
    const guarded = confirmationBy(actor.userId);
    await this.#lockout.requireUnlocked(this.#database.query, guarded);
    const user = await findUser(this.#database.query, actor.organizationId, actor.userId);
    if (user === undefined) throw notFound("user");
    const isRight = await this.#hasher.verify(password, user.password_hash);
    if (!isRight) throw await this.#lockout.count(guarded, wrongPassword());
    await this.#lockout.requireUnlocked(this.#database.query, guarded);
    return user;
  }

  /** Locks the account's row. @throws AppError INVALID_PASSWORD if the password changed since it was confirmed. */
  async requireUnchanged(tx: Tx, confirmed: UserRow): Promise<void> {
    const current = await findUserForUpdate(tx.query, this.#database.engine, confirmed.id);
    if (current?.password_hash !== confirmed.password_hash) throw wrongPassword();
  }

  /** Ends all other sessions, or all. @throws AppError INVALID_PASSWORD, ACCOUNT_LOCKED. */
  async change(actor: Actor, current: string, next: string, ends: "others" | "all"): Promise<void> {
    const user = await this.confirm(actor, current);
    const passwordHash = await this.#hasher.hash(next);
    await this.#database.transaction(async (tx) => {
      await this.requireUnchanged(tx, user);
      await updateUser(tx.query, actor.organizationId, user.id, {
        password_hash: passwordHash,
        updated_at: now(),
      });
      if (ends === "all") await this.#sessions.endAllOf(tx, actor);
      else await this.#sessions.endOthersOf(tx, actor);
      await this.#follow(tx, user);
      const change = { action: "password.changed", targetType: "user", targetId: user.id };
      this.#trail.record(tx, changeBy(actor, { ...change, details: ["password"] }));
    });
  }
}

function wrongPassword(): AppError {
  return new AppError("INVALID_PASSWORD", "Current password is incorrect");
}
