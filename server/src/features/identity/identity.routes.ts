import type { Route } from "../../platform/http/route.ts";
import { authRoutes } from "./auth.routes.ts";
import { peopleRoutes } from "./people.routes.ts";
import type { People } from "./people.service.ts";
import type { Presence } from "./presence.service.ts";
import { sessionsRoutes } from "./sessions.routes.ts";
import type { Sessions } from "./sessions.service.ts";

export function identityRoutes(people: People, sessions: Sessions, presence: Presence): Route[] {
  return [...authRoutes(people, sessions), ...peopleRoutes(people, presence), ...sessionsRoutes(sessions)];
}
