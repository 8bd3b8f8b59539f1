import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;

const pathOf = (conversation: Conversation) => `/v1/conversations/${conversation.id}`;
const setEncryption = (person: Person, conversation: Conversation, value: unknown) =>
  person.put(`${pathOf(conversation)}/settings`, { is_e2ee_enabled: value });
const read = async (person: Person, conversation: Conversation) =>
  (await person.get<Conversation>(pathOf(conversation))).data;
const messagesOf = async (person: Person, conversation: Conversation) =>
  (await person.get<MessagePage>(`/v1/messages?conversation_id=${conversation.id}`)).data.messages;
/** Ann is its admin, bob a moderator, cat a member. */
const buildModeratedGroup = () =>
  buildGroup(ann, [cat], { participants: [{ user_id: bob.id, role: "moderator" }] });

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("PATCH of a conversation", () => {
  test("changes title, description and picture, and raises the version", async () => {
    const group = await buildGroup(ann, [bob]);
    const wanted = { title: "New", description: "Text", avatar_url: "https://example.test/b.png" };
    expect(outcome(await ann.patch(pathOf(group), wanted))).toBe("200 ok");
    const after = await read(bob, group);
    expect(after).toMatchObject(wanted);
    expect(after.version).toBeGreaterThan(group.version);
  });

  test("leaves what it does not name", async () => {
    const group = await buildGroup(ann, [bob], { description: "Stays" });
    await ann.patch(pathOf(group), { title: "Only the title" });
    expect(await read(ann, group)).toMatchObject({ title: "Only the title", description: "Stays" });
  });

  test("changes nothing that is not the caller's to change", async () => {
    const group = await buildGroup(ann, [bob]);
    await ann.patch(pathOf(group), {
      description: "x",
      id: unknownId,
      type: "direct",
      created_by: bob.id,
      created_at: "2001-01-01T00:00:00.000Z",
      seq: 99,
      version: 1_000_000,
      participants: [],
      tenant_id: unknownId,
    });
    const after = await read(bob, group);
    expect(after).toMatchObject({
      id: group.id,
      type: "group",
      created_by: ann.id,
      created_at: group.created_at,
      seq: 0,
      participant_count: 2,
    });
    expect(after.version).toBeLessThan(1_000_000);
  });

  const rows: [string, JsonObject, string][] = [
    ["an empty title", { title: "" }, "title"],
    ["no title at all", { title: null }, "title"],
    ["a title of another kind", { title: 5 }, "title"],
    ["a description of another kind", { description: {} }, "description"],
    ["a picture of another kind", { avatar_url: [] }, "avatar_url"],
  ];
  test.each(rows)("with %s is 400, names the field and changes nothing", async (_what, body, path) => {
    const group = await buildGroup(ann, [bob]);
    const answer = await ann.patch(pathOf(group), body);
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(answer.error?.details?.map((detail) => detail.path)).toContain(path);
    expect(await read(ann, group)).toEqual(group);
  });

  test("is for admins and moderators of the conversation", async () => {
    const group = await buildModeratedGroup();
    expect(outcome(await bob.patch(pathOf(group), { title: "Renamed" }))).toBe("200 ok");
    expect(outcome(await cat.patch(pathOf(group), { title: "Mine" }))).toBe("403 FORBIDDEN");
    expect((await read(ann, group)).title).toBe("Renamed");
  });
});

describe("PUT settings", () => {
  test("switches E2EE on and off for an admin and says so", async () => {
    const group = await buildGroup(ann, [bob]);
    const on = await setEncryption(ann, group, true);
    expect(on.status).toBe(200);
    expect(on.data.message).toBeString();
    expect((await read(bob, group)).is_e2ee_enabled).toBe(true);
    await setEncryption(ann, group, false);
    expect((await read(bob, group)).is_e2ee_enabled).toBe(false);
  });

  test("is for admins of a group, and for both in a direct conversation", async () => {
    const group = await buildModeratedGroup();
    for (const person of [bob, cat])
      expect(outcome(await setEncryption(person, group, true))).toBe("403 FORBIDDEN");
    expect((await read(ann, group)).is_e2ee_enabled).toBe(false);
    const direct = await buildDirect(ann, bob);
    expect(outcome(await setEncryption(bob, direct, true))).toBe("200 ok");
    expect(outcome(await setEncryption(ann, direct, false))).toBe("200 ok");
  });

  test("takes a boolean only", async () => {
    const group = await buildGroup(ann, [bob]);
    for (const value of ["true", 1, null, undefined, {}]) {
      const answer = await setEncryption(ann, group, value);
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(answer.error?.details?.at(0)?.path).toBe("is_e2ee_enabled");
    }
    expect(outcome(await ann.put(`/v1/conversations/${unknownId}/settings`, { is_e2ee_enabled: true }))).toBe(
      "404 NOT_FOUND",
    );
  });

  test("is announced once by a system message with the next seq, which nobody has to read", async () => {
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "plain");
    await bob.post(`${pathOf(group)}/mark-read`, {});
    await setEncryption(ann, group, true);
    await setEncryption(ann, group, true);
    const messages = await messagesOf(bob, group);
    expect(messages.map(({ seq, message_type }) => [seq, message_type])).toEqual([
      [2, "system"],
      [1, "text"],
    ]);
    expect(messages.at(0)?.content).not.toBe("");
    expect((await read(bob, group)).unread_count).toBe(0);
    expect((await read(ann, group)).unread_count).toBe(0);
  });

  test("reaches everyone connected as a system message and an event", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, bob);
    await setEncryption(ann, group, true);
    const message = await socket.next("chat");
    const event = await socket.next("conversation_updated");
    expect(message).toMatchObject({ conversation_id: group.id, message_type: "system", seq: 1 });
    expect(event).toMatchObject({ conversation_id: group.id });
    expect(Number(event.version)).toBeGreaterThan(group.version);
    await socket.close();
  });
});

describe("an encrypted conversation", () => {
  const send = (person: Person, group: Conversation, body: JsonObject) =>
    person.post<Message>("/v1/messages", { conversation_id: group.id, message_type: "text", ...body });

  test("takes only messages that say they are encrypted", async () => {
    const group = await buildGroup(ann, [bob], { is_e2ee_enabled: true });
    for (const body of [{ content: "plain" }, { content: "plain", is_encrypted: false }]) {
      const answer = await send(ann, group, body);
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(answer.error?.details?.map(({ path }) => path)).toContain("is_encrypted");
    }
    const sent = await send(ann, group, { content: "b3BhcXVl", is_encrypted: true });
    expect(sent.status).toBe(201);
    expect(sent.data).toMatchObject({ content: "b3BhcXVl", is_encrypted: true, seq: 1 });
    expect(await messagesOf(bob, group)).toHaveLength(1);
  });

  test("takes up to 32 KiB of opaque content, returned as it came", async () => {
    const group = await buildGroup(ann, [bob], { is_e2ee_enabled: true });
    const largest = "A".repeat(32 * 1024);
    const sent = await send(ann, group, { content: largest, is_encrypted: true });
    expect(sent.status).toBe(201);
    expect((await messagesOf(bob, group)).at(0)?.content).toBe(largest);
    const over = await send(ann, group, { content: `${largest}A`, is_encrypted: true });
    expect(outcome(over)).toBe("400 VALIDATION_ERROR");
  });

  test("keeps its earlier messages encrypted once it is switched off, and takes plain ones then", async () => {
    const group = await buildGroup(ann, [bob], { is_e2ee_enabled: true });
    const secret = await send(ann, group, { content: "b3BhcXVl", is_encrypted: true });
    await setEncryption(ann, group, false);
    const plain = await sendText(bob, group.id, "in the open");
    expect(plain).toMatchObject({ is_encrypted: false, seq: 3 });
    const kept = await bob.get<Message>(`/v1/messages/${secret.data.message_id}`);
    expect(kept.data).toMatchObject({ content: "b3BhcXVl", is_encrypted: true });
  });
});
