import type { Tx } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { BrowserSessions, BrowserSignIn } from "./browser-sessions.service.ts";
import type { UserRow } from "./identity.queries.ts";
import type { Device, IssuedTokens, Sessions } from "./sessions.service.ts";

/** Makes the session of a sign-in, in its transaction; `finish` is called once that is durable. */
export type OpenSession<SignIn> = (tx: Tx, user: UserRow) => Promise<{ finish(): Promise<SignIn> | SignIn }>;

/** Who signed in, and what proves it from now on. */
export interface SignedIn<SignIn> {
  user: UserRow;
  signIn: SignIn;
}

export type SignedInBrowser = SignedIn<BrowserSignIn>;
export type SignedInByTokens = { user: UserRow; tokens: IssuedTokens };

/** The two ways to stay signed in. */
export class SessionOpeners {
  readonly #sessions: Sessions;
  readonly #browserSessions: BrowserSessions;

  constructor(sessions: Sessions, browserSessions: BrowserSessions) {
    this.#sessions = sessions;
    this.#browserSessions = browserSessions;
  }

  byTokens(device: Device): OpenSession<IssuedTokens> {
    return async (tx, user) => ({ finish: await this.#sessions.open(tx, user, device) });
  }

  /** @param former the browser's session until now, which ends. */
  byCookie(device: Device, former: Actor | null): OpenSession<BrowserSignIn> {
    return async (tx, user) => {
      const signIn = await this.#browserSessions.open(tx, user, device, former);
      return { finish: () => signIn };
    };
  }
}
