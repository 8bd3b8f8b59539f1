import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { addMember, makeOrganization } from "../kit/organization.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { rawUpgrade, TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let foreigner: Person;
let compatriot: Person;
let group: Conversation;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
  const abroad = await makeOrganization(app);
  foreigner = abroad.person;
  compatriot = await addMember(app, foreigner, abroad.id, "Developer");
  group = await buildGroup(ann, [bob], { title: "Our-Secret-Title" });
  await sendText(ann, group.id, "Our-Secret-Text");
});

afterAll(() => app.stop());

describe("to somebody of another organization", () => {
  test("the socket answers as for an unknown conversation, at the upgrade, to commands and to resume", async () => {
    const headers = { Authorization: `Bearer ${foreigner.accessToken}` };
    const upgrade = await rawUpgrade(app, { query: { conversation_id: group.id }, headers });
    expect(upgrade.status).toBe(404);
    const socket = await TestSocket.connect(app, foreigner);
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
    const socket = await TestSocket.connect(app, foreigner);
    const local = await TestSocket.connect(app, bob);
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
    const socket = await TestSocket.connect(app, compatriot);
    const sent = await sendText(foreigner, theirs.id, "hello");
    expect(await socket.next("chat")).toMatchObject({ message_id: sent.message_id, seq: 1 });
    expect(outcome(await ann.get(`/v1/conversations/${theirs.id}`))).toBe("404 NOT_FOUND");
    await socket.close();
  });
});
