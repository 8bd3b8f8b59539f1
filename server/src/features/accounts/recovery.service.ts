import type { ChangeTrail } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import type { Caller } from "../../platform/http/actor.ts";
import { hash128, newId, newSecret, sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import type { MailQueue } from "../../platform/mail/mail-queue.ts";
import type { PasswordHasher } from "../../platform/passwords.ts";
import { countFailures, type RateLimits } from "../../platform/rate-limits/rate-limits.ts";
import {
  findUserBySignIn,
  findUserForUpdate,
  type Lockout,
  type Sessions,
  type UserRow,
  updateUser,
} from "../identity/index.ts";
import { accountMail } from "./account-mails.ts";
import {
  deleteAccountTokens,
  deleteAddressChanges,
  deleteExpiredAccountTokens,
  findAccountToken,
  insertResetRequest,
  replaceAccountToken,
  takeAccountToken,
  takeResetRequest,
} from "./account-tokens.queries.ts";
import { changeByMail, isWrongToken, requireGood } from "./mailed-tokens.ts";

interface RecoveryParts {
  database: Database;
  hasher: PasswordHasher;
  sessions: Sessions;
  lockout: Lockout;
  mails: MailQueue;
  rates: RateLimits;
  trail: ChangeTrail;
  log: Log;
  baseUrl(): string;
}

/** The way back in for whoever forgot the password: a mail with a token that sets a new one. */
export class Recovery {
  readonly #parts: RecoveryParts;
  #working: Promise<void> | null = null;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /**
   * Notes the wish and answers; whether the address has an account is looked up afterwards, so that neither the answer
   * nor its time tells. Beyond three mails an hour for an address, or 20 from a network, nothing more is sent.
   */
  async forgot(email: string, network: string): Promise<void> {
    const { database, rates } = this.#parts;
    const emailKey = folded(email);
    if ((await rates.take("resetMailsOfNetwork", network)) > 0) return;
    if ((await rates.take("resetMailsOfAccount", hash128(emailKey))) > 0) return;
    await database.transaction(async (tx) => {
      await insertResetRequest(tx.query, { id: newId(), email_key: emailKey, created_at: now() });
      tx.afterCommit(() => this.#wake());
    });
  }

  #wake(): void {
    this.work().catch((error: unknown) => this.#parts.log.error("reset mails could not be made", { error }));
  }

  /** Makes mails of what was asked for. Called by the schedule too, for what a crash left behind. */
  work(): Promise<void> {
    this.#working ??= this.#workAll().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #workAll(): Promise<void> {
    while (await this.#workOne());
  }

  /** @returns false when there is nothing left to do. */
  #workOne(): Promise<boolean> {
    const { database, mails, baseUrl } = this.#parts;
    return database.transaction(async (tx) => {
      const request = await takeResetRequest(tx.query);
      if (request === undefined) return false;
      const user = await findUserBySignIn(tx.query, "email_key", request.email_key);
      if (user === undefined || user.email === null || user.password_hash === null) return true;
      const token = newSecret();
      const at = now();
      await replaceAccountToken(tx.query, {
        token_hash: sha256(token),
        user_id: user.id,
        purpose: "reset",
        email: user.email,
        created_at: at,
        expires_at: at + limits.resetTokenMs,
      });
      const facts = { displayName: user.display_name, baseUrl: baseUrl(), token };
      await mails.enqueue(tx, accountMail("password_reset", user.email, facts));
      return true;
    });
  }

  /**
   * Sets a new password, ends all sessions and lifts the account's locks.
   * @throws AppError UNAUTHORIZED for a token that is wrong or was used, TOKEN_EXPIRED after an hour,
   * RATE_LIMIT_EXCEEDED after 20 such in an hour from one network.
   */
  reset(token: string, password: string, caller: Caller): Promise<void> {
    return countFailures(this.#parts.rates, "wrongTokens", caller.network, isWrongToken, () =>
      this.#reset(sha256(token), password, caller),
    );
  }

  async #reset(tokenHash: string, password: string, caller: Caller): Promise<void> {
    const { database, hasher, sessions, lockout, trail, mails, baseUrl } = this.#parts;
    requireGood(await findAccountToken(database.query, tokenHash, "reset"));
    const passwordHash = await hasher.hash(password);
    await database.transaction(async (tx) => {
      const { user_id: userId, email } = requireGood(await takeAccountToken(tx.query, tokenHash, "reset"));
      const user = await findUserForUpdate(tx.query, database.engine, userId);
      if (user === undefined) throw new AppError("UNAUTHORIZED", "The account is gone.");
      const at = now();
      await updateUser(tx.query, user.organization_id, user.id, {
        password_hash: passwordHash,
        // Who has the token reads the address's mail.
        ...(user.email === email ? { email_verified_at: user.email_verified_at ?? at } : {}),
        updated_at: at,
      });
      await this.withdraw(tx, user);
      await sessions.endAllOf(tx, { userId: user.id });
      await lockout.unlock(tx, user.id);
      trail.record(tx, changeByMail(user, caller, "password.reset", ["password"]));
      const facts = { displayName: user.display_name, baseUrl: baseUrl() };
      await mails.enqueue(tx, accountMail("password_changed", email, facts));
    });
  }

  /**
   * Voids, in the transaction of a new password, what may have been asked for with the old one: a reset, and another
   * address for the account.
   */
  async withdraw(tx: Tx, { id, email }: UserRow): Promise<void> {
    await deleteAccountTokens(tx.query, id, "reset");
    await deleteAddressChanges(tx.query, id, email);
  }

  /** Forgets tokens that have ended. Called about every minute. */
  maintain(): Promise<void> {
    return deleteExpiredAccountTokens(this.#parts.database.query, now() - limits.expiredTokensKeptMs);
  }
}
