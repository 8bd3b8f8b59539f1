import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Cleanup } from "../machine/cleanup.ts";
import { ServerProcess } from "../machine/server-process.ts";
import { type Account, callOk, type Endpoint, postMessage, register } from "./chat-api.ts";
import { asObjects, numberOf, textOf } from "./json-reading.ts";

export interface Position {
  seq: number;
  version: number;
}

export interface GroundConversation {
  id: string;
  /** Who takes part, the observer first. */
  members: Account[];
}

/**
 * What every round begins with: a data folder with people, conversations and some messages, made once and copied.
 * The first account, the observer, takes part in every conversation.
 */
export interface Ground {
  dataDir: string;
  accounts: Account[];
  conversations: GroundConversation[];
  positions: Map<string, Position>;
}

const people = 40;
const conversationCount = 50;
const messagesEach = 10;

/** Starts a server on an empty folder below `folder`, fills it through the API and stops it in good order. */
export async function layGround(folder: string, cleanup: Cleanup): Promise<Ground> {
  const dataDir = join(folder, "ground");
  const server = await ServerProcess.start({ dataDir, cleanup });
  const endpoint: Endpoint = { url: server.url };
  const accounts: Account[] = [await register(endpoint, "observer")];
  while (accounts.length <= people) {
    const next = [0, 1, 2, 3].map((offset) => `person-${accounts.length + offset}`);
    accounts.push(...(await Promise.all(next.map((username) => register(endpoint, username)))));
  }
  const conversations: GroundConversation[] = [];
  for (let index = 0; index < conversationCount; index += 1) {
    conversations.push(await makeConversation(endpoint, accounts, index));
  }
  await Promise.all(conversations.map((conversation) => fill(endpoint, conversation)));
  const positions = await readPositions(endpoint, accounts);
  const exitCode = await server.stop();
  if (exitCode !== 0)
    throw new Error(`the server that laid the ground ended with ${exitCode}: ${server.logTail()}`);
  return { dataDir, accounts, conversations, positions };
}

/**
 * Copies the ground to the folder `to`, for one round: data and accounts, so that tokens renewed in one round stay
 * out of the others.
 */
export function copyGround(ground: Ground, to: string): Ground {
  cpSync(ground.dataDir, to, { recursive: true, preserveTimestamps: true });
  const copies = new Map(ground.accounts.map((account) => [account, { ...account }]));
  const copyOf = (account: Account) => copies.get(account) ?? account;
  return {
    dataDir: to,
    accounts: ground.accounts.map(copyOf),
    conversations: ground.conversations.map(({ id, members }) => ({ id, members: members.map(copyOf) })),
    positions: ground.positions,
  };
}

/** The same ground with its first `count` conversations only, and whoever takes part in them. */
export function narrowGround(ground: Ground, count: number): Ground {
  const conversations = ground.conversations.slice(0, count);
  const members = new Set(conversations.flatMap((conversation) => conversation.members));
  return { ...ground, conversations, accounts: ground.accounts.filter((account) => members.has(account)) };
}

/** The account that takes part in every conversation. */
export function observerOf(ground: Ground): Account {
  const [observer] = ground.accounts;
  if (!observer) throw new Error("a ground without accounts");
  return observer;
}

async function makeConversation(
  endpoint: Endpoint,
  accounts: readonly Account[],
  index: number,
): Promise<GroundConversation> {
  const [observer, ...others] = accounts;
  if (!observer) throw new Error("no accounts");
  const members = [observer];
  for (const step of [0, 7, 16, 29]) {
    const member = others[(index + step) % others.length];
    if (member) members.push(member);
  }
  const body = {
    type: "group",
    title: `Ground ${index}`,
    participant_ids: members.slice(1).map((member) => member.userId),
  };
  return {
    id: textOf(await callOk(endpoint, "POST", "/v1/conversations", { account: observer, body }), "id"),
    members,
  };
}

async function fill(endpoint: Endpoint, conversation: GroundConversation): Promise<void> {
  for (let index = 0; index < messagesEach; index += 1) {
    const sender = conversation.members[index % conversation.members.length];
    if (!sender) continue;
    const message = { conversationId: conversation.id, key: `ground-${index}`, content: `ground ${index}` };
    const { status, body } = await postMessage(endpoint, sender, message);
    if (status !== 201) throw new Error(`a first message was refused: ${status} ${JSON.stringify(body)}`);
  }
}

async function readPositions(
  endpoint: Endpoint,
  accounts: readonly Account[],
): Promise<Map<string, Position>> {
  const [account] = accounts;
  if (!account) throw new Error("no accounts");
  const data = await callOk(endpoint, "GET", "/v1/conversations?limit=100", { account });
  return new Map(
    asObjects(data.conversations).map((row) => [
      textOf(row, "id"),
      { seq: numberOf(row, "seq"), version: numberOf(row, "version") },
    ]),
  );
}
