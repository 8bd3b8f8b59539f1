import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import type { Chat } from "../kit/chat.ts";
import { expectRefusal, outcome } from "../kit/expectations.ts";
import { type Person, register } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";
import { IoClient } from "../kit/socketio.ts";
import {
  leadSupport,
  makeAgent,
  openSupport,
  replyInSupport,
  supportAs,
  supportPath,
} from "../kit/support.ts";

let app: TestApp;
let admin: Person;
let iris: Person;
let ann: Person;

beforeAll(async () => {
  app = await startApp();
  admin = await register(app);
  [iris, ann] = await Promise.all([register(app), register(app)]);
  await makeAgent(admin, iris);
});

afterAll(() => app.stop());

describe("an agent who may not sign in", () => {
  const states: [string, (agent: Person) => Promise<unknown>, (agent: Person) => Promise<unknown>][] = [
    [
      "who is banned",
      (agent) => admin.post(`/v1/admin/users/${agent.id}/ban`, { reason: "A trial" }),
      (agent) => admin.delete(`/v1/admin/users/${agent.id}/ban`),
    ],
    [
      "who is switched off",
      (agent) => admin.put(`/v1/admin/users/${agent.id}`, { is_active: false }),
      (agent) => admin.put(`/v1/admin/users/${agent.id}`, { is_active: true }),
    ],
  ];
  test.each(states)(
    "%s, is not offered a conversation and not handed one, until that ends",
    async (_, begin, end) => {
      const resting = await register(app);
      await makeAgent(admin, resting);
      const listed = async () =>
        (await iris.get<{ agents: { user_id: string }[] }>("/v1/support/agents")).data.agents.map(
          (agent) => agent.user_id,
        );
      const { id } = await openSupport(ann);
      const hand = () => iris.post(`${supportPath}/${id}/assign`, { agent_id: resting.id });
      await begin(resting);
      expect(await listed()).not.toContain(resting.id);
      expect(await listed()).toEqual(expect.arrayContaining([iris.id, admin.id]));
      expectRefusal(await hand(), 400, "VALIDATION_ERROR", "agent_id");
      expect(await supportAs(ann, id)).toMatchObject({ status: "open", agent_id: null });
      await end(resting);
      expect(await listed()).toContain(resting.id);
      expect((await hand()).status).toBe(200);
    },
  );
});

describe("an agent who answers no more", () => {
  const endings: [string, (agent: Person) => Promise<unknown>][] = [
    ["without the flag", (agent) => makeAgent(admin, agent, false)],
    ["switched off", (agent) => admin.put(`/v1/admin/users/${agent.id}`, { is_active: false })],
    ["deleted", (agent) => admin.delete(`/v1/admin/users/${agent.id}`)],
  ];
  for (const [how, end] of endings) {
    test(`${how}, leaves what they had to another`, async () => {
      const former = await register(app);
      await makeAgent(admin, former);
      const [given, answered, done] = [
        await openSupport(ann),
        await openSupport(ann),
        await openSupport(ann),
      ];
      await leadSupport(former, given.id, "assign");
      await replyInSupport(former, answered.id, "I look into it");
      await leadSupport(former, done.id, "assign");
      await leadSupport(former, done.id, "resolve");
      await end(former);
      expect(await supportAs(ann, given.id)).toMatchObject({ status: "open", agent_id: null });
      expect(await supportAs(ann, answered.id)).toMatchObject({ status: "open", agent_id: null });
      expect(await supportAs(ann, done.id)).toMatchObject({ status: "resolved", agent_id: null });
      expect((await leadSupport(ann, done.id, "reopen")).data.status).toBe("open");
      for (const { id } of [given, answered, done]) {
        const { data } = await ann.get<{ chat: Chat }>(`/api/chat/${id}/info`);
        expect(data.chat.participants.map(({ role }) => role)).toEqual(["customer"]);
      }
      expect((await leadSupport(iris, given.id, "assign")).status).toBe(200);
    });
  }

  test("sees no conversation any more that they took part in, on any surface", async () => {
    const former = await register(app);
    await makeAgent(admin, former);
    const { id } = await openSupport(ann);
    await leadSupport(former, id, "assign");
    await makeAgent(admin, former, false);
    const paths = [`${supportPath}/${id}`, `/api/chat/${id}/messages`, `/v1/messages?conversation_id=${id}`];
    for (const path of paths) expect(outcome(await former.get(path))).toBe("403 FORBIDDEN");
    expect(outcome(await replyInSupport(former, id, "still here"))).toBe("403 FORBIDDEN");
  });

  test("is in no conversation, though they took one and wrote in it in the moment in which the flag went", async () => {
    for (let round = 1; round <= 10; round++) {
      const former = await register(app);
      await makeAgent(admin, former);
      const { id } = await openSupport(ann);
      await Promise.all([
        makeAgent(admin, former, false),
        leadSupport(former, id, "assign"),
        replyInSupport(former, id, "I look into it"),
      ]);
      expect((await supportAs(ann, id)).agent_id).toBeNull();
      const { data } = await ann.get<{ chat: Chat }>(`/api/chat/${id}/info`);
      expect(data.chat.participants.map(({ role }) => role)).toEqual(["customer"]);
    }
  });

  test("hears nothing more of what they only looked at, nor of what they took part in", async () => {
    const former = await register(app);
    await admin.put(`/v1/admin/users/${former.id}`, { role: "admin" });
    const [seen, taken] = [await openSupport(ann), await openSupport(ann)];
    await leadSupport(former, taken.id, "assign");
    const client = await IoClient.connect(app, former);
    await client.next("hello");
    await client.join(seen.id);
    await client.join(taken.id);
    const attached = await TestSocket.connect(app, former, { query: { conversation_id: seen.id } });
    const cut = client.disconnected();
    await admin.put(`/v1/admin/users/${former.id}`, { role: "user" });
    await cut;
    expect((await attached.closed).code).toBe(1012);
    await replyInSupport(ann, seen.id, "secret");
    await replyInSupport(ann, taken.id, "secret");
    client.socket.connect();
    await client.connected();
    expect(client.socket.recovered).toBe(true);
    const told = async (chatId: string) =>
      client.next(({ event, payload }) => event === "participant-removed" && payload.chatId === chatId);
    for (const { id } of [seen, taken]) expect((await told(id)).participantId).toBe(former.id);
    expect((await client.send("join-chat-room", seen.id)).error?.code).toBe("FORBIDDEN");
    expect(JSON.stringify(client.heard)).not.toContain("secret");
    client.close();
  });
});
