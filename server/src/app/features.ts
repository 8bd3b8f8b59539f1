import { join } from "node:path";
import { Admin } from "../features/admin/index.ts";
import { ChangesTrail, RequestsTrail } from "../features/audit/index.ts";
import { ConversationCommands } from "../features/conversations/conversations.commands.ts";
import {
  ChatPresenter,
  Conversations,
  Heads,
  listArchivedIds,
  Memberships,
  Participants,
  Receipts,
} from "../features/conversations/index.ts";
import { AccessTokens, Admission, Agents, loadServerKeys } from "../features/identity/index.ts";
import { ExpiryWatch, eraseKeysOf, Keys } from "../features/keys/index.ts";
import { Members } from "../features/members/index.ts";
import {
  ChatMessages,
  HistoryPages,
  MessageLog,
  MessagePages,
  Messages,
  MessageViews,
  MessageWriter,
  markSharedFiles,
  Pins,
  Reactions,
  ReceiptFloors,
  Resume,
  Sending,
  StoredMessages,
  Threads,
} from "../features/messages/index.ts";
import { MessageCommands } from "../features/messages/messages.commands.ts";
import {
  eraseNotificationsOf,
  Notifications,
  NotificationWriter,
  watch,
} from "../features/notifications/index.ts";
import { Invitations, Organizations } from "../features/organizations/index.ts";
import { Blocks, Friends, People, Presence, Profiles, UserSettings } from "../features/people/index.ts";
import { Moderation, RoomInvitations, Rooms } from "../features/rooms/index.ts";
import { createPostgresIndex, createSqliteIndex, Search, SearchFollower } from "../features/search/index.ts";
import { Avatars, eraseFilesOf, Files, FileUrls, Uploads } from "../features/storage/index.ts";
import { Support, SupportDesk } from "../features/support/index.ts";
import { eraseThreadsOf, FollowedThreads } from "../features/threads/index.ts";
import { eraseWorkspaceOf } from "../features/workspace/index.ts";
import { DiskBlobs } from "../platform/blobs/disk-blobs.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import { readEpoch } from "../platform/db/meta.ts";
import type { Events } from "../platform/events/events.ts";
import type { Log } from "../platform/log.ts";
import { createMemoryRateLimits } from "../platform/rate-limits/memory-rate-limits.ts";
import { unlimited } from "../platform/rate-limits/rate-limits.ts";
import { buildIdentity } from "./identity-services.ts";
import { filesFolderName, searchFileName, sqliteFileName } from "./open-database.ts";
import { ownSections } from "./own-data.ts";
import { buildWorkspace } from "./workspace-services.ts";

export type Features = Awaited<ReturnType<typeof buildFeatures>>;

/** Every feature's services, each given what it needs, in the order in which they may know each other. */
export async function buildFeatures(config: Config, database: Database, events: Events, log: Log) {
  const accounts = await buildAccounts(config, database, events, log);
  const admin = new Admin(database, accounts.standings, accounts.lockout, accounts.deletion);
  const talks = buildConversations(database, events, accounts);
  const storage = buildStorage(config, database, accounts, talks);
  const encryption = await buildEncryption(database, events, accounts);
  const others = { ...accounts, ...talks, ...storage, ...encryption };
  const requestsTrail = new RequestsTrail(database, log);
  const workspace = buildWorkspace(config, database, events, log);
  const { messageLog, ...posts } = await buildMessages(config, database, events, others);
  accounts.deletion.alsoErase(
    (tx, { id, organization_id }) => talks.participants.removeEverywhere(tx, organization_id, id),
    (tx, { id }) => eraseThreadsOf(tx.query, id),
    (tx, { id }) => eraseFilesOf(tx.query, id),
    (tx, { id }) => eraseKeysOf(tx.query, id),
    (tx, { id }) => workspace.assistant.conversations.eraseOf(tx, id),
    (tx, { id }) => eraseWorkspaceOf(tx.query, id),
    (tx, { id }) => eraseNotificationsOf(tx.query, id),
    (tx, { email }) => accounts.mails.forget(tx, email),
  );
  const notices = buildNotifications(database, events, log, { ...accounts, ...talks });
  accounts.ownData.include(ownSections(database.query, { ...others, ...workspace, ...notices }));
  return {
    ...accounts,
    admin,
    ...talks,
    ...storage,
    ...encryption,
    ...posts,
    ...buildSupport({ database, events, ...accounts, ...talks, ...posts }),
    ...(await buildSearch(config, database, events, log, { ...talks, ...posts })),
    ...workspace,
    requestsTrail,
    ...notices,
    /** Resolves once every write that was accepted has its answer. */
    settle: async () => {
      await messageLog.idle();
      await talks.receipts.idle();
      await workspace.assistant.answers.settle();
      await requestsTrail.settle();
    },
  };
}

type Accounts = Awaited<ReturnType<typeof buildAccounts>>;
type Talks = ReturnType<typeof buildConversations>;
type Storage = ReturnType<typeof buildStorage>;

/** Organizations, people and how they sign in. */
async function buildAccounts(config: Config, database: Database, events: Events, log: Log) {
  const keys = await loadServerKeys(database, config.secret);
  const tokens = new AccessTokens(keys.accessToken);
  const rates = config.rateLimits === "off" ? unlimited : createMemoryRateLimits();
  const trail = new ChangesTrail(database);
  const defaults = { timeZone: config.defaultTimeZone, plan: config.defaultPlan };
  const organizations = new Organizations(database, trail, defaults);
  const invitations = new Invitations(database, events, trail, rates);
  const admission = new Admission(organizations, invitations, config.registration);
  return {
    rates,
    trail,
    organizations,
    invitations,
    tokens,
    ...(await buildIdentity(config, {
      database,
      events,
      keys,
      tokens,
      rates,
      admission,
      trail,
      invitations,
      log,
    })),
    agents: await Agents.load(database, events),
    ...(await buildPeople(database, events)),
    fileUrls: new FileUrls(keys.fileUrls),
  };
}

/** People among themselves. */
async function buildPeople(database: Database, events: Events) {
  const blocks = await Blocks.load(database, events);
  return {
    people: new People(database),
    blocks,
    friends: new Friends(database, events, blocks),
    userSettings: new UserSettings(database, events),
    presence: await Presence.load(database, events, blocks),
    profiles: new Profiles(database, events),
  };
}

/** Conversations, who is in them, and who is in the organization. */
function buildConversations(database: Database, events: Events, accounts: Accounts) {
  const { trail, organizations, invitations, sessions, apiKeys, blocks, agents } = accounts;
  // The first listener of membership events: nobody who hears of a change may still find the old membership.
  const memberships = new Memberships(database, events, blocks, agents);
  const heads = new Heads(database);
  const conversations = new Conversations(database, events, heads, memberships, trail);
  const participants = new Participants({ database, events, heads, memberships, conversations, trail });
  const receipts = new Receipts(database, events, heads, memberships);
  return {
    memberships,
    heads,
    conversations,
    participants,
    receipts,
    conversationCommands: new ConversationCommands(events, memberships, receipts),
    members: new Members({
      database,
      events,
      trail,
      organizations,
      invitations,
      sessions,
      apiKeys,
      participants,
    }),
  };
}

function buildStorage(
  config: Config,
  database: Database,
  { fileUrls, ownAccounts, profiles }: Accounts,
  { memberships }: Talks,
) {
  const rules = { types: config.fileTypes, most: config.fileMax, quota: config.fileQuota };
  const blobs = new DiskBlobs(join(config.dataDir, filesFolderName));
  const files = new Files(database, blobs, memberships, rules);
  const avatars = new Avatars(database, files, fileUrls, ownAccounts, profiles);
  return {
    files,
    avatars,
    /** The address that clients know, once the server listens. */
    serveFilesFrom: async (origin: string) => {
      fileUrls.serveFrom(origin);
      await avatars.bringHome();
    },
    uploads: new Uploads(database, blobs, rules),
  };
}

/** What the server knows of end-to-end encryption: public keys. */
async function buildEncryption(database: Database, events: Events, { trail, rates, blocks }: Accounts) {
  const epoch = await readEpoch(database.query);
  return {
    keys: new Keys({ database, events, trail, rates, blocks, epoch }),
    keyExpiry: new ExpiryWatch(database, events),
  };
}

async function buildMessages(
  config: Config,
  database: Database,
  events: Events,
  {
    memberships,
    heads,
    conversations,
    receipts,
    participants,
    profiles,
    invitations,
    trail,
    files,
    fileUrls,
  }: Accounts & Talks & Storage,
) {
  const archivedIds = await listArchivedIds(database.query);
  const messageLog = new MessageLog(database, events, heads, memberships, archivedIds);
  const stored = new StoredMessages(database, heads, memberships);
  const sending = new Sending({ database, memberships, messageLog, files });
  const messages = new Messages({
    database,
    events,
    memberships,
    stored,
    trail,
    editWindowMs: config.editWindowMs,
  });
  const threads = new Threads(database, events, stored);
  const floors = new ReceiptFloors(database, events);
  const messageViews = new MessageViews(database, floors, threads);
  const messageWriter = new MessageWriter(events, heads);
  conversations.announceWith(messageWriter);
  markSharedFiles(files, events, heads);
  const rooms = new Rooms({ database, events, heads, memberships, participants, trail });
  const chatMessages = new ChatMessages({ database, memberships, receipts, profiles, messages, fileUrls });
  return {
    messageLog,
    messageWriter,
    sending,
    messages,
    messageViews,
    messagePages: new MessagePages(
      sending,
      messageViews,
      new HistoryPages(database, heads, messages, messageViews, floors),
    ),
    reactions: new Reactions(database, events, stored),
    pins: new Pins(database, events, memberships, stored),
    threads,
    followedThreads: new FollowedThreads({ database, events, heads, memberships, threads, messageLog }),
    messageCommands: new MessageCommands(sending),
    chatMessages,
    chats: new ChatPresenter((actor, ids) => chatMessages.presentLatest(actor, ids)),
    resume: new Resume(database),
    moderation: new Moderation(database, memberships, participants, stored, trail),
    rooms,
    roomInvitations: new RoomInvitations(database, memberships, participants, invitations, rooms),
  };
}

function buildSupport(others: SupportParts) {
  const support = new Support(others);
  others.sending.guardWith(support);
  others.standings.relieveWith((tx, { organization_id, id }) => support.relieve(tx, organization_id, id));
  others.participants.settleWith((tx, organizationId, userId) => support.relieve(tx, organizationId, userId));
  return { support, supportDesk: new SupportDesk(support, others.messagePages, others.profiles) };
}

type SupportParts = Accounts &
  Talks & { database: Database; events: Events } & Pick<
    Awaited<ReturnType<typeof buildMessages>>,
    "sending" | "messagePages" | "messageWriter"
  >;

/** The listener that tells people of what they have not seen. */
function buildNotifications(database: Database, events: Events, log: Log, others: Accounts & Talks) {
  const { profiles, memberships, blocks, agents, mails, pages } = others;
  const baseUrl = () => pages.url;
  const writer = new NotificationWriter({ database, events, profiles, mails, log, baseUrl });
  return {
    notifications: new Notifications(database, events, writer),
    /** Begins to listen, once it is known who is connected. */
    watchForNotifications: (isConnected: (userId: string) => boolean) =>
      watch({ database, events, memberships, blocks, agents, writer, log, isConnected }),
  };
}

interface Searched {
  memberships: Memberships;
  messageViews: MessageViews;
}

/** The listener that finds messages by their words. */
async function buildSearch(
  config: Config,
  database: Database,
  events: Events,
  log: Log,
  { memberships, messageViews }: Searched,
) {
  const index =
    database.engine === "sqlite"
      ? createSqliteIndex(join(config.dataDir, searchFileName), join(config.dataDir, sqliteFileName))
      : createPostgresIndex(database);
  const searchFollower = new SearchFollower(events, index, await readEpoch(database.query), log);
  return {
    searchFollower,
    search: new Search(database, memberships, messageViews, index, searchFollower),
  };
}
