import type { Route } from "../../platform/http/route.ts";
import { authRoutes } from "./auth.routes.ts";
import type { Blocks } from "./blocks.service.ts";
import type { BrowserSessions } from "./browser-sessions.service.ts";
import type { Friends } from "./friends.service.ts";
import type { Passwords } from "./passwords.service.ts";
import { peopleRoutes } from "./people.routes.ts";
import type { People } from "./people.service.ts";
import type { Presence } from "./presence.service.ts";
import { blocksRoutes, friendsRoutes, ownSettingsRoutes } from "./relations.routes.ts";
import { sessionsRoutes } from "./sessions.routes.ts";
import type { Sessions } from "./sessions.service.ts";
import type { SignIns } from "./sign-in.service.ts";
import type { UserSettings } from "./user-settings.service.ts";

interface IdentityServices {
  people: People;
  signIns: SignIns;
  passwords: Passwords;
  sessions: Sessions;
  browserSessions: BrowserSessions;
  presence: Presence;
  blocks: Blocks;
  friends: Friends;
  userSettings: UserSettings;
}

export function identityRoutes(services: IdentityServices): Route[] {
  const { people, passwords, sessions, browserSessions, presence, blocks, friends, userSettings } = services;
  return [
    ...authRoutes(services),
    // Before «/users/:id», which would take their words for an id.
    ...blocksRoutes(blocks),
    ...friendsRoutes(friends, presence),
    ...ownSettingsRoutes(userSettings),
    ...peopleRoutes(people, passwords, presence),
    ...sessionsRoutes(sessions, browserSessions),
  ];
}
