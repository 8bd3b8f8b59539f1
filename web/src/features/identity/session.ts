import type { OwnUser } from "../../../../sdk/src/index.ts";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { Store } from "../../platform/store.ts";

/**
 * Signing in and out, for the whole app: nothing else does. The session's secret is a cookie that no script can read.
 * `restoring` lasts until the server has said who this is.
 */
export type Session =
  | { status: "restoring" }
  | { status: "signedOut" /** True: not by the user. */; ended: boolean }
  | { status: "signedIn"; user: OwnUser };

export const session = new Store<Session>({ status: "restoring" });

/** Who was here last, so that the app opens without the server too. */
const lastUserKey = "parley.me";

/** Reads the session of an earlier visit and follows it from then on, also when another tab changes it. */
export async function startSession(): Promise<void> {
  client.on("signed_out", ({ reason }) => {
    forget();
    if (session.get().status === "signedIn") session.set({ status: "signedOut", ended: reason !== "logout" });
  });
  client.on("signed_in", () => {
    if (!isSigningIn) void restore();
  });
  // Reading the kept session is told as a sign-in too.
  isSigningIn = true;
  await restore().finally(() => {
    isSigningIn = false;
  });
}

async function restore(): Promise<void> {
  try {
    const user = await client.auth.restore();
    if (user === null) session.set({ status: "signedOut", ended: session.get().status === "signedIn" });
    else begin(user);
  } catch (error) {
    const user = lastUser();
    const isThere = client.session !== null && user?.id === client.session.user_id;
    if (isThere && error instanceof ParleyError && error.isTemporary)
      session.set({ status: "signedIn", user });
    else session.set({ status: "signedOut", ended: false });
  }
}

function begin(user: OwnUser): void {
  localStorage.setItem(lastUserKey, JSON.stringify(user));
  session.set({ status: "signedIn", user });
}

/** True while this tab signs in or reads its session: then the answer says who it is. Another tab's sign-in has to be asked for. */
let isSigningIn = false;

async function signInBy(work: () => Promise<OwnUser>): Promise<void> {
  isSigningIn = true;
  try {
    begin(await work());
  } finally {
    isSigningIn = false;
  }
}

/**
 * @param name an e-mail address or a username.
 * @param factor what the second factor needs: six digits of the authenticator, or a recovery code; "" without one.
 * @throws ParleyError, TWO_FACTOR_REQUIRED where `factor` is missing.
 */
export function signIn(name: string, password: string, factor: string): Promise<void> {
  const who = name.includes("@") ? { email: name } : { username: name };
  const proof = factor === "" ? {} : /^\d{6}$/.test(factor) ? { code: factor } : { recovery_code: factor };
  return signInBy(() => client.auth.login({ ...who, ...proof, password, session: "cookie" }));
}

/** @throws ParleyError, which names the field in the way. */
export function register(account: Parameters<typeof client.auth.register>[0]): Promise<void> {
  return signInBy(() => client.auth.register({ ...account, session: "cookie" }));
}

/** Here it is over in any case, also when the server cannot be reached. */
export async function signOut(): Promise<void> {
  try {
    await client.auth.logout();
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
  } finally {
    forget();
    session.set({ status: "signedOut", ended: false });
  }
}

/** The profile has changed. */
export function updateOwnUser(user: OwnUser): void {
  begin(user);
}

/** @throws Error outside of the signed-in part of the app. */
export function ownId(): string {
  const now = session.get();
  if (now.status !== "signedIn") throw new Error("nobody is signed in");
  return now.user.id;
}

function forget(): void {
  localStorage.removeItem(lastUserKey);
  queries.clear();
}

function lastUser(): OwnUser | null {
  try {
    return JSON.parse(localStorage.getItem(lastUserKey) ?? "null") as OwnUser | null;
  } catch {
    return null;
  }
}
