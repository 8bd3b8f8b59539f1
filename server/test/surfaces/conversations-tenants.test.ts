import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openDatabase } from "../../src/app/open-database.ts";
import { readConfig } from "../../src/platform/config.ts";
import { across } from "../../src/platform/db/tenant-fence.ts";
import { testEnvironment } from "../kit/app.ts";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";
import {
  type Answer,
  buildDirect,
  buildGroup,
  loginAgain,
  type Person,
  register,
  sendText,
} from "../kit/person.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import type { Conversation, JsonObject, Message } from "../kit/shapes.ts";
import { rawUpgrade, TestSocket } from "../kit/socket.ts";

let server: TestServer;
let database: TestDatabase;
let ann: Person;
let bob: Person;
let foreigner: Person;
let compatriot: Person;
let group: Conversation;
let message: Message;

const otherOrganization = "01890000-0000-7000-8000-00000000aaaa";
const unknownId = "01890000-0000-7000-8000-000000000000";
const outcome = (answer: Answer<unknown>) => `${answer.status} ${answer.error?.code ?? "ok"}`;

/** Registration knows one organization only, so the second one is written into the stopped server's database. */
async function moveToOtherOrganization(people: Person[]): Promise<void> {
  const opened = await openDatabase(readConfig({ ...testEnvironment(server.dataDir), ...database.env }));
  const ids = people.map(({ id }) => id);
  await opened.transaction(async (tx) => {
    const query = across(tx.query, "upkeep");
    const organization = { id: otherOrganization, slug: "other", name: "Other", created_at: Date.now() };
    await query.insertInto("organizations").values(organization).execute();
    const move = { organization_id: otherOrganization };
    await query.updateTable("sessions").set(move).where("user_id", "in", ids).execute();
    await query.updateTable("users").set(move).where("id", "in", ids).execute();
  });
  await opened.close();
}

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.env);
  await register(server);
  [ann, bob, foreigner, compatriot] = await Promise.all([
    register(server),
    register(server),
    register(server),
    register(server),
  ]);
  await server.kill();
  await moveToOtherOrganization([foreigner, compatriot]);
  await server.restart();
  [foreigner, compatriot] = await Promise.all([
    loginAgain(server, foreigner),
    loginAgain(server, compatriot),
  ]);
  group = await buildGroup(ann, [bob], { title: "Our-Secret-Title" });
  message = await sendText(ann, group.id, "Our-Secret-Text");
}, 30_000);

afterAll(async () => {
  await server.stop();
  await database.drop();
});

describe("to somebody of another organization", () => {
  type Step = [
    method: string,
    path: (conversationId: string, messageId: string) => string,
    body?: JsonObject,
  ];
  const steps: Step[] = [
    ["GET", (id) => `/v1/conversations/${id}`],
    ["PATCH", (id) => `/v1/conversations/${id}`, { title: "Taken" }],
    ["DELETE", (id) => `/v1/conversations/${id}`],
    ["PUT", (id) => `/v1/conversations/${id}/settings`, { is_e2ee_enabled: true }],
    ["POST", (id) => `/v1/conversations/${id}/archive`],
    ["POST", (id) => `/v1/conversations/${id}/mute`, {}],
    ["DELETE", (id) => `/v1/conversations/${id}/mute`],
    ["POST", (id) => `/v1/conversations/${id}/mark-read`, {}],
    ["POST", (id) => `/v1/conversations/${id}/leave`],
    ["GET", (id) => `/v1/conversations/${id}/participants`],
    ["PATCH", (id) => `/v1/conversations/${id}/participants/${unknownId}`, { role: "admin" }],
    ["DELETE", (id) => `/v1/conversations/${id}/participants/${unknownId}`],
    ["GET", (id) => `/v1/messages?conversation_id=${id}`],
    ["GET", (_id, messageId) => `/v1/messages/${messageId}`],
    ["PATCH", (_id, messageId) => `/v1/messages/${messageId}`, { content: "Taken" }],
    ["DELETE", (_id, messageId) => `/v1/messages/${messageId}`],
    ["GET", (_id, messageId) => `/v1/messages/${messageId}/receipts`],
    ["POST", (id) => `/v1/rooms/${id}/members`],
  ];

  const bytesOf = (answer: Answer) => answer.text.replace(answer.error?.request_id ?? "", "");

  test("a conversation and its messages are what does not exist: 404, the same bytes", async () => {
    for (const [method, path, body] of steps) {
      const parts = body === undefined ? {} : { body };
      const real = await foreigner.request(method, path(group.id, message.message_id), parts);
      const made = await foreigner.request(method, path(unknownId, unknownId), parts);
      expect(`${method} ${path("id", "id")} ${outcome(real)}`).toBe(
        `${method} ${path("id", "id")} 404 NOT_FOUND`,
      );
      expect(bytesOf(real)).toBe(bytesOf(made));
    }
    const untouched = await ann.get<Conversation>(`/v1/conversations/${group.id}`);
    expect(untouched.data).toMatchObject({
      title: "Our-Secret-Title",
      version: message.version,
      participant_count: 2,
    });
  });

  test("sending and adding there are 404 too, and nothing is stored", async () => {
    const body = { conversation_id: group.id, content: "hi", message_type: "text" };
    expect(outcome(await foreigner.post("/v1/messages", body))).toBe("404 NOT_FOUND");
    const adding = { user_ids: [foreigner.id] };
    const added = await foreigner.post(`/v1/conversations/${group.id}/participants`, adding);
    expect(outcome(added)).toBe("404 NOT_FOUND");
    expect((await ann.get<Conversation>(`/v1/conversations/${group.id}`)).data.seq).toBe(1);
  });

  test("the socket answers as for an unknown conversation, at the upgrade, to commands and to resume", async () => {
    const headers = { Authorization: `Bearer ${foreigner.accessToken}` };
    const upgrade = await rawUpgrade(server, { query: { conversation_id: group.id }, headers });
    expect(upgrade.status).toBe(404);
    const socket = await TestSocket.connect(server, foreigner);
    for (const command of [{ type: "chat", content: "x" }, { type: "typing" }, { type: "read", seq: 1 }]) {
      socket.send({ ...command, conversation_id: group.id });
      expect(await socket.next("error")).toMatchObject({ code: "NOT_FOUND" });
    }
    const seen = { [group.id]: 0, [unknownId]: 0 };
    socket.send({ type: "resume", epoch: socket.hello.epoch, conversations: seen });
    const { conversations } = await socket.next("resumed");
    expect(conversations).toEqual({ [group.id]: { gone: true }, [unknownId]: { gone: true } });
    expect(JSON.stringify(socket.frames)).not.toContain("Our-Secret");
    await socket.close();
  });

  test("nothing of it shows in lists or frames, nor of the people", async () => {
    const socket = await TestSocket.connect(server, foreigner);
    const local = await TestSocket.connect(server, bob);
    await sendText(ann, group.id, "Our-Secret-Text again");
    await local.next("chat");
    const answers = await Promise.all([
      foreigner.get("/v1/conversations"),
      foreigner.get("/v1/rooms"),
      foreigner.get("/v1/users?q=u"),
      foreigner.get(`/v1/users?q=${ann.username}`),
    ]);
    for (const { text } of answers) {
      expect(text).not.toContain("Our-Secret");
      for (const person of [ann, bob]) expect(text).not.toContain(person.id);
    }
    expect(outcome(await foreigner.get(`/v1/users/${ann.id}`))).toBe("404 NOT_FOUND");
    await socket.none(({ type }) => type !== "hello");
    await Promise.all([socket.close(), local.close()]);
  });
});

describe("people of another organization", () => {
  test("cannot be drawn into a conversation: 404 as for somebody unknown", async () => {
    const attempts = await Promise.all([
      ann.post("/v1/conversations", { type: "direct", participant_ids: [foreigner.id] }),
      ann.post("/v1/conversations", { type: "group", title: "t", participant_ids: [bob.id, foreigner.id] }),
      ann.post(`/v1/conversations/${group.id}/participants`, { user_ids: [foreigner.id] }),
      ann.delete(`/v1/conversations/${group.id}/participants/${foreigner.id}`),
      ann.patch(`/v1/conversations/${group.id}/participants/${foreigner.id}`, { role: "admin" }),
    ]);
    expect(attempts.map(outcome)).toEqual(attempts.map(() => "404 NOT_FOUND"));
    const listed = await foreigner.get<{ conversations: Conversation[] }>("/v1/conversations");
    expect(listed.data.conversations.map(({ id }) => id)).not.toContain(group.id);
  });

  test("cannot be mentioned, nor their messages answered", async () => {
    const theirs = await sendText(foreigner, (await buildDirect(foreigner, compatriot)).id, "Their-Secret");
    for (const metadata of [{ mentions: [foreigner.id] }, { reply_to: theirs.message_id }]) {
      const body = { conversation_id: group.id, content: "x", message_type: "text", metadata };
      const answer = await ann.post("/v1/messages", body);
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(answer.text).not.toContain("Their-Secret");
    }
  });

  test("talk among themselves as everybody does", async () => {
    const theirs = await buildGroup(foreigner, [compatriot], { title: "Our-Secret-Title" });
    const socket = await TestSocket.connect(server, compatriot);
    const sent = await sendText(foreigner, theirs.id, "hello");
    expect(await socket.next("chat")).toMatchObject({ message_id: sent.message_id, seq: 1 });
    expect(outcome(await ann.get(`/v1/conversations/${theirs.id}`))).toBe("404 NOT_FOUND");
    await socket.close();
  });
});
