import type { AccessTokens, Admission, ServerKeys } from "../features/identity/index.ts";
import {
  BrowserSessions,
  Lockout,
  Passwords,
  People,
  SessionOpeners,
  Sessions,
  SignIns,
} from "../features/identity/index.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Events } from "../platform/events/events.ts";
import { OwnPages } from "../platform/http/own-pages.ts";
import { PasswordHasher } from "../platform/passwords.ts";
import type { RateLimits } from "../platform/rate-limits/rate-limits.ts";

interface IdentityParts {
  database: Database;
  events: Events;
  keys: ServerKeys;
  tokens: AccessTokens;
  rates: RateLimits;
  admission: Admission;
}

/** Accounts and every way to prove that one is theirs. */
export function buildIdentity(config: Config, parts: IdentityParts) {
  const { database, events, keys, tokens, rates, admission } = parts;
  const hasher = new PasswordHasher();
  const sessions = new Sessions(database, events, tokens, keys.refreshRotation);
  const pages = new OwnPages(config);
  const browserSessions = new BrowserSessions(sessions, pages, keys.refreshRotation);
  const openers = new SessionOpeners(sessions, browserSessions);
  const lockout = new Lockout(database);
  return {
    sessions,
    pages,
    browserSessions,
    lockout,
    people: new People(database, events, openers, hasher, rates, admission),
    signIns: new SignIns(database, sessions, openers, hasher, lockout),
    passwords: new Passwords(database, sessions, hasher, lockout),
  };
}
