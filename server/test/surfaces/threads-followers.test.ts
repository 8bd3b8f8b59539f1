import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal, unknownId } from "../kit/expectations.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { JsonObject, Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface State {
  conversation_id: string;
  thread_root_id: string;
  following: boolean;
  last_read_seq: number;
  unread_count: number;
  last_reply_seq: number;
}

interface Followed extends State {
  root: Message;
  reply_count: number;
}

interface Page {
  threads: Followed[];
  next_cursor: string | null;
}

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let outsider: Person;

const buildScene = async () => {
  const group = await buildGroup(ann, [bob, cat]);
  return { group, root: await sendText(ann, group.id, "who brings the ladder?") };
};
const reply = (who: Person, to: Message, text: string, more: JsonObject = {}) =>
  sendText(who, to.conversation_id, text, { metadata: { reply_to: to.message_id, ...more } });
const stateOf = async (who: Person, { message_id: id }: Message) =>
  (await who.get<State>(`/v1/messages/${id}/thread`)).data;
const follow = (who: Person, { message_id: id }: Message) => who.post<State>(`/v1/messages/${id}/follow`);
const unfollow = (who: Person, { message_id: id }: Message) => who.delete<State>(`/v1/messages/${id}/follow`);
const markRead = (who: Person, { message_id: id }: Message, body?: JsonObject) =>
  who.post<State>(`/v1/messages/${id}/thread/mark-read`, body);
const list = async (who: Person, query = "") => (await who.get<Page>(`/v1/threads${query}`)).data;

beforeAll(async () => {
  app = await startApp();
  [ann, bob, cat, outsider] = await Promise.all([register(app), register(app), register(app), register(app)]);
});
afterAll(() => app.stop());

describe("a thread is followed", () => {
  test("by whoever wrote its root and who replies, each with what they have not read", async () => {
    const { root } = await buildScene();
    expect(await stateOf(ann, root)).toMatchObject({ following: false, unread_count: 0 });
    const first = await reply(bob, root, "I do");
    expect(await stateOf(ann, root)).toMatchObject({ following: true, unread_count: 1 });
    expect(await stateOf(bob, root)).toMatchObject({
      following: true,
      unread_count: 0,
      last_read_seq: first.seq,
      last_reply_seq: first.seq,
    });
    expect(await stateOf(cat, root)).toMatchObject({ following: false, unread_count: 0 });
    await reply(cat, first, "the long one?");
    expect(await stateOf(ann, root)).toMatchObject({ unread_count: 2 });
    expect(await stateOf(bob, root)).toMatchObject({ unread_count: 1 });
    await reply(bob, first, "yes");
    expect(await stateOf(bob, root)).toMatchObject({ unread_count: 0 });
    expect(await stateOf(cat, root)).toMatchObject({ following: true, unread_count: 1 });
  });

  test("by whoever is mentioned in it, from there on", async () => {
    const { group, root } = await buildScene();
    await reply(bob, root, "one");
    const mention = await reply(bob, root, "cat?", { mentions: [cat.id] });
    expect(await stateOf(cat, root)).toMatchObject({
      following: true,
      unread_count: 1,
      last_read_seq: mention.seq - 1,
    });
    const other = await sendText(ann, group.id, "cat, look", { metadata: { mentions: [cat.id] } });
    expect(await stateOf(cat, other)).toMatchObject({ following: false });
    await reply(bob, other, "she sleeps");
    expect(await stateOf(cat, other)).toMatchObject({ following: true, unread_count: 1 });
  });

  test("by whoever says so, having read what is there, and no more by whoever says that", async () => {
    const { root } = await buildScene();
    const last = await reply(bob, root, "one");
    const answer = await follow(cat, last);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      conversation_id: root.conversation_id,
      thread_root_id: root.message_id,
      following: true,
      last_read_seq: last.seq,
      unread_count: 0,
      last_reply_seq: last.seq,
    });
    await reply(bob, root, "two");
    expect(await stateOf(cat, root)).toMatchObject({ unread_count: 1 });
    expect((await follow(cat, root)).data).toMatchObject({ following: true, unread_count: 1 });
    expect((await unfollow(cat, root)).data).toMatchObject({ following: false, unread_count: 0 });
    await reply(bob, root, "cat?", { mentions: [cat.id] });
    expect(await stateOf(cat, root)).toMatchObject({ following: false, unread_count: 0 });
    await reply(cat, root, "back");
    expect(await stateOf(cat, root)).toMatchObject({ following: true, unread_count: 0 });
  });

  test("before it has a reply, or never, if one says that first", async () => {
    const { root } = await buildScene();
    expect((await follow(cat, root)).data).toMatchObject({ following: true, last_reply_seq: 0 });
    expect((await unfollow(ann, root)).data).toMatchObject({ following: false });
    await reply(bob, root, "one");
    expect(await stateOf(cat, root)).toMatchObject({ following: true, unread_count: 1 });
    expect(await stateOf(ann, root)).toMatchObject({ following: false });
  });
});

describe("what one has read of a thread", () => {
  test("moves on and never back, apart from the conversation's own mark", async () => {
    const { group, root } = await buildScene();
    const replies = [
      await reply(bob, root, "one"),
      await reply(bob, root, "two"),
      await reply(bob, root, "three"),
    ];
    await ann.post(`/v1/conversations/${group.id}/mark-read`, {});
    expect(await stateOf(ann, root)).toMatchObject({ unread_count: 3 });
    const second = replies[1]?.seq ?? 0;
    expect((await markRead(ann, root, { seq: second })).data).toMatchObject({
      unread_count: 1,
      last_read_seq: second,
    });
    expect((await markRead(ann, root, { seq: 1 })).data).toMatchObject({ last_read_seq: second });
    expect((await markRead(ann, root)).data).toMatchObject({ unread_count: 0 });
    expect((await markRead(ann, root, { seq: 999_999 })).data.last_read_seq).toBe(replies[2]?.seq ?? 0);
    expect((await markRead(cat, root)).data).toMatchObject({ following: false, last_read_seq: 0 });
    expectRefusal(await markRead(ann, root, { seq: -1 }), 400, "VALIDATION_ERROR", "seq");
  });
});

describe("the list of followed threads", () => {
  test("has the latest reply first, by pages, of what one may see now", async () => {
    const { group, root } = await buildScene();
    const second = await sendText(ann, group.id, "and who the rope?");
    const third = await sendText(ann, group.id, "and the paint?");
    for (const to of [root, second, third, root]) await reply(cat, to, "me");
    const roots = async (query: string) =>
      (await list(ann, `?conversation_id=${group.id}${query}`)).threads.map(
        ({ thread_root_id }) => thread_root_id,
      );
    const expected = [root, third, second].map(({ message_id }) => message_id);
    expect(await roots("")).toEqual(expected);
    expect((await list(ann, `?conversation_id=${group.id}`)).threads[0]).toMatchObject({
      root: { message_id: root.message_id, content: "who brings the ladder?" },
      reply_count: 2,
      following: true,
      unread_count: 2,
    });
    const page = await list(ann, `?conversation_id=${group.id}&limit=2`);
    expect(page.next_cursor).not.toBeNull();
    expect(await roots(`&limit=2&cursor=${page.next_cursor}`)).toEqual(expected.slice(2));
    await markRead(ann, third);
    expect(await roots("&unread=true")).toEqual([root.message_id, second.message_id]);
    expect((await list(bob, `?conversation_id=${group.id}`)).threads).toEqual([]);
    await ann.delete(`/v1/conversations/${group.id}/participants/${cat.id}`);
    expect((await list(cat)).threads.some(({ conversation_id }) => conversation_id === group.id)).toBe(false);
    expectRefusal(await cat.get(`/v1/threads?conversation_id=${group.id}`), 403, "FORBIDDEN");
    expectRefusal(await ann.get("/v1/threads?cursor=zzz"), 400, "VALIDATION_ERROR", "cursor");
  });
});

describe("a thread's frames", () => {
  test("go to its reader alone, behind the reply that they count", async () => {
    const { root } = await buildScene();
    const [own, other] = [await TestSocket.connect(app, ann), await TestSocket.connect(app, cat)];
    const first = await reply(bob, root, "one");
    const told = await own.next("thread_updated");
    expect(told).toMatchObject({
      thread_root_id: root.message_id,
      following: true,
      unread_count: 1,
      last_reply_seq: first.seq,
    });
    const types = own.frames.map(({ type }) => type);
    expect(types.indexOf("chat")).toBeLessThan(types.indexOf("thread_updated"));
    await markRead(ann, root);
    expect(await own.next("thread_updated")).toMatchObject({ unread_count: 0, last_read_seq: first.seq });
    await unfollow(ann, root);
    expect(await own.next("thread_updated")).toMatchObject({ following: false });
    other.send({ type: "ping" });
    await other.next("pong");
    expect(other.frames.filter(({ type }) => type === "thread_updated")).toEqual([]);
    await Promise.all([own.close(), other.close()]);
  });

  test("count right when many reply at once", async () => {
    const { root } = await buildScene();
    const socket = await TestSocket.connect(app, ann);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => reply(index % 2 ? bob : cat, root, `m${index}`)),
    );
    expect(await stateOf(ann, root)).toMatchObject({ following: true, unread_count: 20 });
    socket.send({ type: "ping" });
    await socket.next("pong");
    let unread = 0;
    let counted = 0;
    for (const frame of socket.frames) {
      if (frame.type === "thread_updated") {
        unread = Number(frame.unread_count);
        counted = Number(frame.last_reply_seq);
      } else if (frame.type === "chat" && Number(frame.seq) > counted && counted > 0) unread++;
    }
    expect(unread).toBe(20);
    await socket.close();
  });
});

test("who was removed hears of no reply, whether they wrote the root, are named in it, or followed before", async () => {
  const group = await buildGroup(ann, [bob, cat]);
  const named = { metadata: { mentions: [cat.id] } };
  const root = await sendText(bob, group.id, "@cat: who brings the ladder?", named);
  const followed = await sendText(ann, group.id, "and the rope?");
  await reply(cat, followed, "I do");
  const sockets = await Promise.all([bob, cat].map((each) => TestSocket.connect(app, each)));
  for (const each of [bob, cat]) await ann.delete(`/v1/conversations/${group.id}/participants/${each.id}`);
  await reply(ann, root, "nobody does");
  await reply(ann, followed, "thanks");
  for (const socket of sockets) {
    socket.send({ type: "ping" });
    await socket.next("pong");
    const told = socket.frames.filter(({ conversation_id }) => conversation_id === group.id);
    expect(told.at(-1)?.type).toBe("participant_removed");
    await socket.close();
  }
  expect((await list(bob)).threads.map(({ thread_root_id }) => thread_root_id)).not.toContain(
    root.message_id,
  );
});

describe("following is refused", () => {
  test("to others with 403, of an unknown message with 404, of a malformed id with 400", async () => {
    const { root } = await buildScene();
    for (const act of [follow, unfollow, markRead]) {
      expectRefusal(await act(outsider, root), 403, "FORBIDDEN");
      expectRefusal(await act(ann, { ...root, message_id: unknownId }), 404, "NOT_FOUND");
      expectRefusal(await act(ann, { ...root, message_id: "x" }), 400, "VALIDATION_ERROR", "id");
    }
  });
});
