import type { ApiKeys, OwnSection, TwoFactor } from "../features/accounts/index.ts";
import { allAiConversations, allAiMessages } from "../features/assistant/index.ts";
import { type Conversations, presentShared } from "../features/conversations/index.ts";
import {
  type OwnAccounts,
  presentOwnUser,
  presentSession,
  type Sessions,
  type UserRow,
} from "../features/identity/index.ts";
import { type KeySetRow, type Keys, keyHistory, presentKeySet } from "../features/keys/index.ts";
import { allOwnMessages } from "../features/messages/index.ts";
import { type Notifications, presentNotification } from "../features/notifications/index.ts";
import { type Blocks, type Friends, friendList, type UserSettings } from "../features/people/index.ts";
import { type Files, fileList, presentFile } from "../features/storage/index.ts";
import { allWorkspaceSessions, presentSetting, type WorkspaceSettings } from "../features/workspace/index.ts";
import { isoTime, isoTimeOrNull } from "../platform/clock.ts";
import type { Queries } from "../platform/db/database.ts";
import { pageAfter } from "../platform/db/list-page.ts";
import type { Actor } from "../platform/http/actor.ts";
import { rowsInPages } from "../platform/read-pages.ts";

interface Sources {
  ownAccounts: OwnAccounts;
  userSettings: UserSettings;
  twoFactor: TwoFactor;
  sessions: Sessions;
  apiKeys: ApiKeys;
  blocks: Blocks;
  friends: Friends;
  conversations: Conversations;
  files: Files;
  keys: Keys;
  notifications: Notifications;
  workspaceSettings: WorkspaceSettings;
}

const pageRows = 100;

/** What `GET /users/me/export` holds, in the order of the document. */
export function ownSections(query: Queries, sources: Sources): Record<string, OwnSection> {
  const { ownAccounts, userSettings, twoFactor, sessions, apiKeys, files, notifications } = sources;
  return {
    profile: { one: async (actor) => presentOwnUser(await ownAccounts.get(actor)) },
    settings: { one: (actor) => userSettings.get(actor) },
    second_factor: { one: async (actor) => ({ enabled: (await twoFactor.state(actor)).isEnabled }) },
    sessions: {
      many: async (actor) => (await sessions.list(actor)).map((row) => presentSession(row, actor.sessionId)),
    },
    api_keys: {
      many: async (actor) =>
        (await apiKeys.list(actor)).map(({ id, name, scopes, createdAt, lastUsedAt }) => ({
          id,
          name,
          scopes,
          created_at: isoTime(createdAt),
          last_used_at: isoTimeOrNull(lastUsedAt),
        })),
    },
    ...ofPeople(sources),
    conversations: { many: (actor) => conversationsOf(sources.conversations, actor) },
    messages: { many: (actor) => allOwnMessages(query, actor) },
    files: { many: (actor) => filesOf(files, actor) },
    encryption_keys: { many: (actor) => keySetsOf(sources.keys, actor) },
    notifications: { many: (actor) => notificationsOf(notifications, actor) },
    workspace_settings: {
      many: async (actor) => (await sources.workspaceSettings.list(actor)).map(presentSetting),
    },
    workspace_sessions: { many: (actor) => allWorkspaceSessions(query, actor) },
    ai_conversations: { many: (actor) => allAiConversations(query, actor) },
    ai_messages: { many: (actor) => allAiMessages(query, actor) },
  };
}

function ofPeople({ blocks, friends }: Sources): Record<string, OwnSection> {
  return {
    blocked: {
      many: async (actor) =>
        (await blocks.list(actor)).map((row) => ({ ...named(row), blocked_at: isoTime(row.blocked_at) })),
    },
    friends: {
      many: async function* (actor) {
        for (const status of ["accepted", "incoming", "outgoing"] as const) {
          const rows = rowsInPages<Awaited<ReturnType<Friends["list"]>>[number]>(pageRows, (last) =>
            friends.list(actor, status, pageAfter(friendList, "username", last, pageRows)),
          );
          for await (const row of rows)
            yield { ...named(row), status, since: isoTime(row.accepted_at ?? row.requested_at) };
        }
      },
    },
  };
}

function named({ id, username, display_name }: Pick<UserRow, "id" | "username" | "display_name">) {
  return { id, username, display_name };
}

async function* conversationsOf(conversations: Conversations, actor: Actor): AsyncGenerator<unknown> {
  let offset = 0;
  const rows = rowsInPages(pageRows, async () => {
    const page = await conversations.list(actor, { sort: "created_at", limit: pageRows, offset });
    offset += page.length;
    return page;
  });
  for await (const { row } of rows)
    yield {
      ...presentShared(row),
      archived: row.archived === 1,
      muted: row.muted === 1,
      last_read_seq: row.last_read_seq,
    };
}

async function* filesOf(files: Files, actor: Actor): AsyncGenerator<unknown> {
  const rows = rowsInPages<Parameters<typeof presentFile>[0]>(pageRows, (last) =>
    files.list(actor, { isDeleted: false, page: pageAfter(fileList, "created_at", last, pageRows) }),
  );
  for await (const row of rows) yield presentFile(row);
}

async function* keySetsOf(keys: Keys, actor: Actor): AsyncGenerator<unknown> {
  const rows = rowsInPages<KeySetRow>(pageRows, (last) =>
    keys.history(actor, pageAfter(keyHistory, "version", last, pageRows)),
  );
  for await (const row of rows) yield { ...presentKeySet(row), identity_key: row.identity_key };
}

async function* notificationsOf(notifications: Notifications, actor: Actor): AsyncGenerator<unknown> {
  const rows = rowsInPages<Parameters<typeof presentNotification>[0]>(
    pageRows,
    async (last) => (await notifications.list(actor, false, last?.id ?? null, pageRows)).notifications,
  );
  for await (const row of rows) yield presentNotification(row);
}
