import { z } from "zod";
import { now } from "../../platform/clock.ts";
import type { Database, Queries, Tx } from "../../platform/db/database.ts";
import { AppError } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import { hash128 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import {
  type AccountLockRow,
  claimAccountLock,
  deleteAccountLocks,
  deleteOldAccountLocks,
  listAccountLocks,
  updateAccountLock,
} from "./lockout.queries.ts";

const anywhere = "*";
const timesSchema = z.array(z.number());

/** What failures are counted for: an account, and for each scope the number that locks it. */
export interface Guarded {
  accountKey: string;
  scopes: readonly { scope: string; most: number }[];
}

/**
 * Sign-in to an account from a network. An account that does not exist is guarded like one that does, so that a lock
 * says nothing.
 * @param hasLiveSession from a device of the owner's: failures of strangers elsewhere do not lock it out.
 */
export function signInTo(
  userId: string | null,
  name: string,
  network: string,
  hasLiveSession: boolean,
): Guarded {
  const everywhere = { scope: anywhere, most: limits.failedSignIns };
  return {
    accountKey: userId === null ? `n:${hash128(folded(name))}` : signInKey(userId),
    scopes: [
      { scope: network, most: limits.failedSignInsPerNetwork },
      ...(hasLiveSession ? [] : [everywhere]),
    ],
  };
}

/** What asks a signed-in person for the password again. */
export function confirmationBy(userId: string): Guarded {
  return {
    accountKey: confirmationKey(userId),
    scopes: [{ scope: anywhere, most: limits.failedConfirmations }],
  };
}

/**
 * Counts wrong passwords and codes, and locks: as many failures in 15 minutes as a scope
 * has leave for lock it for the next 15, for the right password too. Success takes nothing back, so that nobody wins
 * further guesses by signing in between them.
 */
export class Lockout {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** To be asked before a password is looked at, and again in the transaction of what it opens. */
  async requireUnlocked(query: Queries, { accountKey, scopes }: Guarded): Promise<void> {
    const rows = await listAccountLocks(
      query,
      accountKey,
      scopes.map(({ scope }) => scope),
    );
    const refusal = refusalOf(rows, now());
    if (refusal !== null) throw refusal;
  }

  /**
   * Counts a failure.
   * @returns `refusal`, or ACCOUNT_LOCKED where others have locked the account meanwhile: of many guesses at once no
   * more are answered than of as many one after another.
   */
  async count({ accountKey, scopes }: Guarded, refusal: AppError): Promise<AppError> {
    const at = now();
    return this.#database.transaction(async (tx) => {
      const rows: AccountLockRow[] = [];
      // In one order, so that two never wait for each other.
      for (const { scope } of scopes)
        rows.push(await claimAccountLock(tx.query, this.#database.engine, accountKey, scope));
      const locked = refusalOf(rows, at);
      if (locked !== null) return locked;
      for (const [index, row] of rows.entries()) {
        const most = scopes[index]?.most ?? 0;
        await updateAccountLock(tx.query, counted(row, most, at));
      }
      return refusal;
    });
  }

  /** Lifts every lock of a user and forgets the failures that led to them. */
  async unlock(tx: Tx, userId: string): Promise<void> {
    await deleteAccountLocks(tx.query, [signInKey(userId), confirmationKey(userId)]);
  }

  /** Called about every minute. */
  async maintain(): Promise<void> {
    const longest = Math.max(limits.failureWindowMs, limits.accountLockMs);
    await deleteOldAccountLocks(this.#database.query, now() - longest);
  }
}

function signInKey(userId: string): string {
  return `u:${userId}`;
}

function confirmationKey(userId: string): string {
  return `c:${userId}`;
}

function counted(row: AccountLockRow, most: number, at: number): AccountLockRow {
  // The failures that led to an earlier lock have had their effect.
  const since = Math.max(at - limits.failureWindowMs, row.locked_until);
  const times = timesSchema.parse(JSON.parse(row.failed_at));
  const recent = [...times.filter((time) => time > since), at];
  const isLocked = recent.length >= most;
  return {
    ...row,
    failed_at: JSON.stringify(recent),
    locked_until: isLocked ? at + limits.accountLockMs : row.locked_until,
    updated_at: at,
  };
}

function refusalOf(rows: AccountLockRow[], at: number): AppError | null {
  const until = Math.max(0, ...rows.map((row) => row.locked_until));
  if (until <= at) return null;
  const seconds = Math.ceil((until - at) / 1000);
  const minutes = Math.ceil(seconds / 60);
  const wait = minutes === 1 ? "a minute" : `${minutes} minutes`;
  return new AppError("ACCOUNT_LOCKED", `Too many wrong passwords or codes. Try again in ${wait}.`, {
    retryAfter: seconds,
  });
}
