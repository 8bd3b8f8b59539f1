import type { Route } from "../../platform/http/route.ts";
import { authRoutes } from "./auth.routes.ts";
import type { BrowserSessions } from "./browser-sessions.service.ts";
import { peopleRoutes } from "./people.routes.ts";
import type { People } from "./people.service.ts";
import type { Presence } from "./presence.service.ts";
import { sessionsRoutes } from "./sessions.routes.ts";
import type { Sessions } from "./sessions.service.ts";

interface IdentityServices {
  people: People;
  sessions: Sessions;
  browserSessions: BrowserSessions;
  presence: Presence;
}

export function identityRoutes({ people, sessions, browserSessions, presence }: IdentityServices): Route[] {
  return [
    ...authRoutes(people, sessions, browserSessions),
    ...peopleRoutes(people, presence),
    ...sessionsRoutes(sessions, browserSessions),
  ];
}
