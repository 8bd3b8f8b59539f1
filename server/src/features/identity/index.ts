export { AccessTokens } from "./access-tokens.ts";
export { Admission } from "./admission.ts";
export { Agents } from "./agents.ts";
export { apiKeyOf, apiKeyPrefix, readScopes } from "./api-key-text.ts";
export { Blocks } from "./blocks.service.ts";
export { BrowserSessions } from "./browser-sessions.service.ts";
export { Friends } from "./friends.service.ts";
export { isBanned } from "./good-standing.ts";
export {
  answeringChanged,
  friendRequested,
  presenceChanged,
  sessionsEnded,
  userBlocked,
  userChanged,
  userMoved,
} from "./identity.events.ts";
export { requireServerRole } from "./identity.policy.ts";
export {
  type DirectoryFilter,
  findUser,
  findUserBySignIn,
  findUserForUpdate,
  insertUser,
  listDirectory,
  type UserRow,
  updateUser,
} from "./identity.queries.ts";
export {
  emailField,
  givenPassword,
  ownUser,
  passwordField,
  presentOwnUser,
  presentSession,
  presentTokens,
  tokens,
} from "./identity.schema.ts";
export { confirmationBy, Lockout } from "./lockout.service.ts";
export { isNamedLike } from "./name-match.ts";
export { SessionOpeners } from "./open-session.ts";
export { Passwords } from "./passwords.service.ts";
export { findPeople, People } from "./people.service.ts";
export { insertPlaceholders, type Placeholder } from "./placeholders.queries.ts";
export { Presence } from "./presence.service.ts";
export { type Profile, Profiles } from "./profiles.ts";
export { deleteRelations } from "./relations.queries.ts";
export type { FactorAnswer, SecondFactor } from "./second-factor.ts";
export { loadServerKeys, type ServerKeys } from "./server-keys.ts";
export { type IssuedTokens, Sessions } from "./sessions.service.ts";
export { SignIns } from "./sign-in.service.ts";
export { type AccountRow, accountSorts } from "./standings.queries.ts";
export { Standings } from "./standings.service.ts";
export { UserSettings } from "./user-settings.service.ts";
