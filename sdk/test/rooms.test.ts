import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { closeClients, newClient, nextEvent, online, refusal, type SignedUp, signUp } from "./kit.ts";

let app: TestApp;
let admin: SignedUp;
beforeAll(async () => {
  app = await startApp();
  admin = await signUp(app);
});
afterEach(closeClients);
afterAll(() => app.stop());

test("a room is made, found, entered, written in, and left", async () => {
  const [ann, bob] = [await signUp(app), await signUp(app)];
  const name = `Garden ${crypto.randomUUID()}`;
  const room = await ann.client.rooms.create({ name, visibility: "public" });
  expect((await bob.client.rooms.search(name)).rooms.map(({ id }) => id)).toEqual([room.id]);
  await online(ann.client);
  const joined = nextEvent(ann.client, "participant_added");
  await bob.client.rooms.join(room.id);
  expect((await joined).user_id).toBe(bob.person.id);
  const heard = nextEvent(ann.client, "chat", ({ message_type }) => message_type === "text");
  await bob.client.outbox.add({ conversation_id: room.id, content: "Hello" });
  expect((await heard).content).toBe("Hello");
  expect((await ann.client.rooms.members(room.id)).members).toHaveLength(2);
  await bob.client.rooms.leave(room.id);
  expect((await bob.client.rooms.get(room.id)).is_member).toBe(false);
});

test("a message is reported and its sender banned, until the ban is lifted", async () => {
  const [ann, bob, cyd] = [await signUp(app), await signUp(app), await signUp(app)];
  const { id } = await ann.client.rooms.create({ name: "Square", visibility: "public" });
  await bob.client.rooms.join(id);
  await cyd.client.rooms.join(id);
  const body = { conversation_id: id, message_type: "text", content: "Buy now" } as const;
  const spam = await bob.client.messages.send(body);
  await cyd.client.messages.report(spam.message_id, "advertising");
  const [report] = (await ann.client.rooms.reports(id)).reports;
  await ann.client.rooms.ban(id, { user_id: bob.person.id, reason: report?.reason ?? "" });
  await ann.client.rooms.resolveReport(id, report?.id ?? "");
  expect((await refusal(bob.client.rooms.join(id))).status).toBe(403);
  expect((await ann.client.rooms.bans(id)).bans).toHaveLength(1);
  await ann.client.rooms.liftBan(id, bob.person.id);
  await bob.client.rooms.join(id);
});

test("a private room is entered by invitation alone, and ended by its admins", async () => {
  const [ann, bob] = [await signUp(app), await signUp(app)];
  const room = await ann.client.rooms.create({ name: "Board", visibility: "private" });
  expect((await refusal(bob.client.rooms.join(room.id))).code).toBe("FORBIDDEN");
  const added = await ann.client.rooms.invite(room.id, { user_ids: [bob.person.id] });
  expect(added.map(({ user_id }) => user_id)).toEqual([bob.person.id]);
  expect((await refusal(bob.client.rooms.delete(room.id))).code).toBe("FORBIDDEN");
  await ann.client.rooms.delete(room.id);
  expect((await bob.client.rooms.list()).rooms.some(({ id }) => id === room.id)).toBe(false);
});

test("administrators see and change every room, nobody else does", async () => {
  const ann = await signUp(app);
  const room = await ann.client.rooms.create({ name: "Cellar", visibility: "private" });
  expect((await refusal(ann.client.admin.listRooms())).code).toBe("FORBIDDEN");
  const boss = newClient(app);
  await boss.auth.login({ username: admin.person.username, password: admin.person.password });
  expect((await boss.admin.updateRoom(room.id, { description: "Mind the step" })).description).toBe(
    "Mind the step",
  );
});
