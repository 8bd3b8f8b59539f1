import type { Route } from "../../platform/http/route.ts";
import { authRoutes } from "./auth.routes.ts";
import { blocksRoutes } from "./blocks.routes.ts";
import type { Blocks } from "./blocks.service.ts";
import type { BrowserSessions } from "./browser-sessions.service.ts";
import { friendsRoutes } from "./friends.routes.ts";
import type { Friends } from "./friends.service.ts";
import { ownAccountsRoutes } from "./own-accounts.routes.ts";
import type { Passwords } from "./passwords.service.ts";
import { directoryRoutes, personRoutes } from "./people.routes.ts";
import type { People } from "./people.service.ts";
import { presenceRoutes } from "./presence.routes.ts";
import type { Presence } from "./presence.service.ts";
import { sessionsRoutes } from "./sessions.routes.ts";
import type { Sessions } from "./sessions.service.ts";
import type { SignIns } from "./sign-in.service.ts";
import { userSettingsRoutes } from "./user-settings.routes.ts";
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
    ...blocksRoutes(blocks),
    ...friendsRoutes(friends, presence),
    ...userSettingsRoutes(userSettings),
    ...directoryRoutes(people, presence),
    ...ownAccountsRoutes(people, passwords),
    // After «/users/me» and the like, whose words «/users/:id» would take for an id.
    ...personRoutes(people, presence),
    ...presenceRoutes(presence),
    ...sessionsRoutes(sessions, browserSessions),
  ];
}
