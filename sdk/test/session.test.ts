import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import {
  type Fetch,
  type KeyValueStorage,
  memorySessionStore,
  type SessionStore,
  type StoredSession,
  webSessionStore,
} from "../src/index.ts";
import { closeClients, newClient, nextEvent, refusal, type SignedUp, sharedTabs, signUp } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

/** The person's session with an access token that the server refuses, as it does an hour later. */
function worn({ client }: SignedUp): StoredSession {
  const { session } = client;
  if (session?.kind !== "bearer") throw new Error("not a bearer session");
  return { ...session, access_token: "worn" };
}

/** Counts the refreshes that go out, and may spoil them. */
function countingFetch(spoil: (count: number) => void = () => undefined) {
  const counter = { refreshes: 0 };
  const counted: Fetch = async (url, init) => {
    const answer = await fetch(url, init);
    if (url.endsWith("/auth/refresh")) {
      counter.refreshes++;
      spoil(counter.refreshes);
    }
    return answer;
  };
  return { counter, fetch: counted };
}

describe("an access token that has ended", () => {
  test("is renewed once for all calls that wait, and none of them notices", async () => {
    const sessionStore = memorySessionStore(worn(await signUp(app)));
    const { counter, fetch } = countingFetch();
    const client = newClient(app, { sessionStore, fetch });
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.users.me()));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(counter.refreshes).toBe(1);
    const kept = await sessionStore.load();
    expect(kept).toEqual(client.session);
    expect(kept).not.toMatchObject({ access_token: "worn" });
  });

  test("is renewed by one tab for both", async () => {
    const shared = {
      sessionStore: { ...memorySessionStore(worn(await signUp(app))), sharedAs: "tabs" },
      tabs: sharedTabs(),
    };
    const { counter, fetch } = countingFetch();
    const [one, other] = [newClient(app, { ...shared, fetch }), newClient(app, { ...shared, fetch })];
    await Promise.all([one.users.me(), other.users.me(), one.sessions.list(), other.sessions.list()]);
    expect(counter.refreshes).toBe(1);
    expect(one.session).toEqual(other.session);
  });

  test("is renewed although an answer gets lost: the server repeats it", async () => {
    const sessionStore = memorySessionStore(worn(await signUp(app)));
    const { counter, fetch } = countingFetch((count) => {
      if (count === 1) throw new TypeError("the answer got lost");
    });
    const client = newClient(app, { sessionStore, fetch });
    expect((await client.users.me()).id).toBe(client.session?.user_id ?? "");
    expect(counter.refreshes).toBe(2);
  });

  test("two clients without anything in common race within the server's grace, and both go on", async () => {
    const session = worn(await signUp(app));
    const clients = [0, 1].map(() => newClient(app, { sessionStore: memorySessionStore(session) }));
    const [one, other] = await Promise.all(clients.map((client) => client.users.me()));
    expect(one?.id).toBe(other?.id ?? "");
  });
});

describe("a session that is over", () => {
  test("is told once, and removed from where it was kept", async () => {
    const ann = await signUp(app);
    const sessionStore = memorySessionStore(worn(ann));
    await ann.client.auth.logout();
    const client = newClient(app, { sessionStore });
    const told = nextEvent(client, "signed_out");
    const refusals = await Promise.all([refusal(client.users.me()), refusal(client.sessions.list())]);
    expect(refusals.map(({ status }) => status)).toEqual([401, 401]);
    expect((await told).reason).toBe("session_ended");
    expect([client.session, await sessionStore.load()]).toEqual([null, null]);
  });

  test("is not confused with a server that cannot answer: the session stays", async () => {
    const sessionStore = memorySessionStore(worn(await signUp(app)));
    const broken = Bun.serve({ port: 0, fetch: () => new Response("<html>", { status: 502 }) });
    const client = newClient({ url: `http://127.0.0.1:${broken.port}` }, { sessionStore });
    expect((await refusal(client.users.me())).code).toBe("BAD_ANSWER");
    await broken.stop(true);
    expect(client.session).not.toBeNull();
  });

  test("a wrong password in a change does not end it", async () => {
    const { client } = await signUp(app);
    const wrong = client.users.changePassword({
      current_password: "Wrong-1-password",
      new_password: "Right-2-password",
    });
    expect((await refusal(wrong)).code).toBe("INVALID_PASSWORD");
    expect((await client.users.me()).id).toBe(client.session?.user_id ?? "");
  });
});

describe("where the session is kept", () => {
  const storage = (): KeyValueStorage => {
    const values = new Map<string, string>();
    return {
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    };
  };

  test("a client that starts later is signed in from there", async () => {
    const kept = storage();
    const ann = await signUp(app, { sessionStore: webSessionStore(kept) });
    const later = newClient(app, { sessionStore: webSessionStore(kept) });
    expect((await later.auth.restore())?.id).toBe(ann.person.id);
    await later.auth.logout();
    expect(await newClient(app, { sessionStore: webSessionStore(kept) }).auth.restore()).toBeNull();
  });

  test("what is damaged counts as none", async () => {
    const kept = storage();
    kept.setItem("parley.session", "{broken");
    expect(await newClient(app, { sessionStore: webSessionStore(kept) }).auth.restore()).toBeNull();
  });

  test("signing in or out in one tab is noticed in the other", async () => {
    const sessionStore: SessionStore = { ...memorySessionStore(), sharedAs: "tabs" };
    const shared = { sessionStore, tabs: sharedTabs() };
    const other = newClient(app, shared);
    expect(await other.auth.restore()).toBeNull();
    const signedIn = nextEvent(other, "signed_in");
    const { client, person } = await signUp(app, shared);
    expect((await signedIn).session.user_id).toBe(person.id);
    const signedOut = nextEvent(other, "signed_out");
    await client.auth.logout();
    await signedOut;
    expect(other.session).toBeNull();
  });
});
