import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { until } from "../../server/test/kit/until.ts";
import { closeClients, refusal, type SignedUp, signUp } from "./kit.ts";

let app: TestApp;
let agent: SignedUp;
beforeAll(async () => {
  app = await startApp();
  // The first person of a server is its administrator, and an administrator is an agent.
  agent = await signUp(app);
});
afterEach(closeClients);
afterAll(() => app.stop());

test("a customer asks, an agent takes it, answers and resolves it, and an answer brings it back", async () => {
  const { client } = await signUp(app);
  const { id, status } = await client.support.open({ subject: "Invoice", message: "Where is it?" });
  expect(status).toBe("open");
  expect((await agent.client.support.list({ status: "open" })).conversations.map((one) => one.id)).toContain(
    id,
  );
  expect((await agent.client.support.assign(id)).status).toBe("assigned");
  await agent.client.support.send(id, { content: "In your mail" });
  expect((await agent.client.support.resolve(id)).status).toBe("resolved");
  await client.outbox.add({ conversation_id: id, content: "Not there" });
  const texts = async () => (await client.support.messages(id)).messages.map(({ content }) => content);
  await until("it has arrived", async () => (await texts()).includes("Not there"));
  expect((await client.support.get(id)).status).toBe("assigned");
  expect(await texts()).toEqual(expect.arrayContaining(["Where is it?", "In your mail", "Not there"]));
  expect((await client.support.markRead(id)).unread_count).toBe(0);
});

test("an agent hears of a new conversation, and learns to whom it can be handed", async () => {
  const { client } = await signUp(app);
  const heard = Promise.withResolvers<string>();
  agent.client.on("support_updated", ({ conversation_id, status }) => {
    if (status === "open") heard.resolve(conversation_id);
  });
  const online = Promise.withResolvers<void>();
  agent.client.on("connection", ({ status }) => {
    if (status === "online") online.resolve();
  });
  agent.client.realtime.connect();
  await online.promise;
  const { id } = await client.support.open({ message: "Hello?" });
  expect(await heard.promise).toBe(id);
  expect((await agent.client.support.list()).role).toBe("agent");
  expect((await agent.client.support.agents()).length).toBe(1);
  expect((await refusal(client.support.agents())).code).toBe("FORBIDDEN");
});

test("a customer neither resolves nor sees others'", async () => {
  const [ann, bob] = [await signUp(app), await signUp(app)];
  const { id } = await ann.client.support.open({ message: "Help" });
  expect((await refusal(ann.client.support.resolve(id))).code).toBe("FORBIDDEN");
  expect((await bob.client.support.list()).conversations).toEqual([]);
});
