import type { Route } from "../../platform/http/route.ts";
import { authRoutes } from "./auth.routes.ts";
import type { BrowserSessions } from "./browser-sessions.service.ts";
import type { Passwords } from "./passwords.service.ts";
import { peopleRoutes } from "./people.routes.ts";
import type { People } from "./people.service.ts";
import type { Presence } from "./presence.service.ts";
import { sessionsRoutes } from "./sessions.routes.ts";
import type { Sessions } from "./sessions.service.ts";
import type { SignIns } from "./sign-in.service.ts";

interface IdentityServices {
  people: People;
  signIns: SignIns;
  passwords: Passwords;
  sessions: Sessions;
  browserSessions: BrowserSessions;
  presence: Presence;
}

export function identityRoutes(services: IdentityServices): Route[] {
  const { people, passwords, sessions, browserSessions, presence } = services;
  return [
    ...authRoutes(services),
    ...peopleRoutes(people, passwords, presence),
    ...sessionsRoutes(sessions, browserSessions),
  ];
}
