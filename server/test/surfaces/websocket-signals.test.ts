import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { isoTime } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { closeAll, type Frame, TestSocket } from "../kit/socket.ts";

let app: TestApp;

const connect = (person: Person, conversation_id?: string) =>
  TestSocket.connect(app, person, conversation_id === undefined ? {} : { query: { conversation_id } });
const from = (type: string, person: Person) => (frame: Frame) =>
  frame.type === type && (frame.sender_id === person.id || frame.user_id === person.id);
const read = async (person: Person, group: Conversation) =>
  (await person.get<Conversation>(`/v1/conversations/${group.id}`)).data;

/** People of one test only: what others do must not sound in their sockets. */
function freshPeople(): Promise<[Person, Person, Person]> {
  return Promise.all([register(app), register(app), register(app)]);
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

describe("typing", () => {
  test("is heard by the others, with who, where and whether", async () => {
    const [ann, bob, cat] = await freshPeople();
    const group = await buildGroup(ann, [bob, cat]);
    const [typist, second, third] = await Promise.all([connect(ann), connect(bob), connect(cat)]);
    typist.send({ type: "typing", conversation_id: group.id });
    typist.send({ type: "typing", conversation_id: group.id, is_typing: false });
    for (const socket of [second, third]) {
      const heard = [await socket.next("typing"), await socket.next("typing")];
      const facts = {
        conversation_id: group.id,
        sender_id: ann.id,
        timestamp: expect.stringMatching(isoTime),
      };
      expect(heard).toMatchObject([
        { type: "typing", ...facts, is_typing: true },
        { type: "typing", ...facts, is_typing: false },
      ]);
    }
    await closeAll(typist, second, third);
  });

  test("is signed by the server: nobody types in another's name", async () => {
    const [ann, bob, cat] = await freshPeople();
    const group = await buildGroup(ann, [bob, cat]);
    const [typist, listener] = await Promise.all([connect(ann), connect(bob)]);
    typist.send({ type: "typing", conversation_id: group.id, sender_id: cat.id, user_id: cat.id });
    expect((await listener.next("typing")).sender_id).toBe(ann.id);
    await closeAll(typist, listener);
  });

  test("in another's conversation is refused and heard by nobody", async () => {
    const [ann, bob, cat] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const [stranger, listener] = await Promise.all([connect(cat), connect(bob)]);
    stranger.send({ type: "typing", conversation_id: group.id });
    expect(await stranger.next("error")).toMatchObject({ code: "FORBIDDEN" });
    await listener.none("typing");
    await closeAll(stranger, listener);
  });
});

describe("presence", () => {
  const presenceOf = (person: Person) => from("presence", person);

  test("is told at the first connection and the last disconnection, and not between", async () => {
    const [ann, bob] = await freshPeople();
    await buildGroup(ann, [bob]);
    const watcher = await connect(bob);
    const phone = await connect(ann);
    const online = await watcher.next(presenceOf(ann));
    expect(online).toMatchObject({ type: "presence", user_id: ann.id, online: true });
    expect(online).toHaveProperty("last_seen_at");
    const laptop = await connect(ann);
    await phone.close();
    await watcher.none(presenceOf(ann));
    await laptop.close(1001);
    const offline = await watcher.next(presenceOf(ann));
    expect(offline).toMatchObject({
      user_id: ann.id,
      online: false,
      last_seen_at: expect.stringMatching(isoTime),
    });
    await watcher.close();
  });

  test("shows in the directory and among participants", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const shown = async () => {
      const user = await bob.get<{ online: boolean }>(`/v1/users/${ann.id}`);
      const listed = await bob.get<{ participants: { user_id: string; online: boolean }[] }>(
        `/v1/conversations/${group.id}/participants`,
      );
      return [user.data.online, listed.data.participants.find(({ user_id }) => user_id === ann.id)?.online];
    };
    expect(await shown()).toEqual([false, false]);
    const socket = await connect(ann);
    expect(await shown()).toEqual([true, true]);
    await socket.close();
    await Bun.sleep(100);
    expect(await shown()).toEqual([false, false]);
  });

  test("can be said over the socket and over REST, and each change is told", async () => {
    const [ann, bob] = await freshPeople();
    await buildDirect(ann, bob);
    const watcher = await connect(bob);
    const socket = await connect(ann);
    await watcher.next(presenceOf(ann));
    socket.send({ type: "presence", online: false });
    expect(await watcher.next(presenceOf(ann))).toMatchObject({ online: false });
    const answer = await ann.post("/v1/presence", { online: true });
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ online: true });
    expect(answer.data).toHaveProperty("last_seen_at");
    expect(await watcher.next(presenceOf(ann))).toMatchObject({ online: true });
    expect((await ann.post("/v1/presence", { online: "yes" })).status).toBe(400);
    await closeAll(watcher, socket);
  });
});

describe("user_joined and user_left", () => {
  test("tell of a participant's first and last connection to the conversation", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const watcher = await connect(bob, group.id);
    const first = await connect(ann);
    expect(await watcher.next(from("user_joined", ann))).toMatchObject({
      type: "user_joined",
      conversation_id: group.id,
      sender_id: ann.id,
      timestamp: expect.stringMatching(isoTime),
    });
    const second = await connect(ann, group.id);
    await first.close();
    await watcher.none((frame) => from("user_joined", ann)(frame) || from("user_left", ann)(frame));
    await second.close();
    expect(await watcher.next(from("user_left", ann))).toMatchObject({
      conversation_id: group.id,
      sender_id: ann.id,
      timestamp: expect.stringMatching(isoTime),
    });
    await watcher.close();
  });

  test("are each conversation's own: a connection to one is no visit to another", async () => {
    const [ann, bob] = await freshPeople();
    const [visited, other] = [await buildGroup(ann, [bob]), await buildGroup(ann, [bob])];
    const watcher = await connect(bob);
    const visitor = await connect(ann, visited.id);
    expect(await watcher.next(from("user_joined", ann))).toMatchObject({ conversation_id: visited.id });
    await watcher.none((frame) => frame.type === "user_joined" && frame.conversation_id === other.id);
    await visitor.close();
    expect(await watcher.next(from("user_left", ann))).toMatchObject({ conversation_id: visited.id });
    await watcher.close();
  });

  test("are for participants: nobody else hears who comes and goes there", async () => {
    const [ann, bob, cat] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const stranger = await connect(cat);
    const visitor = await connect(ann);
    await visitor.close();
    await stranger.none((frame) => frame.conversation_id === group.id);
    await stranger.close();
  });
});

describe("read and delivered", () => {
  test("over the socket move the mark and are told to everyone, the reader's other devices too", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    for (const content of ["1", "2", "3"]) await sendText(ann, group.id, content);
    const [author, reader, otherDevice] = await Promise.all([connect(ann), connect(bob), connect(bob)]);
    reader.send({ type: "read", conversation_id: group.id, seq: 2 });
    for (const socket of [author, otherDevice]) {
      const receipt = await socket.next("read_receipt");
      expect(receipt).toMatchObject({ conversation_id: group.id, user_id: bob.id, seq: 2 });
    }
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 2, unread_count: 1 });
    await closeAll(author, reader, otherDevice);
  });

  test("over REST are told the same way", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    const author = await connect(ann);
    await bob.post(`/v1/conversations/${group.id}/mark-read`, {});
    const receipt = await author.next("read_receipt");
    expect(receipt).toMatchObject({ conversation_id: group.id, user_id: bob.id, seq: 1 });
    await author.close();
  });

  test("delivered is told as a delivery, reads nothing and does not repeat", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    const [author, receiver] = await Promise.all([connect(ann), connect(bob)]);
    receiver.send({ type: "delivered", conversation_id: group.id, seq: 1 });
    receiver.send({ type: "delivered", conversation_id: group.id, seq: 1 });
    const receipt = await author.next("delivery_receipt");
    expect(receipt).toMatchObject({ conversation_id: group.id, user_id: bob.id, seq: 1 });
    await author.none((frame) => frame.type === "delivery_receipt" || frame.type === "read_receipt");
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 0, unread_count: 1 });
    await closeAll(author, receiver);
  });

  test("never go back, over the socket either", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    for (const content of ["1", "2", "3"]) await sendText(ann, group.id, content);
    const [author, reader] = await Promise.all([connect(ann), connect(bob)]);
    reader.send({ type: "read", conversation_id: group.id, seq: 3 });
    await author.next("read_receipt");
    reader.send({ type: "read", conversation_id: group.id, seq: 1 });
    await author.none("read_receipt");
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 3, unread_count: 0 });
    await closeAll(author, reader);
  });

  test("in another's conversation, or past its end, are refused and told to nobody", async () => {
    const [ann, bob, cat] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    const [author, member, stranger] = await Promise.all([connect(ann), connect(bob), connect(cat)]);
    for (const type of ["read", "delivered"]) {
      stranger.send({ type, conversation_id: group.id, seq: 1 });
      expect(await stranger.next("error")).toMatchObject({ code: "FORBIDDEN" });
      member.send({ type, conversation_id: group.id, seq: 99 });
    }
    await author.none((frame) => frame.user_id === cat.id || frame.seq === 99);
    expect((await read(bob, group)).last_read_seq).toBeLessThanOrEqual(1);
    await closeAll(author, member, stranger);
  });
});
