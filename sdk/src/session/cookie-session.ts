import type { Profile, Session } from "../../../server/src/contract.ts";
import { ParleyError } from "../wire/errors.ts";
import { routes } from "../wire/routes.ts";
import type { Transport } from "../wire/transport.ts";
import type { CookieSession } from "./session-store.ts";

/** Asks the server whose the browser's cookie is; null: nobody's. @throws ParleyError where it cannot say. */
export async function findCookieSession(transport: Transport): Promise<CookieSession | null> {
  const ask = (route: "GET /v1/auth/profile" | "GET /v1/sessions/current") =>
    // The cookie goes along by itself; there is nothing else to show.
    transport.send({ method: "GET", path: route.slice("GET ".length), isAnonymous: true });
  try {
    const { id, csrf_token } = (await ask(routes.getProfile)) as Profile;
    if (csrf_token === undefined) return null;
    const current = (await ask(routes.getCurrentSession)) as Session;
    return { kind: "cookie", user_id: id, session_id: current.id, csrf_token };
  } catch (error) {
    if (error instanceof ParleyError && error.status === 401) return null;
    throw error;
  }
}
