import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { outcome } from "../kit/expectations.ts";
import { type Answer, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, MessagePage } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";

setDefaultTimeout(60_000);

/** A right that is taken away while it is used: what was done with it came before, or was refused. */

const app = await startApp();
afterAll(() => app.stop());
await register(app);
const [ann, bob, cat, dan, observer] = (await Promise.all(
  Array.from({ length: 5 }, () => register(app)),
)) as [Person, Person, Person, Person, Person];
const rounds = 12;

const messagesOf = async (conversation: { id: string }) =>
  (await ann.get<MessagePage>(`/v1/messages?conversation_id=${conversation.id}&limit=100`)).data.messages;

/** Everything at once; which is asked first moves with the round. */
function atOnce(round: number, asked: (() => Promise<Answer>)[]): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (const index of asked.keys()) {
    const at = (index + round) % asked.length;
    answers[at] = (asked[at] as () => Promise<Answer>)();
  }
  return Promise.all(answers);
}

const allowed = ["200 ok", "201 ok", "400 VALIDATION_ERROR", "403 FORBIDDEN"];
const expectAllowed = (answers: Answer[]) => {
  for (const answer of answers) expect(allowed).toContain(outcome(answer));
};

const isDemotion = ({ type, user_id, role }: Frame) =>
  type === "participant_updated" && user_id === bob.id && role === "member";

/** Frames of the conversation, once that of `last` and everything before it came. */
async function toldOf(socket: TestSocket, id: string, last: (frame: Frame) => boolean): Promise<Frame[]> {
  await socket.next((frame) => frame.conversation_id === id && last(frame), 15_000);
  return socket.frames.filter((frame) => frame.conversation_id === id);
}

test("who is made a member no longer renames, encrypts, deletes others' messages or gives roles", async () => {
  const socket = await TestSocket.connect(app, observer);
  for (let round = 0; round < rounds; round++) {
    const group = await buildGroup(ann, [bob, cat, observer]);
    const path = `/v1/conversations/${group.id}`;
    await ann.patch(`${path}/participants/${bob.id}`, { role: "admin" });
    const { message_id: word } = await sendText(cat, group.id, "a word");
    const [demotion, ...acts] = await atOnce(round, [
      () => ann.patch(`${path}/participants/${bob.id}`, { role: "member" }),
      () => bob.patch(path, { title: "Taken over" }),
      () => bob.put(`${path}/settings`, { is_e2ee_enabled: true }),
      () => bob.delete(`/v1/messages/${word}`),
      () => bob.patch(`${path}/participants/${cat.id}`, { role: "admin" }),
      () => bob.post(`${path}/participants`, { user_ids: [dan.id] }),
    ]);
    expect(demotion?.status).toBe(200);
    expectAllowed(acts);
    const end = (await ann.patch<Conversation>(path, { description: "the end" })).data;
    const told = await toldOf(
      socket,
      group.id,
      (frame) => frame.type === "conversation_updated" && frame.version === end.version,
    );
    const at = told.findIndex(isDemotion);
    const after = told.slice(at + 1).filter((frame) => frame.type !== "chat");
    expect(after.map(({ type, version }) => ({ type, version }))).toEqual([
      { type: "conversation_updated", version: end.version },
    ]);
  }
  await socket.close();
});

test("nothing plain is stored once a conversation is encrypted, and nothing of who may only read", async () => {
  for (let round = 0; round < rounds; round++) {
    const group = await buildGroup(ann, [bob, cat]);
    const say = (who: Person, content: string) => () =>
      who.post("/v1/messages", { conversation_id: group.id, message_type: "text", content });
    const [switched, ...sent] = await atOnce(round, [
      () => ann.put(`/v1/conversations/${group.id}/settings`, { is_e2ee_enabled: true }),
      ...[bob, cat, ann, bob, cat].map((who, index) => say(who, `word ${index}`)),
    ]);
    expect(switched?.status).toBe(200);
    expectAllowed(sent);
    const messages = await messagesOf(group);
    const told = messages.find((message) => message.message_type === "system")?.seq ?? 0;
    expect(told).toBeGreaterThan(0);
    expect(messages.filter(({ seq }) => seq > told)).toEqual([]);
    expect(messages).toHaveLength(sent.filter(({ status }) => status === 201).length + 1);
  }
});

test("who may only read from now on writes and pins nothing more, and nobody enters a room made private", async () => {
  const socket = await TestSocket.connect(app, observer);
  for (let round = 0; round < rounds; round++) {
    const made = await ann.post<{ id: string }>("/v1/rooms", {
      name: "Open",
      visibility: "public",
      permissions: { pin: "member" },
    });
    const { id } = made.data;
    const path = `/v1/rooms/${id}`;
    for (const person of [bob, observer]) await person.post(`${path}/members`);
    const { message_id: word } = await sendText(ann, id, "a word");
    const [closed, ...acts] = await atOnce(round, [
      () => ann.put(path, { visibility: "private", permissions: { post: "admin", pin: "admin" } }),
      () => bob.post(`${path}/messages`, { content: "I too" }),
      () => bob.post(`/v1/messages/${word}/pin`),
      () => cat.post(`${path}/members`),
      () => bob.post(`${path}/messages`, { content: "And again" }),
    ]);
    expect(closed?.status).toBe(200);
    expectAllowed(acts);
    const { seq } = await sendText(ann, id, "the end");
    const told = await toldOf(socket, id, ({ type, seq: told }) => type === "chat" && told === seq);
    const at = told.findIndex((frame) => frame.type === "conversation_updated");
    expect(at).toBeGreaterThanOrEqual(0);
    const after = told
      .slice(at + 1)
      .filter(({ type }) => !["user_joined", "user_left", "read_receipt", "delivery_receipt"].includes(type));
    expect(after.map(({ type, content }) => ({ type, content }))).toEqual([
      { type: "chat", content: "the end" },
    ]);
  }
  await socket.close();
});

test("who is no room admin any more changes, ends and bans nothing there", async () => {
  const socket = await TestSocket.connect(app, observer);
  for (let round = 0; round < rounds; round++) {
    const { id } = (await ann.post<{ id: string }>("/v1/rooms", { name: "Shared", visibility: "public" }))
      .data;
    const path = `/v1/rooms/${id}`;
    for (const person of [bob, cat, observer]) await person.post(`${path}/members`);
    const role = `/v1/conversations/${id}/participants/${bob.id}`;
    await ann.patch(role, { role: "admin" });
    const [demotion, ...acts] = await atOnce(round, [
      () => ann.patch(role, { role: "member" }),
      () => bob.put(path, { name: "Mine" }),
      () => bob.post(`${path}/bans`, { user_id: cat.id }),
    ]);
    expect(demotion?.status).toBe(200);
    expectAllowed(acts);
    const { seq } = await sendText(ann, id, "the end");
    const told = await toldOf(socket, id, ({ type, seq: told }) => type === "chat" && told === seq);
    const at = told.findIndex(isDemotion);
    expect(at).toBeGreaterThanOrEqual(0);
    const after = told
      .slice(at + 1)
      .filter(({ type }) => ["conversation_updated", "participant_removed"].includes(type));
    expect(after).toEqual([]);
  }
  await socket.close();
});
