import { accountsRoutes } from "../../features/accounts/accounts.routes.ts";
import { adminRoutes } from "../../features/admin/admin.routes.ts";
import { mailsRoutes } from "../../features/admin/mails.routes.ts";
import { conversationsRoutes } from "../../features/conversations/conversations.routes.ts";
import { participantsRoutes } from "../../features/conversations/participants.routes.ts";
import { authRoutes } from "../../features/identity/auth.routes.ts";
import { ownAccountsRoutes } from "../../features/identity/own-accounts.routes.ts";
import { sessionsRoutes } from "../../features/identity/sessions.routes.ts";
import { keysRoutes } from "../../features/keys/keys.routes.ts";
import { membersRoutes } from "../../features/members/members.routes.ts";
import { annotationRoutes } from "../../features/messages/annotations.routes.ts";
import { messagesRoutes } from "../../features/messages/messages.routes.ts";
import { notificationsRoutes } from "../../features/notifications/notifications.routes.ts";
import { organizationsRoutes } from "../../features/organizations/organizations.routes.ts";
import { blocksRoutes } from "../../features/people/blocks.routes.ts";
import { friendsRoutes } from "../../features/people/friends.routes.ts";
import { directoryRoutes, personRoutes } from "../../features/people/people.routes.ts";
import { presenceRoutes } from "../../features/people/presence.routes.ts";
import { userSettingsRoutes } from "../../features/people/user-settings.routes.ts";
import { moderationRoutes } from "../../features/rooms/moderation.routes.ts";
import { roomMembersRoutes } from "../../features/rooms/room-members.routes.ts";
import { roomsAdminRoutes } from "../../features/rooms/rooms.admin.routes.ts";
import { roomsRoutes } from "../../features/rooms/rooms.routes.ts";
import { searchRoutes } from "../../features/search/search.routes.ts";
import { avatarsRoutes } from "../../features/storage/avatars.routes.ts";
import { storageRoutes } from "../../features/storage/storage.routes.ts";
import { uploadsRoutes } from "../../features/storage/uploads.routes.ts";
import { supportRoutes } from "../../features/support/support.routes.ts";
import { threadsRoutes } from "../../features/threads/threads.routes.ts";
import type { Route } from "../../platform/http/route.ts";
import type { Features } from "../features.ts";

/** Core REST answers the same under both. */
export const coreBases = ["/v1", "/api/v1"] as const;

/** Every route of core REST, in the order of the reference. */
export function coreRoutes(features: Features): Route[] {
  return [
    ...authRoutes(features),
    ...blocksRoutes(features.blocks),
    ...friendsRoutes(features.friends, features.presence),
    ...userSettingsRoutes(features.userSettings),
    ...directoryRoutes(features.people, features.presence),
    ...ownAccountsRoutes(features.ownAccounts, features.passwords),
    // After «/users/me» and the like, whose words «/users/:id» would take for an id.
    ...personRoutes(features.people, features.presence),
    ...presenceRoutes(features.presence),
    ...sessionsRoutes(features.sessions, features.browserSessions),
    ...accountsRoutes(features),
    ...organizationsRoutes(features.organizations, features.invitations),
    ...membersRoutes(features.members),
    ...conversationsRoutes(features.conversations, features.receipts, features.presence),
    ...participantsRoutes(features.participants, features.presence),
    ...uploadsRoutes(features.uploads, features.fileUrls),
    ...storageRoutes(features.files, features.fileUrls, features.avatars),
    ...avatarsRoutes(features.avatars, features.ownAccounts, features.files),
    ...keysRoutes(features.keys),
    ...roomsRoutes(features.rooms, features.messagePages),
    ...roomMembersRoutes(features.rooms, features.roomInvitations, features.presence),
    ...moderationRoutes(features.moderation),
    ...roomsAdminRoutes(features.rooms),
    // Before the routes of one message, whose path would take «search» for an id.
    ...searchRoutes(features.search),
    ...messagesRoutes(features.messages, features.messageViews, features.messagePages),
    ...notificationsRoutes(features.notifications),
    ...annotationRoutes(features.reactions, features.pins, features.messageViews),
    ...threadsRoutes(features.threads, features.followedThreads, features.messageViews),
    ...mailsRoutes(features.mails),
    ...supportRoutes(features.supportDesk),
    ...adminRoutes(features),
  ];
}
