import { buildRegistration } from "../../server/test/kit/person.ts";
import { type EventOf, type EventType, ParleyClient, ParleyError, type ParleyOptions } from "../src/index.ts";

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
