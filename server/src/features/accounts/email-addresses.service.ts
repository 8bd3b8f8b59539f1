import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { conflict, unauthorized } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor, Caller } from "../../platform/http/actor.ts";
import { newSecret, sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { MailQueue } from "../../platform/mail/mail-queue.ts";
import { countFailures, type RateLimits, takeOrThrow } from "../../platform/rate-limits/rate-limits.ts";
import {
  findUserBySignIn,
  findUserForUpdate,
  type OwnAccounts,
  type Passwords,
  type UserRow,
  updateUser,
  userChanged,
} from "../identity/index.ts";
import { accountMail } from "./account-mails.ts";
import { deleteAccountTokens, replaceAccountToken, takeAccountToken } from "./account-tokens.queries.ts";
import { changeByMail, isWrongToken, requireGood } from "./mailed-tokens.ts";

interface EmailAddressesParts {
  database: Database;
  events: Events;
  ownAccounts: OwnAccounts;
  passwords: Passwords;
  mails: MailQueue;
  rates: RateLimits;
  trail: ChangeTrail;
  baseUrl(): string;
}

/** Whether an account's address is its owner's, and how it becomes another one. */
export class EmailAddresses {
  readonly #parts: EmailAddressesParts;

  constructor(parts: EmailAddressesParts) {
    this.#parts = parts;
  }

  /** Sends a mail that confirms the address: the account's own, or the one it shall become. */
  async askToConfirm(tx: Tx, user: UserRow, email: string): Promise<void> {
    const token = newSecret();
    const at = now();
    await replaceAccountToken(tx.query, {
      token_hash: sha256(token),
      user_id: user.id,
      purpose: "verify",
      email,
      created_at: at,
      expires_at: at + limits.verificationTokenMs,
    });
    const facts = { displayName: user.display_name, baseUrl: this.#parts.baseUrl(), token };
    await this.#parts.mails.enqueue(tx, accountMail("email_verification", email, facts));
  }

  /**
   * Sends the confirmation of the account's own address once more.
   * @throws AppError CONFLICT if it is confirmed already, RATE_LIMIT_EXCEEDED after three in an hour.
   */
  async askAgain(actor: Actor): Promise<void> {
    const { database, ownAccounts, rates } = this.#parts;
    const user = await ownAccounts.get(actor);
    const { email } = user;
    if (email === null || user.email_verified_at !== null)
      throw conflict("email", "This address is confirmed already.");
    await takeOrThrow(rates, "verificationMails", user.id);
    await database.transaction((tx) => this.askToConfirm(tx, user, email));
  }

  /**
   * Begins to change the address: it becomes the new one once that is confirmed. The old one is told.
   * @throws AppError INVALID_PASSWORD, ACCOUNT_LOCKED; CONFLICT if the address has an account; RATE_LIMIT_EXCEEDED
   * after three in an hour.
   */
  async change(actor: Actor, email: string, password: string): Promise<void> {
    const { database, passwords, rates, trail, mails, baseUrl } = this.#parts;
    const user = await passwords.confirm(actor, password);
    await this.#requireFree(user, email);
    await takeOrThrow(rates, "verificationMails", user.id);
    await database.transaction(async (tx) => {
      await passwords.requireUnchanged(tx, user);
      await this.askToConfirm(tx, user, email);
      const change = { action: "email.change_asked", targetType: "user", targetId: user.id };
      trail.record(tx, changeBy(actor, { ...change, details: ["email"] }));
      if (user.email === null) return;
      const facts = { displayName: user.display_name, baseUrl: baseUrl(), newEmail: email };
      await mails.enqueue(tx, accountMail("email_change_notice", user.email, facts));
    });
  }

  async #requireFree(user: UserRow, email: string): Promise<void> {
    const owner = await findUserBySignIn(this.#parts.database.query, "email_key", folded(email));
    if (owner !== undefined && owner.id !== user.id) throw addressTaken();
  }

  /**
   * Confirms the address that the token was sent to, which the account then has.
   * @returns the address.
   * @throws AppError UNAUTHORIZED, TOKEN_EXPIRED; CONFLICT if somebody else took the address meanwhile;
   * RATE_LIMIT_EXCEEDED after 20 wrong tokens in an hour from one network.
   */
  verify(token: string, caller: Caller): Promise<string> {
    return countFailures(this.#parts.rates, "wrongTokens", caller.network, isWrongToken, () =>
      this.#verify(sha256(token), caller),
    );
  }

  async #verify(tokenHash: string, caller: Caller): Promise<string> {
    const { database, events, trail } = this.#parts;
    try {
      return await database.transaction(async (tx) => {
        const { user_id: userId, email } = requireGood(await takeAccountToken(tx.query, tokenHash, "verify"));
        const user = await findUserForUpdate(tx.query, database.engine, userId);
        if (user === undefined) throw unauthorized("The account is gone.");
        const at = now();
        await updateUser(tx.query, user.organization_id, user.id, {
          email,
          email_key: folded(email),
          email_verified_at: at,
          updated_at: at,
        });
        if (user.email_key !== folded(email)) {
          // A reset that was asked for at the old address is void.
          await deleteAccountTokens(tx.query, user.id, "reset");
          trail.record(tx, changeByMail(user, caller, "email.changed", ["email"]));
        }
        events.emit(tx, userChanged, { userId: user.id });
        return email;
      });
    } catch (error) {
      if (database.isUniqueViolation(error)) throw addressTaken();
      throw error;
    }
  }
}

function addressTaken() {
  return conflict("email", "This e-mail address has an account already. Use another one.");
}
