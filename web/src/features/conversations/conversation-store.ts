import type { Conversation } from "../../../../sdk/src/index.ts";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { Store } from "../../platform/store.ts";
import { learn } from "../identity/index.ts";

export interface ConversationList {
  /** Ids, latest message first. */
  order: readonly string[];
  status: "unread" | "loading" | "ready" | "failed";
  hasMore: boolean;
}

export interface Conversations {
  byId: ReadonlyMap<string, Conversation>;
  current: ConversationList;
  archived: ConversationList;
}

const pageRows = 100;
const nothing: ConversationList = { order: [], status: "unread", hasMore: true };
const empty: Conversations = { byId: new Map(), current: nothing, archived: nothing };

/** One's conversations as they are now: what the server listed, brought forward by every frame since. */
export const conversations = new Store<Conversations>(empty);

/** Conversations that the server says one is not in, or that are no more. */
export const missing = new Store<ReadonlySet<string>>(new Set());

export function forgetConversations(): void {
  conversations.set(empty);
  missing.set(new Set());
}

export function findConversation(id: string): Conversation | undefined {
  return conversations.get().byId.get(id);
}

/** When it was last written in, or made. */
function latestOf(conversation: Conversation): number {
  return Date.parse(conversation.last_message_at ?? conversation.created_at);
}

/** Takes in what the server says of conversations, older news never replacing newer. */
export function putConversations(given: readonly Conversation[]): void {
  for (const { participants = [] } of given) for (const each of participants) learn(each.user_id, each);
  const newer = given.filter(({ id, version }) => version >= (findConversation(id)?.version ?? 0));
  if (newer.length === 0) return;
  arrange((byId) => {
    for (const conversation of newer) {
      const known = byId.get(conversation.id);
      byId.set(conversation.id, known === undefined ? conversation : { ...known, ...conversation });
    }
  });
  const gone = missing.get();
  if (newer.some(({ id }) => gone.has(id)))
    missing.set(new Set([...gone].filter((id) => !newer.some((conversation) => conversation.id === id))));
}

/** Changes one conversation if it is known. */
export function changeConversation(id: string, change: (known: Conversation) => Conversation): void {
  const known = findConversation(id);
  if (known === undefined) return;
  const changed = change(known);
  if (changed !== known) arrange((byId) => byId.set(id, changed));
}

export function dropConversation(id: string): void {
  if (findConversation(id) !== undefined) arrange((byId) => byId.delete(id));
  if (!missing.get().has(id)) missing.set(new Set([...missing.get(), id]));
}

/** One change of the table; both lists follow from it. */
function arrange(change: (byId: Map<string, Conversation>) => void): void {
  conversations.update((before) => {
    const byId = new Map(before.byId);
    change(byId);
    const all = [...byId.values()].sort((one, other) => latestOf(other) - latestOf(one));
    const idsOf = (archived: boolean) => all.filter((each) => each.archived === archived).map(({ id }) => id);
    return {
      byId,
      current: withOrder(before.current, idsOf(false)),
      archived: withOrder(before.archived, idsOf(true)),
    };
  });
}

function withOrder(list: ConversationList, order: string[]): ConversationList {
  const isSame = order.length === list.order.length && order.every((id, place) => id === list.order[place]);
  return isSame ? list : { ...list, order };
}

type ListName = "current" | "archived";

function setList(name: ListName, change: Partial<ConversationList>): void {
  conversations.update((before) => ({ ...before, [name]: { ...before[name], ...change } }));
}

/** How many of each list have been asked for. */
const offsets: Record<ListName, number> = { current: 0, archived: 0 };

/** Reads a list from its beginning; what is shown stays until the answer has come. */
export async function loadConversations(name: ListName): Promise<void> {
  offsets[name] = 0;
  await loadMoreConversations(name, true);
}

/** The next hundred of a list. */
export async function loadMoreConversations(name: ListName, again = false): Promise<void> {
  const list = conversations.get()[name];
  if (list.status === "loading" || (!list.hasMore && !again)) return;
  setList(name, { status: "loading" });
  try {
    const page = await client.conversations.list({
      limit: pageRows,
      offset: offsets[name],
      archived: name === "archived",
    });
    offsets[name] += page.conversations.length;
    putConversations(page.conversations);
    setList(name, { status: "ready", hasMore: page.has_more });
  } catch (error) {
    setList(name, { status: "failed" });
    ignoreTemporary(error);
  }
}

/** Reads one conversation; where one is not in it, that is remembered. */
export async function loadConversation(id: string): Promise<void> {
  try {
    putConversations([await client.conversations.get(id)]);
  } catch (error) {
    if (error instanceof ParleyError && [400, 403, 404].includes(error.status)) dropConversation(id);
    else ignoreTemporary(error);
  }
}

/** What fails for want of a network comes right with the next connection, which reads everything again. */
function ignoreTemporary(error: unknown): void {
  if (!(error instanceof ParleyError)) throw error;
}
