import {
  ApiKeys,
  accountMail,
  Deletion,
  EmailAddresses,
  OwnData,
  Recovery,
  TwoFactor,
} from "../features/accounts/index.ts";
import type { AccessTokens, Admission, ServerKeys } from "../features/identity/index.ts";
import {
  BrowserSessions,
  findInviter,
  Lockout,
  OwnAccounts,
  Passwords,
  Registrations,
  SessionOpeners,
  Sessions,
  SignIns,
  Standings,
} from "../features/identity/index.ts";
import type { Invitations } from "../features/organizations/index.ts";
import type { ChangeTrail } from "../platform/change-trail.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Events } from "../platform/events/events.ts";
import { OwnPages } from "../platform/http/own-pages.ts";
import type { Log } from "../platform/log.ts";
import { createLogMailer } from "../platform/mail/log-mailer.ts";
import { MailQueue } from "../platform/mail/mail-queue.ts";
import { PasswordHasher } from "../platform/passwords.ts";
import type { RateLimits } from "../platform/rate-limits/rate-limits.ts";

interface IdentityParts {
  database: Database;
  events: Events;
  keys: ServerKeys;
  tokens: AccessTokens;
  rates: RateLimits;
  admission: Admission;
  log: Log;
  trail: ChangeTrail;
  invitations: Invitations;
}

/** Accounts and every way to prove that one is theirs. */
export async function buildIdentity(config: Config, parts: IdentityParts) {
  const { database, events, keys, tokens, rates, admission, trail, invitations, log } = parts;
  const hasher = new PasswordHasher(config.passwordMemoryKib);
  const sessions = new Sessions(database, events, tokens, keys.refreshRotation, trail);
  const pages = new OwnPages(config);
  const browserSessions = new BrowserSessions(sessions, pages, keys.refreshRotation);
  const openers = new SessionOpeners(sessions, browserSessions);
  const lockout = new Lockout(database);
  const ownAccounts = new OwnAccounts(database, events);
  const registrations = new Registrations(database, openers, hasher, rates, admission);
  const passwords = new Passwords(database, sessions, hasher, lockout, trail);
  const twoFactor = new TwoFactor({
    database,
    ownAccounts,
    passwords,
    lockout,
    trail,
    secret: keys.refreshRotation,
  });
  const mailer = config.mail === null ? createLogMailer(log) : await smtpMailer(config.mail);
  const mails = new MailQueue({ database, mailer, log, secret: keys.refreshRotation });
  const baseUrl = () => pages.url;
  const emailAddresses = new EmailAddresses({
    database,
    events,
    ownAccounts,
    passwords,
    mails,
    rates,
    trail,
    baseUrl,
  });
  registrations.welcomeWith(async (tx, user) => {
    if (user.email !== null) await emailAddresses.askToConfirm(tx, user, user.email);
  });
  invitations.knowInvitersBy(findInviter);
  invitations.mailWith((tx, to, facts) =>
    mails.enqueue(tx, accountMail("organization_invitation", to, { ...facts, baseUrl: baseUrl() })),
  );
  const recovery = new Recovery({ database, hasher, sessions, lockout, mails, rates, trail, log, baseUrl });
  passwords.followWith((tx, user) => recovery.withdraw(tx, user));
  const apiKeys = new ApiKeys(database, events, sessions, trail);
  const standings = new Standings(database, events, trail, sessions);
  standings.restrainWith((tx, account, isBarred) => apiKeys.restrain(tx, account, isBarred));
  return {
    standings,
    sessions,
    pages,
    browserSessions,
    lockout,
    registrations,
    ownAccounts,
    passwords,
    twoFactor,
    ownData: new OwnData(database, trail),
    deletion: new Deletion({ database, events, sessions, apiKeys, passwords, lockout, trail }),
    apiKeys,
    signIns: new SignIns({ database, sessions, openers, hasher, lockout, secondFactor: twoFactor }),
    mails,
    emailAddresses,
    recovery,
  };
}

/** The mail library takes some 2 MB: only a server with a relay loads it. */
async function smtpMailer(mail: NonNullable<Config["mail"]>) {
  const { createSmtpMailer } = await import("../platform/mail/smtp-mailer.ts");
  return createSmtpMailer(mail);
}
