export { Blocks } from "./blocks.service.ts";
export { Friends } from "./friends.service.ts";
export { friendRequested, presenceChanged, userBlocked } from "./people.events.ts";
export { type DirectoryFilter, listDirectory } from "./people.queries.ts";
export { findPeople, People } from "./people.service.ts";
export { Presence } from "./presence.service.ts";
export { type Profile, Profiles } from "./profiles.ts";
export { deleteRelations } from "./relations.queries.ts";
export { UserSettings } from "./user-settings.service.ts";
