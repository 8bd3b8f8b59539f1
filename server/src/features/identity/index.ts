export { AccessTokens } from "./access-tokens.ts";
export { presenceChanged, sessionsEnded, userChanged } from "./identity.events.ts";
export { findUserBySignIn, type UserRow } from "./identity.queries.ts";
export type { PresenceState } from "./identity.schema.ts";
export { findPeople, People } from "./people.service.ts";
export { insertPlaceholders, type Placeholder } from "./placeholders.queries.ts";
export { Presence } from "./presence.service.ts";
export { loadServerKeys } from "./server-keys.ts";
export { Sessions } from "./sessions.service.ts";
