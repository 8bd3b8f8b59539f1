import { ConversationCommands } from "../features/conversations/conversations.commands.ts";
import {
  ChatPresenter,
  Conversations,
  Heads,
  listArchivedIds,
  Memberships,
  ParticipantsService,
  Receipts,
} from "../features/conversations/index.ts";
import { AccessTokens, loadServerKeys, Presence, Profiles } from "../features/identity/index.ts";
import {
  ChatMessages,
  MessageLog,
  Messages,
  MessageViews,
  Pins,
  Reactions,
  ReceiptFloors,
  Resume,
  StoredMessages,
  Threads,
} from "../features/messages/index.ts";
import { MessageCommands } from "../features/messages/messages.commands.ts";
import { Rooms } from "../features/rooms/index.ts";
import { WorkspaceSessions, WorkspaceSettings } from "../features/workspace/index.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Events } from "../platform/events/events.ts";
import { createMemoryRateLimits } from "../platform/rate-limits/memory-rate-limits.ts";
import { unlimited } from "../platform/rate-limits/rate-limits.ts";
import { buildIdentity } from "./identity-services.ts";

export type Features = Awaited<ReturnType<typeof buildFeatures>>;

/** Every feature's services, each given what it needs, in the order in which they may know each other. */
export async function buildFeatures(config: Config, database: Database, events: Events) {
  const keys = await loadServerKeys(database, config.secret);
  const tokens = new AccessTokens(keys.accessToken);
  const rates = config.rateLimits === "off" ? unlimited : createMemoryRateLimits();
  const identity = buildIdentity(config, { database, events, keys, tokens, rates });
  const presence = new Presence(database, events);
  const profiles = new Profiles(database, events);

  // The first listener of membership events: nobody who hears of a change may still find the old membership.
  const memberships = new Memberships(database, events);
  const heads = new Heads(database);
  const conversations = new Conversations(database, events, heads, memberships);
  const participants = new ParticipantsService(database, events, heads, memberships, conversations);
  const receipts = new Receipts(database, events, heads, memberships);
  const conversationCommands = new ConversationCommands(events, memberships, receipts);

  const archivedIds = await listArchivedIds(database.query);
  const log = new MessageLog(database, events, heads, memberships, archivedIds);
  const stored = new StoredMessages(database, heads, memberships);
  const messages = new Messages(database, events, heads, memberships, log, stored, config.editWindowMs);
  const threads = new Threads(database, events, stored);
  const messageViews = new MessageViews(database, new ReceiptFloors(database, events), threads);
  conversations.announceWith(messages);
  const chatMessages = new ChatMessages(database, memberships, receipts, profiles, messages);

  return {
    rates,
    tokens,
    ...identity,
    presence,
    memberships,
    heads,
    conversations,
    participants,
    receipts,
    conversationCommands,
    messages,
    messageViews,
    reactions: new Reactions(database, events, stored),
    pins: new Pins(database, events, memberships, stored),
    threads,
    messageCommands: new MessageCommands(messages),
    chatMessages,
    chats: new ChatPresenter((actor, ids) => chatMessages.presentLatest(actor, ids)),
    resume: new Resume(database),
    rooms: new Rooms(database, memberships, participants),
    workspaceSessions: new WorkspaceSessions(database),
    workspaceSettings: new WorkspaceSettings(database, events),
    /** Resolves once every write that was accepted has its answer. */
    settle: async () => {
      await log.idle();
      await receipts.idle();
    },
  };
}
