import type { Database } from "../../platform/db/database.ts";
import { AppError } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { PasswordHasher } from "../../platform/passwords.ts";
import { findUserBySignIn, findUserForUpdate, type UserRow } from "./identity.queries.ts";
import { type Guarded, type Lockout, signInTo } from "./lockout.service.ts";
import type {
  OpenSession,
  SessionOpeners,
  SignedIn,
  SignedInBrowser,
  SignedInByTokens,
} from "./open-session.ts";
import type { FactorAnswer, SecondFactor } from "./second-factor.ts";
import type { Device, Sessions } from "./sessions.service.ts";

/** What somebody gives to sign in: one of the two names, and the password. */
export interface Credentials {
  email?: string | undefined;
  username?: string | undefined;
  password: string;
  /** Of a session of the same account that still lives: the way in for its owner while strangers have locked it. */
  refreshToken?: string | undefined;
  factor?: FactorAnswer | undefined;
}

interface SignInsParts {
  database: Database;
  sessions: Sessions;
  openers: SessionOpeners;
  hasher: PasswordHasher;
  lockout: Lockout;
  secondFactor: SecondFactor;
}

/** Signing in, on every surface. */
export class SignIns {
  readonly #parts: SignInsParts;

  constructor(parts: SignInsParts) {
    this.#parts = parts;
  }

  /**
   * @param former the session whose cookie came along, if one did.
   * @throws AppError INVALID_CREDENTIALS, the same and after the same time for an unknown account; TWO_FACTOR_REQUIRED
   * if the password is right and a code is asked for; ACCOUNT_LOCKED after too many wrong ones, see `Lockout`.
   */
  async login(
    credentials: Credentials,
    device: Device,
    former: Actor | null = null,
  ): Promise<SignedInByTokens> {
    const open = this.#parts.openers.byTokens(device);
    const { user, signIn } = await this.#signIn(credentials, device, former, open);
    return { user, tokens: signIn };
  }

  /** As `login`, with a session that a cookie proves; `former` ends. */
  loginInBrowser(credentials: Credentials, device: Device, former: Actor | null): Promise<SignedInBrowser> {
    const open = this.#parts.openers.byCookie(device, former);
    return this.#signIn(credentials, device, former, open);
  }

  async #signIn<SignIn>(
    credentials: Credentials,
    device: Device,
    former: Actor | null,
    open: OpenSession<SignIn>,
  ): Promise<SignedIn<SignIn>> {
    const { database, hasher, lockout } = this.#parts;
    const { email, username = "", password, refreshToken } = credentials;
    const [column, name] =
      email === undefined ? (["username_key", username] as const) : (["email_key", email] as const);
    const user = await findUserBySignIn(database.query, column, folded(name));
    const isOwners = user !== undefined && (await this.#isOwners(user, former, refreshToken));
    const guarded = signInTo(user?.id ?? null, name, device.network, isOwners);
    await lockout.requireUnlocked(database.query, guarded);
    const isRight = await hasher.verify(password, user?.password_hash ?? null);
    if (user === undefined || !isRight) throw await lockout.count(guarded, wrongCredentials());
    return this.#admit(user, guarded, credentials.factor ?? {}, open);
  }

  async #admit<SignIn>(
    user: UserRow,
    guarded: Guarded,
    factor: FactorAnswer,
    open: OpenSession<SignIn>,
  ): Promise<SignedIn<SignIn>> {
    const { database, lockout, secondFactor } = this.#parts;
    const session = await database.transaction(async (tx) => {
      // Since the password was looked at, it may have changed, and others may have locked the account.
      const current = await findUserForUpdate(tx.query, database.engine, user.id);
      if (current?.password_hash !== user.password_hash) throw wrongCredentials();
      await lockout.requireUnlocked(tx.query, guarded);
      const answer = await secondFactor.check(tx, user, factor);
      if (answer === "missing") throw factorRequired();
      return answer === "right" ? open(tx, user) : null;
    });
    if (session === null) throw await lockout.count(guarded, wrongCode());
    return { user, signIn: await session.finish() };
  }

  async #isOwners(user: UserRow, former: Actor | null, refreshToken: string | undefined): Promise<boolean> {
    if (former?.userId === user.id) return true;
    if (refreshToken === undefined) return false;
    return (await this.#parts.sessions.findRefreshTokenOwner(refreshToken)) === user.id;
  }
}

function wrongCredentials(): AppError {
  return new AppError(
    "INVALID_CREDENTIALS",
    "The e-mail, username or password is wrong. Check them and try again.",
  );
}

function factorRequired(): AppError {
  return new AppError("TWO_FACTOR_REQUIRED", "Give the code of your authenticator too, or a recovery code.");
}

function wrongCode(): AppError {
  return new AppError("INVALID_CREDENTIALS", "The code is wrong, or was used before. Wait for the next one.");
}
