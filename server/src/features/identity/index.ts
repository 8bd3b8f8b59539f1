export { AccessTokens } from "./access-tokens.ts";
export { Admission } from "./admission.ts";
export { Agents } from "./agents.ts";
export { apiKeyOf, apiKeyPrefix, readScopes } from "./api-key-text.ts";
export { BrowserSessions } from "./browser-sessions.service.ts";
export { isBanned, requireGoodStanding } from "./good-standing.ts";
export { answeringChanged, sessionsEnded, userChanged, userMoved } from "./identity.events.ts";
export { accountList } from "./identity.lists.ts";
export { requireServerRole } from "./identity.policy.ts";
export {
  findUser,
  findUserBySignIn,
  findUserForUpdate,
  insertUser,
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
export { type Circle, hasOtherInCharge, lockInCharge } from "./in-charge.queries.ts";
export { findInviter } from "./inviter.ts";
export { confirmationBy, Lockout } from "./lockout.service.ts";
export { isNamedLike } from "./name-match.ts";
export { SessionOpeners } from "./open-session.ts";
export { OwnAccounts } from "./own-accounts.service.ts";
export { Passwords } from "./passwords.service.ts";
export { insertPlaceholders, type Placeholder } from "./placeholders.queries.ts";
export { Registrations } from "./registrations.service.ts";
export type { FactorAnswer, SecondFactor } from "./second-factor.ts";
export { loadServerKeys, requireReadableKeys, type ServerKeys } from "./server-keys.ts";
export { type IssuedTokens, Sessions } from "./sessions.service.ts";
export { SignIns } from "./sign-in.service.ts";
export type { AccountRow } from "./standings.queries.ts";
export { Standings } from "./standings.service.ts";
