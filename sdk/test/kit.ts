import { buildRegistration } from "../../server/test/kit/person.ts";
import {
  type EventOf,
  type EventType,
  memoryOutboxStore,
  type OutboxStore,
  ParleyClient,
  ParleyError,
  type ParleyOptions,
  type Tabs,
} from "../src/index.ts";

export { until } from "../../server/test/kit/until.ts";

interface Address {
  url: string;
}

const clients: ParleyClient[] = [];

export function newClient({ url }: Address, options: ParleyOptions = {}): ParleyClient {
  const client = new ParleyClient({ url, ...options });
  clients.push(client);
  return client;
}

/** Lets go of all clients of the file, so that no socket outlives its test. */
export function closeClients(): void {
  for (const client of clients.splice(0)) client.close();
}

export interface SignedUp {
  client: ParleyClient;
  person: { id: string; username: string; email: string; password: string };
}

/** A new person with a client of their own. */
export async function signUp(app: Address, options: ParleyOptions = {}): Promise<SignedUp> {
  const client = newClient(app, options);
  const registration = buildRegistration();
  const user = await client.auth.register(registration);
  const { username, email, password } = registration;
  return { client, person: { id: user.id, username, email, password } };
}

/** The next event of the type for which `matches` holds; rejects after five seconds. */
export function nextEvent<Type extends EventType>(
  client: ParleyClient,
  type: Type,
  matches: (event: EventOf<Type>) => boolean = () => true,
): Promise<EventOf<Type>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no «${type}» came`)), 5_000);
    const stop = client.on(type, (event) => {
      if (!matches(event)) return;
      clearTimeout(timer);
      stop();
      resolve(event);
    });
  });
}

/** Connects and waits until all that was missed has come. */
export async function online(client: ParleyClient): Promise<void> {
  const reached = nextEvent(client, "connection", ({ status }) => status === "online");
  client.realtime.connect();
  await reached;
}

/** What the call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<ParleyError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
  throw new Error("the call was not refused");
}

/** What two tabs of one browser share, in one process: give the same one to both clients. */
export function sharedTabs(): Tabs {
  const queues = new Map<string, Promise<unknown>>();
  const channels = new Map<string, Set<(message: unknown) => void>>();
  return {
    exclusively: async (name, work, signal) => {
      const before = queues.get(name) ?? Promise.resolve();
      const turn = before.then(() => {
        signal?.throwIfAborted();
        return work();
      });
      queues.set(
        name,
        turn.catch(() => undefined),
      );
      return await turn;
    },
    channel: (name, hear) => {
      const hearers = channels.get(name) ?? new Set();
      channels.set(name, hearers.add(hear));
      const say = (message: unknown) => {
        const copy = structuredClone(message);
        for (const other of hearers) if (other !== hear) queueMicrotask(() => other(copy));
      };
      return { say, close: () => void hearers.delete(hear) };
    },
  };
}

/** A store that outlives its client, as a browser's does; `sharedAs` makes it one of several tabs. */
export function lastingOutboxStore(sharedAs: string | null = "lasting"): OutboxStore {
  return { ...memoryOutboxStore(), sharedAs };
}

/** A group of the two, which both have at once. */
export async function groupOf(owner: SignedUp, ...others: SignedUp[]): Promise<string> {
  const { id } = await owner.client.conversations.create({
    type: "group",
    title: "A group",
    participant_ids: others.map(({ person }) => person.id),
  });
  return id;
}

/** All texts of a conversation, oldest first, as the server has them. */
export async function textsOf(client: ParleyClient, conversationId: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { content } of client.messages.history(conversationId, { limit: 100 }))
    texts.push(content);
  return texts.toReversed();
}
