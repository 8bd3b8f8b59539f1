import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";

let app: TestApp;
let people: Person[];

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
const conversation = async (person: Person, id: string) =>
  (await person.get<Conversation>(`/v1/conversations/${id}`)).data;

async function allMessages(person: Person, group: Conversation): Promise<Message[]> {
  const messages: Message[] = [];
  let state: string | null = "";
  while (state !== null) {
    const more: string = state === "" ? "" : `&page_state=${encodeURIComponent(state)}`;
    const path = `/v1/messages?conversation_id=${group.id}&limit=100${more}`;
    const { data } = await person.get<MessagePage>(path);
    messages.push(...data.messages);
    state = data.next_page_state;
  }
  return messages;
}

beforeAll(async () => {
  app = await startApp();
  people = await Promise.all(Array.from({ length: 5 }, () => register(app)));
});

afterAll(() => app.stop());

describe("seq", () => {
  test("is 1, 2, 3 … without gap or twin under 200 sends at once from five people", async () => {
    const [owner, ...members] = people as [Person, ...Person[]];
    const group = await buildGroup(owner, members);
    const sent = await Promise.all(
      upTo(200).map((number) => sendText(people[number % 5] as Person, group.id, `m${number}`)),
    );
    expect(ascending(sent.map(({ seq }) => seq))).toEqual(upTo(200));
    expect(new Set(sent.map(({ message_id }) => message_id)).size).toBe(200);
    expect(new Set(sent.map(({ version }) => version)).size).toBe(200);
    const stored = await allMessages(owner, group);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(200).reverse());
    const bySeq = new Map(sent.map((message) => [message.seq, message]));
    for (const { seq, message_id, content } of stored) {
      expect({ message_id, content }).toMatchObject({
        message_id: bySeq.get(seq)?.message_id,
        content: bySeq.get(seq)?.content,
      });
    }
  }, 15_000);

  test("has no gap when sends, refused sends, edits and deletions go on at once over both surfaces", async () => {
    const [ann, bob] = people as [Person, Person];
    const group = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, bob);
    const seed = await sendText(ann, group.id, "seed");
    const sends = upTo(60).map((number) => sendText(ann, group.id, `rest ${number}`));
    for (const number of upTo(60)) {
      const client_message_id = `s${number}`;
      socket.send({
        type: "chat",
        conversation_id: group.id,
        content: `socket ${number}`,
        client_message_id,
      });
      if (number % 3 === 0) socket.send({ type: "chat", conversation_id: group.id, content: "" });
    }
    const noise = upTo(20).flatMap((number) => [
      ann.patch(`/v1/messages/${seed.message_id}`, { content: `edit ${number}` }),
      ann.post("/v1/messages", { conversation_id: group.id, content: "", message_type: "text" }),
    ]);
    await Promise.all([...sends, ...noise]);
    for (const _ of upTo(60)) await socket.next("ack");
    const stored = await allMessages(ann, group);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(121).reverse());
    expect((await conversation(ann, group.id)).seq).toBe(121);
    await socket.close();
  }, 15_000);

  test("is each conversation's own when many are written at once", async () => {
    const [ann, bob] = people as [Person, Person];
    const groups = await Promise.all(upTo(10).map(() => buildGroup(ann, [bob])));
    await Promise.all(
      upTo(200).map((number) => {
        const group = groups[number % 10] as Conversation;
        return sendText(number % 3 ? ann : bob, group.id, `m${number}`);
      }),
    );
    for (const group of groups) {
      const stored = await allMessages(bob, group);
      expect(stored.map(({ seq }) => seq)).toEqual(upTo(20).reverse());
    }
  }, 15_000);

  test("is the order in which every connection hears a conversation, while five write over sockets", async () => {
    const [owner, ...members] = people as [Person, ...Person[]];
    const group = await buildGroup(owner, members);
    const sockets = await Promise.all(people.map((person) => TestSocket.connect(app, person)));
    for (const number of upTo(40)) {
      for (const [index, socket] of sockets.entries()) {
        const client_message_id = `p${index}-${number}`;
        socket.send({
          type: "chat",
          conversation_id: group.id,
          content: client_message_id,
          client_message_id,
        });
      }
    }
    const last = (frame: Frame) => frame.type === "chat" && frame.seq === 200;
    await Promise.all(sockets.map((socket) => socket.next(last, 10_000)));
    for (const socket of sockets) {
      const heard = socket.frames.filter(({ type }) => type === "chat");
      expect(heard.map(({ seq }) => seq)).toEqual(upTo(200));
    }
    const contents = (await allMessages(owner, group)).map(({ content }) => content).reverse();
    for (const index of sockets.keys()) {
      const own = contents.filter((content) => content.startsWith(`p${index}-`));
      expect(own).toEqual(upTo(40).map((number) => `p${index}-${number}`));
    }
    await Promise.all(sockets.map((socket) => socket.close()));
  }, 20_000);
});

describe("version", () => {
  test("grows with every durable change, and the changed thing carries it", async () => {
    const [ann, bob, cat] = people as [Person, Person, Person];
    const group = await buildGroup(ann, [bob]);
    const path = `/v1/conversations/${group.id}`;
    const message = await sendText(ann, group.id, "one");
    const messagePath = `/v1/messages/${message.message_id}`;
    let version = group.version;
    const expectGrowth = async (what: string) => {
      const now = (await conversation(ann, group.id)).version;
      expect(`${what}: ${now > version}`).toBe(`${what}: true`);
      version = now;
    };
    await expectGrowth("send");
    expect(message.version).toBe(version);
    await ann.patch(messagePath, { content: "edited" });
    await expectGrowth("edit");
    expect((await bob.get<Message>(messagePath)).data.version).toBe(version);
    await ann.delete(messagePath);
    await expectGrowth("delete");
    expect((await bob.get<Message>(messagePath)).data.version).toBe(version);
    await ann.post(`${path}/participants`, { user_ids: [cat.id] });
    await expectGrowth("add");
    await ann.patch(`${path}/participants/${cat.id}`, { role: "moderator" });
    await expectGrowth("role");
    await cat.post(`${path}/leave`);
    await expectGrowth("leave");
    await ann.patch(path, { title: "Renamed" });
    await expectGrowth("rename");
    await ann.put(`${path}/settings`, { is_e2ee_enabled: true });
    await expectGrowth("settings");
  });

  test("stays while nothing durable changes: reads, refusals and typing", async () => {
    const [ann, bob, cat] = people as [Person, Person, Person];
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "one");
    const before = (await conversation(ann, group.id)).version;
    const socket = await TestSocket.connect(app, bob);
    socket.send({ type: "typing", conversation_id: group.id });
    socket.send({ type: "chat", conversation_id: group.id, content: " " });
    await socket.next("error");
    await Promise.all([
      cat.get(`/v1/conversations/${group.id}`),
      bob.get(`/v1/messages?conversation_id=${group.id}`),
      bob.patch(`/v1/conversations/${group.id}`, { title: 5 }),
      bob.post(`/v1/conversations/${group.id}/participants`, { user_ids: [cat.id] }),
    ]);
    expect((await conversation(ann, group.id)).version).toBe(before);
    await socket.close();
  });

  test("twenty changes of different kinds at once each get their own", async () => {
    const [ann, bob] = people as [Person, Person];
    const group = await buildGroup(ann, [bob]);
    const message = await sendText(ann, group.id, "one");
    await Promise.all(
      upTo(10).flatMap((number) => [
        ann.patch(`/v1/messages/${message.message_id}`, { content: `edit ${number}` }),
        sendText(bob, group.id, `m${number}`),
      ]),
    );
    const after = await conversation(ann, group.id);
    const stored = await allMessages(ann, group);
    expect(after.version - message.version).toBeGreaterThanOrEqual(20);
    expect(new Set(stored.map(({ version }) => version)).size).toBe(11);
    expect(Math.max(...stored.map(({ version }) => version))).toBe(after.version);
  });
});
