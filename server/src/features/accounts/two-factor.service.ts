import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError, conflict } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { sha256 } from "../../platform/ids.ts";
import { seal, unseal } from "../../platform/sealing.ts";
import {
  confirmationBy,
  type FactorAnswer,
  type Lockout,
  type OwnAccounts,
  type Passwords,
  type SecondFactor,
  type UserRow,
} from "../identity/index.ts";
import { newTotpSecret, otpauthUrl, stepOfCode } from "./totp.ts";
import {
  type AuthenticatorRow,
  countRecoveryCodes,
  deleteAuthenticator,
  deleteRecoveryCodes,
  findAuthenticator,
  findAuthenticatorForUse,
  insertRecoveryCodes,
  replaceAuthenticator,
  takeRecoveryCode,
  updateAuthenticator,
} from "./two-factor.queries.ts";

interface TwoFactorParts {
  database: Database;
  ownAccounts: OwnAccounts;
  passwords: Passwords;
  lockout: Lockout;
  trail: ChangeTrail;
  /** Authenticators' secrets are sealed with it. */
  secret: string;
}

const sealedAs = "authenticator";
const recoveryCodesAtOnce = 10;

/**
 * A second factor: codes of an authenticator (TOTP, RFC 6238), and ten recovery codes for whoever lost it. A code is
 * good once: its step, and those before it, never count again. Every surface signs in through `check`.
 */
export class TwoFactor implements SecondFactor {
  readonly #parts: TwoFactorParts;

  constructor(parts: TwoFactorParts) {
    this.#parts = parts;
  }

  async check(tx: Tx, user: UserRow, answer: FactorAnswer): Promise<"right" | "wrong" | "missing"> {
    const row = await findAuthenticatorForUse(tx.query, this.#parts.database.engine, user.id);
    if (row === undefined || row.confirmed_at === null) return "right";
    const { code, recoveryCode } = answer;
    if (code === undefined && recoveryCode === undefined) return "missing";
    const isRight =
      code === undefined
        ? await takeRecoveryCode(tx.query, user.id, hashOf(recoveryCode ?? ""))
        : await this.#use(tx, row, code);
    return isRight ? "right" : "wrong";
  }

  /** Whether the code is right and new; then it is used up. */
  async #use(tx: Tx, row: AuthenticatorRow, code: string): Promise<boolean> {
    const step = stepOfCode(unseal(row.secret, this.#parts.secret, sealedAs), code, now());
    if (step === null || step <= row.last_step) return false;
    await updateAuthenticator(tx.query, row.user_id, { last_step: step });
    return true;
  }

  /** Whether the account has a second factor, and how many recovery codes are left. */
  async state(actor: Actor): Promise<{ isEnabled: boolean; recoveryCodesLeft: number }> {
    const { query } = this.#parts.database;
    const row = await findAuthenticator(query, actor.userId);
    const isEnabled = row !== undefined && row.confirmed_at !== null;
    return {
      isEnabled,
      recoveryCodesLeft: isEnabled ? await countRecoveryCodes(query, actor.userId) : 0,
    };
  }

  /**
   * Begins: an authenticator gets the secret, and counts once `confirm` saw a code of it.
   * @throws AppError CONFLICT if there is a second factor already.
   */
  async setUp(actor: Actor): Promise<{ secret: string; otpauthUrl: string }> {
    const { database, ownAccounts, secret: serverSecret } = this.#parts;
    const user = await ownAccounts.get(actor);
    const secret = newTotpSecret();
    await database.transaction(async (tx) => {
      const row = await findAuthenticatorForUse(tx.query, database.engine, user.id);
      if (row !== undefined && row.confirmed_at !== null) throw alreadyOn();
      await replaceAuthenticator(tx.query, {
        user_id: user.id,
        secret: seal(secret, serverSecret, sealedAs),
        confirmed_at: null,
        last_step: 0,
        created_at: now(),
      });
    });
    return { secret, otpauthUrl: otpauthUrl(secret, user.email ?? user.username) };
  }

  /**
   * Turns the second factor on.
   * @returns the recovery codes, shown this once.
   * @throws AppError CONFLICT without `setUp` or if it is on; INVALID_CREDENTIALS for a wrong code, ACCOUNT_LOCKED after
   * five.
   */
  confirm(actor: Actor, code: string): Promise<string[]> {
    return this.#guarded(actor, async (tx) => {
      const row = await findAuthenticatorForUse(tx.query, this.#parts.database.engine, actor.userId);
      if (row === undefined) throw conflict("code", "Begin with POST /v1/auth/2fa/setup.");
      if (row.confirmed_at !== null) throw alreadyOn();
      if (!(await this.#use(tx, row, code))) return null;
      await updateAuthenticator(tx.query, actor.userId, { confirmed_at: now() });
      const codes = await this.#issueRecoveryCodes(tx, actor);
      this.#record(tx, actor, "two_factor.enabled");
      return codes;
    });
  }

  /**
   * Turns it off.
   * @throws AppError INVALID_PASSWORD or INVALID_CREDENTIALS, ACCOUNT_LOCKED after five wrong ones; CONFLICT if it is off.
   */
  async disable(actor: Actor, password: string, answer: FactorAnswer): Promise<void> {
    await this.#withBothFactors(actor, password, answer, async (tx) => {
      await deleteAuthenticator(tx.query, actor.userId);
      this.#record(tx, actor, "two_factor.disabled");
    });
  }

  /**
   * Ten new recovery codes in place of those that are left, which end at once.
   * @returns them, shown this once.
   * @throws AppError as `disable`.
   */
  replaceRecoveryCodes(actor: Actor, password: string, answer: FactorAnswer): Promise<string[]> {
    return this.#withBothFactors(actor, password, answer, async (tx) => {
      await deleteRecoveryCodes(tx.query, actor.userId);
      const codes = await this.#issueRecoveryCodes(tx, actor);
      this.#record(tx, actor, "two_factor.recovery_codes_replaced");
      return codes;
    });
  }

  /** Whoever finds an open session alone cannot weaken the account: `work` runs after the password and a code. */
  async #withBothFactors<T>(
    actor: Actor,
    password: string,
    answer: FactorAnswer,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    const { database, passwords } = this.#parts;
    const user = await passwords.confirm(actor, password);
    const { result } = await this.#guarded(actor, async (tx) => {
      await passwords.requireUnchanged(tx, user);
      const row = await findAuthenticatorForUse(tx.query, database.engine, actor.userId);
      if (row === undefined || row.confirmed_at === null)
        throw conflict("code", "There is no second factor. Begin with POST /v1/auth/2fa/setup.");
      if ((await this.check(tx, user, answer)) !== "right") return null;
      return { result: await work(tx) };
    });
    return result;
  }

  async #issueRecoveryCodes(tx: Tx, actor: Actor): Promise<string[]> {
    const codes = Array.from({ length: recoveryCodesAtOnce }, newRecoveryCode);
    await insertRecoveryCodes(tx.query, actor.userId, codes.map(hashOf));
    return codes;
  }

  #record(tx: Tx, actor: Actor, action: string): void {
    this.#parts.trail.record(tx, changeBy(actor, { action, targetType: "user", targetId: actor.userId }));
  }

  /** Runs what a code decides. @param work null: the code was wrong. */
  async #guarded<T>(actor: Actor, work: (tx: Tx) => Promise<T | null>): Promise<T> {
    const { database, lockout } = this.#parts;
    const guarded = confirmationBy(actor.userId);
    await lockout.requireUnlocked(database.query, guarded);
    const result = await database.transaction(async (tx) => {
      await lockout.requireUnlocked(tx.query, guarded);
      return work(tx);
    });
    if (result === null) throw await lockout.count(guarded, wrongCode());
    return result;
  }
}

function alreadyOn(): AppError {
  return conflict("code", "The second factor is on already. Turn it off first.");
}

function wrongCode(): AppError {
  return new AppError("INVALID_CREDENTIALS", "The code is wrong, or was used before. Wait for the next one.");
}

/** 80 random bits, to be read and typed by a person: `k3m9-x7pq-…`. */
function newRecoveryCode(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const text = Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
  return (text.match(/.{4}/g) ?? []).join("-");
}

function hashOf(recoveryCode: string): string {
  return sha256(recoveryCode.toLowerCase().replace(/[^a-z0-9]/g, ""));
}
