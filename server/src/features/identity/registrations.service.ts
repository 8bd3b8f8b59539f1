import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError, conflict, unavailable } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import type { PasswordHasher } from "../../platform/passwords.ts";
import { countSuccesses, type RateLimits } from "../../platform/rate-limits/rate-limits.ts";
import type { Admission, Newcomer } from "./admission.ts";
import {
  claimFirstPerson,
  findUserBySignIn,
  insertUser,
  isFirstPersonClaimed,
  type UserRow,
} from "./identity.queries.ts";
import { displayNameOf, type Names, usernamesFrom } from "./names.ts";
import type {
  OpenSession,
  SessionOpeners,
  SignedIn,
  SignedInBrowser,
  SignedInByTokens,
} from "./open-session.ts";
import type { Device } from "./sessions.service.ts";

interface Registration {
  email: string;
  username: string;
  password: string;
  displayName: string;
  /** Leads to its organization, also where people come by invitation only. */
  invitationToken?: string | undefined;
}

interface FounderRegistration extends Names {
  email: string;
  password: string;
}

/** Where a new account belongs, and what is known of its names. */
type Place = Pick<UserRow, "organization_id" | "organization_role" | "first_name" | "last_name">;

/** How an account comes to be, on every surface. */
export class Registrations {
  readonly #database: Database;
  readonly #openers: SessionOpeners;
  readonly #hasher: PasswordHasher;
  readonly #rates: RateLimits;
  readonly #admission: Admission;
  #welcome: (tx: Tx, user: UserRow) => Promise<void> = async () => undefined;

  constructor(
    database: Database,
    openers: SessionOpeners,
    hasher: PasswordHasher,
    rates: RateLimits,
    admission: Admission,
  ) {
    this.#database = database;
    this.#openers = openers;
    this.#hasher = hasher;
    this.#rates = rates;
    this.#admission = admission;
  }

  /** What somebody who is not signed in may know: whether they can register, and whether they would be the first. */
  async signInOptions(): Promise<{ registration: "open" | "invite"; isEmpty: boolean }> {
    const isEmpty = !(await isFirstPersonClaimed(this.#database.query));
    return { registration: isEmpty ? "open" : this.#admission.registration, isEmpty };
  }

  /** What else belongs to a registration, in its transaction; told once, when the app is put together. */
  welcomeWith(welcome: (tx: Tx, user: UserRow) => Promise<void>): void {
    this.#welcome = welcome;
  }

  /**
   * Makes an account in the default organization, or in the one that invites it, and signs it in. The first one ever
   * becomes server admin.
   * @throws AppError CONFLICT naming the field that is taken; RATE_LIMIT_EXCEEDED after three in an hour from one
   * network; for an invitation see `Invitations.redeem`.
   */
  async register(input: Registration, device: Device): Promise<SignedInByTokens> {
    const { user, signIn } = await this.#register(input, device, this.#openers.byTokens(device));
    return { user, tokens: signIn };
  }

  /** As `register`, with a session that a cookie proves. */
  registerInBrowser(input: Registration, device: Device, former: Actor | null): Promise<SignedInBrowser> {
    return this.#register(input, device, this.#openers.byCookie(device, former));
  }

  #register<SignIn>(
    input: Registration,
    device: Device,
    open: OpenSession<SignIn>,
  ): Promise<SignedIn<SignIn>> {
    return countSuccesses(this.#rates, "registrations", device.network, () =>
      this.#admission.guarded(input.invitationToken, device, () => this.#join(input, open)),
    );
  }

  async #join<SignIn>(input: Registration, open: OpenSession<SignIn>): Promise<SignedIn<SignIn>> {
    const keys = { email: folded(input.email), username: folded(input.username) };
    await this.#requireFree(keys);
    const passwordHash = await this.#hasher.hash(input.password);
    return this.#signUp(input, passwordHash, open, async (tx, newcomer) => ({
      ...(await this.#admission.join(tx, newcomer, input.invitationToken)),
      first_name: null,
      last_name: null,
    }));
  }

  /**
   * Makes an account and an organization of its own for it, whose Admin it is, and signs it in. The username is
   * derived from the e-mail address; it may be changed later.
   * @throws AppError CONFLICT if the address has an account; RATE_LIMIT_EXCEEDED, see `register`.
   */
  found(input: FounderRegistration, device: Device): Promise<SignedInByTokens> {
    return countSuccesses(this.#rates, "registrations", device.network, () => this.#found(input, device));
  }

  async #found(input: FounderRegistration, device: Device): Promise<SignedInByTokens> {
    const { email, password, firstName, lastName } = input;
    const displayName = displayNameOf(input);
    await this.#requireFree({ email: folded(email) });
    const passwordHash = await this.#hasher.hash(password);
    for (const username of usernamesFrom(email)) {
      try {
        await this.#requireFree({ username: folded(username) });
        const { user, signIn } = await this.#signUp(
          { email, username, password, displayName },
          passwordHash,
          this.#openers.byTokens(device),
          async (tx, newcomer) => ({
            ...(await this.#admission.found(tx, newcomer, displayName)),
            first_name: firstName,
            last_name: lastName,
          }),
        );
        return { user, tokens: signIn };
      } catch (error) {
        if (!isTaken(error, "username")) throw error;
      }
    }
    throw unavailable("No free username could be found. Try again.");
  }

  async #signUp<SignIn>(
    input: Registration,
    passwordHash: string,
    open: OpenSession<SignIn>,
    place: (tx: Tx, newcomer: Newcomer) => Promise<Place>,
  ): Promise<SignedIn<SignIn>> {
    const keys = { email: folded(input.email), username: folded(input.username) };
    try {
      const { user, session } = await this.#database.transaction(async (tx) => {
        const id = newId();
        const isFirst = await claimFirstPerson(tx.query, id);
        const at = now();
        const user: UserRow = {
          id,
          ...(await place(tx, { userId: id, email: input.email, isFirst })),
          username: input.username,
          username_key: keys.username,
          email: input.email,
          email_key: keys.email,
          password_hash: passwordHash,
          display_name: input.displayName,
          display_name_key: folded(input.displayName),
          avatar_url: null,
          role: isFirst ? "admin" : "user",
          is_placeholder: 0,
          created_at: at,
          updated_at: at,
          last_seen_at: null,
          last_login_at: at,
          email_verified_at: null,
          is_bot: 0,
          deleted_at: null,
        };
        await insertUser(tx.query, user);
        await this.#welcome(tx, user);
        return { user, session: await open(tx, user) };
      });
      return { user, signIn: await session.finish() };
    } catch (error) {
      // Somebody took the name between the look and the insert: say which.
      if (this.#database.isUniqueViolation(error)) await this.#requireFree(keys);
      throw error;
    }
  }

  async #requireFree({ email, username }: { email?: string; username?: string }): Promise<void> {
    const { query } = this.#database;
    if (email !== undefined && (await findUserBySignIn(query, "email_key", email)) !== undefined) {
      throw conflict("email", "This e-mail address has an account already. Sign in, or use another address.");
    }
    if (username !== undefined && (await findUserBySignIn(query, "username_key", username)) !== undefined) {
      throw conflict("username", "This username is taken. Choose another one.");
    }
  }
}

/** It is the 409 that names the field. */
function isTaken(error: unknown, field: string): boolean {
  return error instanceof AppError && error.code === "CONFLICT" && error.details?.[0]?.path === field;
}
