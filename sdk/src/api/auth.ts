import type { OwnUser } from "../../../server/src/contract.ts";
import type { SessionKeeper } from "../session/session-keeper.ts";
import type { StoredSession } from "../session/session-store.ts";
import type { Answer, Body, Call, CallOptions } from "../wire/call.ts";
import { ParleyError } from "../wire/errors.ts";

/** Signing up, in and out. The client keeps the session and shows it to the server at each call. */
export function authApi(call: Call, keeper: SessionKeeper, session: "token" | "cookie") {
  const profile = (options?: CallOptions) => call("getProfile", {}, options);
  return {
    /** Whether anybody may register here, and whether nobody has yet. Needs no session. */
    options: (options?: CallOptions) => call("getSignInOptions", {}, options),
    /** Makes an account and signs in. */
    register: async (body: Body<"register">, options?: CallOptions): Promise<OwnUser> => {
      const answer = await call("register", { body: { session, ...body } }, options);
      await keeper.begin(sessionOf(answer));
      return answer.user;
    },
    login: async (body: Body<"login">, options?: CallOptions): Promise<OwnUser> => {
      const answer = await call("login", { body: { session, ...body } }, options);
      await keeper.begin(sessionOf(answer));
      return answer.user;
    },
    /** Who is signed in from an earlier run; null when nobody is. */
    restore: async (options?: CallOptions): Promise<OwnUser | null> => {
      if ((await keeper.restore()) === null) return null;
      try {
        return await profile(options);
      } catch (error) {
        if (error instanceof ParleyError && error.status === 401) return null;
        throw error;
      }
    },
    profile,
    /**
     * Ends this session, or with `all` every session of the user. Here it is over in any case, also when the server
     * cannot be reached: the call rejects then, and the session lives on there until it expires.
     */
    logout: async ({ all = false }: { all?: boolean } = {}, options?: CallOptions): Promise<void> => {
      if ((await keeper.load()) === null) return;
      await keeper.leave(() =>
        call("logout", { body: { all } }, options).catch((error: unknown) => {
          if (!(error instanceof ParleyError && error.status === 401)) throw error;
        }),
      );
    },
    /**
     * Exchanges the refresh token now. Calls do so by themselves when the access token has ended; a cookie session has
     * nothing to exchange.
     */
    refresh: async (): Promise<void> => {
      const kept = await keeper.load();
      if (kept === null) throw new ParleyError("SIGNED_OUT", "There is no session. Sign in first.");
      if (kept.kind === "cookie") return;
      if (!(await keeper.recover({ userId: kept.user_id, secret: kept.access_token })))
        throw new ParleyError("SIGNED_OUT", "The session has ended. Sign in again.");
    },
    /** A ticket that opens one WebSocket within 30 seconds. */
    takeTicket: async (options?: CallOptions): Promise<string> =>
      (await call("takeTicket", {}, options)).ticket,
  };
}

function sessionOf({ user, ...session }: Answer<"login">): StoredSession {
  if (!("access_token" in session)) {
    const { session_id, csrf_token } = session;
    return { kind: "cookie", user_id: user.id, session_id, csrf_token };
  }
  return {
    kind: "bearer",
    user_id: user.id,
    session_id: session.session_id,
    access_token: session.access_token,
    refresh_token: session.refresh_token,
    expires_at: session.expires_at,
    refresh_expires_at: session.refresh_expires_at,
  };
}
