import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { startServer } from "../../server/test/kit/server.ts";
import { memorySessionStore, type OutboxEvent, type ParleyClient } from "../src/index.ts";
import {
  closeClients,
  groupOf,
  lastingOutboxStore,
  newClient,
  nextEvent,
  online,
  sharedTabs,
  signUp,
  textsOf,
  until,
} from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

const numbers = (count: number) => Array.from({ length: count }, (_, place) => `message ${place + 1}`);

async function addAll(client: ParleyClient, conversationId: string, texts: string[]): Promise<void> {
  for (const content of texts) await client.outbox.add({ conversation_id: conversationId, content });
}

const isEmpty = (client: ParleyClient) => client.outbox.list().length === 0;

describe("a message in the outbox", () => {
  test("goes from queued over sending to sent, and tells each step with what became of it", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    await online(ann.client);
    const steps: OutboxEvent[] = [];
    ann.client.on("outbox", (event) => steps.push(event));
    const sent = nextEvent(ann.client, "outbox", ({ entry }) => entry.state === "sent");
    const entry = await ann.client.outbox.add({ conversation_id: id, content: "Hello" });
    const { message } = (await sent).entry;
    expect(steps.map((step) => step.entry.state)).toEqual(["queued", "sending", "sent"]);
    const stored = await bob.client.messages.get(message?.message_id ?? "");
    expect([stored.content, stored.client_message_id]).toEqual(["Hello", entry.id]);
    expect(message).toMatchObject({ seq: stored.seq, created_at: stored.created_at });
    expect(ann.client.outbox.list()).toEqual([]);
  });

  test("goes over REST while there is no socket, in the order of writing", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    await addAll(ann.client, id, numbers(12));
    await until("all are sent", () => isEmpty(ann.client));
    expect(await textsOf(bob.client, id)).toEqual(numbers(12));
  });

  test("may be larger than a frame of the socket", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    await online(ann.client);
    const content = "\u{1F600}".repeat(10_000);
    await ann.client.outbox.add({ conversation_id: id, content });
    await until("it is sent", () => isEmpty(ann.client));
    expect((await textsOf(bob.client, id))[0]).toBe(content);
  });

  test("that the server refuses stays with the reason, lets later ones pass, and can be sent again", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const theirs = await groupOf(bob, await signUp(app));
    const ours = await groupOf(ann, bob);
    await online(ann.client);
    const failed = nextEvent(ann.client, "outbox", ({ entry }) => entry.state === "failed");
    await ann.client.outbox.add({ conversation_id: theirs, content: "Let me in" });
    await ann.client.outbox.add({ conversation_id: ours, content: "Hello" });
    expect((await failed).entry.error?.code).toBe("FORBIDDEN");
    await until("the other is sent", () => ann.client.outbox.list(ours).length === 0);
    const [entry] = ann.client.outbox.list();
    await bob.client.participants.add(theirs, { user_ids: [ann.person.id] });
    await ann.client.outbox.retry(entry?.id ?? "");
    await until("it is sent", () => isEmpty(ann.client));
    expect(await textsOf(bob.client, theirs)).toEqual(["Let me in"]);
  });

  test("that was refused can be taken back", async () => {
    const ann = await signUp(app);
    const failed = nextEvent(ann.client, "outbox", ({ entry }) => entry.state === "failed");
    await ann.client.outbox.add({ conversation_id: crypto.randomUUID(), content: "To nowhere" });
    const { entry } = await failed;
    expect(entry.error?.code).toBe("NOT_FOUND");
    expect(await ann.client.outbox.discard(entry.id)).toBe(true);
    expect(ann.client.outbox.list()).toEqual([]);
  });
});

describe("nothing is lost or doubled, and the order stays", () => {
  test("when the server is killed again and again while messages are on their way", async () => {
    const server = await startServer();
    try {
      const [ann, bob] = [await signUp(server), await signUp(server)];
      const [first, second] = [await groupOf(ann, bob), await groupOf(ann, bob)];
      await online(ann.client);
      const texts = numbers(60);
      const writing = (async () => {
        for (const content of texts) {
          await ann.client.outbox.add({ conversation_id: first, content });
          await ann.client.outbox.add({ conversation_id: second, content });
          await Bun.sleep(5);
        }
      })();
      for (let kill = 0; kill < 3; kill++) {
        await Bun.sleep(60);
        await server.kill("SIGKILL");
        await server.restart();
        await until("the client is back", () => ann.client.realtime.state.status === "online");
      }
      await writing;
      await until("all are sent", () => isEmpty(ann.client));
      expect(await textsOf(bob.client, first)).toEqual(texts);
      expect(await textsOf(bob.client, second)).toEqual(texts);
    } finally {
      closeClients();
      await server.stop();
    }
  }, 60_000);

  test("when the page is reloaded while the server is away", async () => {
    const server = await startServer();
    try {
      const outboxStore = lastingOutboxStore();
      const sessionStore = memorySessionStore();
      const [ann, bob] = [await signUp(server, { outboxStore, sessionStore }), await signUp(server)];
      const id = await groupOf(ann, bob);
      await server.kill("SIGKILL");
      await addAll(ann.client, id, ["one", "two"]);
      ann.client.close();
      const reloaded = newClient(server, { outboxStore, sessionStore });
      await reloaded.outbox.add({ conversation_id: id, content: "three" });
      expect(reloaded.outbox.list(id).map(({ content }) => content)).toEqual(["one", "two", "three"]);
      await server.restart();
      await until("all are sent", () => isEmpty(reloaded));
      expect(await textsOf(bob.client, id)).toEqual(["one", "two", "three"]);
    } finally {
      closeClients();
      await server.stop();
    }
  }, 60_000);

  test("when an answer got lost: the key makes the second attempt the same message", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    let losses = 3;
    const forgetful = newClient(app, {
      sessionStore: memorySessionStore(ann.client.session),
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (url.endsWith("/v1/messages") && losses-- > 0) throw new TypeError("the answer got lost");
        return response;
      },
    });
    await addAll(forgetful, id, numbers(3));
    await until("all are sent", () => isEmpty(forgetful));
    expect(losses).toBeLessThan(0);
    expect(await textsOf(bob.client, id)).toEqual(numbers(3));
  });
});

describe("two tabs", () => {
  async function twoTabs() {
    const shared = {
      outboxStore: lastingOutboxStore(),
      sessionStore: { ...memorySessionStore(), sharedAs: "tabs" },
      tabs: sharedTabs(),
    };
    const [ann, bob] = [await signUp(app, shared), await signUp(app)];
    const other = newClient(app, shared);
    await other.auth.restore();
    return { ann, bob, other, id: await groupOf(ann, bob) };
  }

  test("send each message once, in order, and both see what waits", async () => {
    const { ann, bob, other, id } = await twoTabs();
    const seen = nextEvent(other, "outbox", ({ entry }) => entry.state === "sent");
    await addAll(ann.client, id, ["one"]);
    await seen;
    const away = nextEvent(ann.client, "outbox", ({ entry }) => entry.state === "sent");
    await addAll(other, id, ["two"]);
    expect((await away).entry.content).toBe("two");
    await Promise.all([addAll(ann.client, id, ["a1", "a2"]), addAll(other, id, ["b1", "b2"])]);
    await until("all are sent", () => isEmpty(ann.client) && isEmpty(other));
    const texts = await textsOf(bob.client, id);
    expect(texts.slice(0, 2)).toEqual(["one", "two"]);
    expect(texts.toSorted()).toEqual(["a1", "a2", "b1", "b2", "one", "two"]);
    expect(texts.filter((text) => text.startsWith("b"))).toEqual(["b1", "b2"]);
  });

  test("when the one that sends is asleep, the other does not wait for it", async () => {
    // The lock is never granted: whoever has it does nothing more.
    const tabs = { ...sharedTabs(), exclusively: () => new Promise<never>(() => undefined) };
    const [ann, bob] = [await signUp(app, { outboxStore: lastingOutboxStore(), tabs }), await signUp(app)];
    const id = await groupOf(ann, bob);
    await addAll(ann.client, id, numbers(3));
    await until("all are sent", () => isEmpty(ann.client));
    expect(await textsOf(bob.client, id)).toEqual(numbers(3));
  }, 30_000);

  test("when the one that sends is closed, the other goes on", async () => {
    const { ann, bob, other, id } = await twoTabs();
    ann.client.close();
    await addAll(other, id, numbers(3));
    await until("all are sent", () => isEmpty(other));
    expect(await textsOf(bob.client, id)).toEqual(numbers(3));
  });
});

describe("whose messages they are", () => {
  test("signing out removes what waits from the device, the end of a session does not", async () => {
    const outboxStore = lastingOutboxStore(null);
    const ann = await signUp(app, { outboxStore });
    const refuse = async () => {
      const failed = nextEvent(ann.client, "outbox", ({ entry }) => entry.state === "failed");
      await ann.client.outbox.add({ conversation_id: crypto.randomUUID(), content: "To nowhere" });
      await failed;
    };
    await refuse();
    const again = newClient(app);
    await again.auth.login({ username: ann.person.username, password: ann.person.password });
    const told = nextEvent(ann.client, "signed_out");
    await again.sessions.endOthers();
    await ann.client.users.me().catch(() => undefined);
    expect((await told).reason).toBe("session_ended");
    expect(ann.client.outbox.list()).toEqual([]);
    expect(await outboxStore.list(ann.person.id)).toHaveLength(1);
    await ann.client.auth.login({ username: ann.person.username, password: ann.person.password });
    await until("it is there again", () => ann.client.outbox.list().length === 1);
    await ann.client.auth.logout();
    await until("it is gone", async () => (await outboxStore.list(ann.person.id)).length === 0);
  });

  test("nobody else's session sends them", async () => {
    const outboxStore = lastingOutboxStore(null);
    const ann = await signUp(app, { outboxStore });
    const failed = nextEvent(ann.client, "outbox", ({ entry }) => entry.state === "failed");
    await ann.client.outbox.add({ conversation_id: crypto.randomUUID(), content: "Mine" });
    await failed;
    const bob = await signUp(app, { outboxStore });
    await bob.client.outbox.add({ conversation_id: await groupOf(bob, ann), content: "Hello" });
    await until("it is sent", () => isEmpty(bob.client));
    expect((await outboxStore.list(ann.person.id)).map(({ content }) => content)).toEqual(["Mine"]);
  });
});
