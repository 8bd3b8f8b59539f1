import { type Answer, type Caller, callerOf, type Reachable } from "./caller.ts";
import { anonymous, type Person } from "./person.ts";
import type { JsonObject, User } from "./shapes.ts";

/** What a login with `"session":"cookie"` answers. */
export interface SignedInByCookie {
  user: User;
  csrf_token: string;
  session_id: string;
  expires_at: string;
}

/** A page of the server's own, signed in by its cookie. The verbs send what a browser and the web app would send. */
export interface Browser extends Caller {
  /** `name=value`, for the header `Cookie`. */
  cookie: string;
  csrfToken: string;
  sessionId: string;
  /** The whole `Set-Cookie`. */
  setCookie: string;
}

export function loginByCookie(
  app: Reachable,
  person: Person,
  headers: Record<string, string> = {},
  extra: JsonObject = {},
): Promise<Answer<SignedInByCookie>> {
  const body = { email: person.email, password: person.password, session: "cookie", ...extra };
  return anonymous(app).post<SignedInByCookie>("/v1/auth/login", body, headers);
}

/** Signs `person` in as a browser would. */
export async function openBrowser(
  app: Reachable,
  person: Person,
  headers: Record<string, string> = {},
): Promise<Browser> {
  const { data, headers: answered } = await loginByCookie(app, person, headers);
  const setCookie = answered.get("set-cookie") ?? "";
  const cookie = setCookie.split(";", 1)[0] ?? "";
  const credentials = { cookie, origin: app.url, "x-csrf-token": data.csrf_token };
  return {
    ...callerOf(app, credentials),
    cookie,
    setCookie,
    csrfToken: data.csrf_token,
    sessionId: data.session_id,
  };
}
