import type { Profile, Session } from "../../../server/src/contract.ts";
import { ParleyError } from "../wire/errors.ts";
import { routes } from "../wire/routes.ts";
import type { Transport } from "../wire/transport.ts";
import type { CookieSession } from "./session-store.ts";

/** Asks the server whose the browser's cookie is; null: nobody's. @throws ParleyError where it cannot say. */
export async function findCookieSession(transport: Transport): Promise<CookieSession | null> {
  try {
    const { id, csrf_token } = (await ask(transport, routes.getProfile)) as Profile;
    if (csrf_token === undefined) return null;
    const current = (await ask(transport, routes.getCurrentSession)) as Session;
    return { kind: "cookie", user_id: id, session_id: current.id, csrf_token };
  } catch (error) {
    if (error instanceof ParleyError && error.status === 401) return null;
    throw error;
  }
}

/** The id of the session that a token belongs to: workspace sign-ins do not answer it. @throws ParleyError. */
export async function getSessionId(transport: Transport, accessToken: string): Promise<string> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return ((await ask(transport, routes.getCurrentSession, headers)) as Session).id;
}

/** Without the keeper, which has no session yet: a cookie goes along by itself, a token is given. */
function ask(transport: Transport, route: string, headers?: Record<string, string>): Promise<unknown> {
  const [method = "GET", path = ""] = route.split(" ");
  return transport.send({ method, path, headers, isAnonymous: true });
}
