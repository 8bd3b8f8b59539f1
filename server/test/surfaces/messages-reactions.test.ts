import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal, unknownId } from "../kit/expectations.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage, Reaction } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface Reacted {
  message_id: string;
  conversation_id: string;
  seq: number;
  version: number;
  reactions: Reaction[];
}

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;
let group: Conversation;

const encoded = encodeURIComponent;
const react = (who: Person, id: string, emoji: unknown) =>
  who.post<Reacted>(`/v1/messages/${id}/react`, { emoji });
const unreact = (who: Person, id: string, emoji: string) =>
  who.delete<Reacted>(`/v1/messages/${id}/react?emoji=${encoded(emoji)}`);
const say = (text = "hello") => sendText(ann, group.id, text);
const reactionsOf = async (id: string) => (await ann.get<Message>(`/v1/messages/${id}`)).data.reactions;

beforeAll(async () => {
  app = await startApp();
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
});
afterAll(() => app.stop());

describe("a reaction", () => {
  test("stands on the message with its count and who gave it, wherever the message is read", async () => {
    const message = await say();
    await react(ann, message.message_id, "👍");
    const { data } = await react(bob, message.message_id, "👍");
    const expected = [{ emoji: "👍", count: 2, user_ids: [ann.id, bob.id] }];
    expect(data).toMatchObject({ message_id: message.message_id, seq: message.seq, reactions: expected });
    expect(await reactionsOf(message.message_id)).toEqual(expected);
    const page = await bob.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=1`);
    expect(page.data.messages[0]?.reactions).toEqual(expected);
  });

  test("given twice counts once, also when both requests come at once", async () => {
    const { message_id: id } = await say();
    const answers = await Promise.all([react(bob, id, "🎉"), react(bob, id, "🎉"), react(bob, id, "🎉")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await reactionsOf(id)).toEqual([{ emoji: "🎉", count: 1, user_ids: [bob.id] }]);
  });

  test("may be any emoji, each in one spelling", async () => {
    const { message_id: id } = await say();
    const emojis = ["👩‍👩‍👧‍👦", "👍🏽", "🇪🇺", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🫠", "❤️"];
    for (const emoji of emojis) expect((await react(ann, id, emoji)).status).toBe(200);
    await react(bob, id, "❤");
    const reactions = await reactionsOf(id);
    expect(reactions.map(({ emoji }) => emoji)).toEqual(emojis);
    expect(reactions.at(-1)?.count).toBe(2);
  });

  test("is taken back by the same user only, and taking back what is not there changes nothing", async () => {
    const { message_id: id } = await say();
    await react(ann, id, "👀");
    const before = (await react(bob, id, "👀")).data.version;
    expect((await unreact(bob, id, "👀")).data.reactions).toEqual([
      { emoji: "👀", count: 1, user_ids: [ann.id] },
    ]);
    const again = await unreact(bob, id, "👀");
    expect(again.status).toBe(200);
    expect(again.data.version).toBe(before + 1);
    await unreact(ann, id, "👀");
    expect(await reactionsOf(id)).toEqual([]);
  });

  test("works on the other path too", async () => {
    const { message_id: id } = await say();
    await bob.post(`/api/v1/messages/${id}/reactions`, { emoji: "✅" });
    expect(await reactionsOf(id)).toEqual([{ emoji: "✅", count: 1, user_ids: [bob.id] }]);
    await bob.delete(`/v1/messages/${id}/reactions?emoji=${encoded("✅")}`);
    expect(await reactionsOf(id)).toEqual([]);
  });

  test("goes with the message when that is deleted, and a deleted message takes none", async () => {
    const { message_id: id } = await say();
    await react(bob, id, "👍");
    await ann.delete(`/v1/messages/${id}`);
    expect(await reactionsOf(id)).toEqual([]);
    expectRefusal(await react(bob, id, "👍"), 409, "CONFLICT");
  });

  test("is refused where it does not belong", async () => {
    const { message_id: id } = await say();
    expectRefusal(await react(outsider, id, "👍"), 403, "FORBIDDEN");
    expectRefusal(await react(ann, unknownId, "👍"), 404, "NOT_FOUND");
    for (const nothing of ["", "yes", "👍👍", "a", "<b>", "1", 7, null, "👍".repeat(40)]) {
      expectRefusal(await react(ann, id, nothing), 400, "VALIDATION_ERROR", "emoji");
    }
    expectRefusal(await ann.delete(`/v1/messages/${id}/react`), 400, "VALIDATION_ERROR", "emoji");
    expect(await reactionsOf(id)).toEqual([]);
  });

  test("is one of at most fifty different ones on a message", async () => {
    const { message_id: id } = await say();
    const emojis = Array.from({ length: 51 }, (_, index) => String.fromCodePoint(0x1f600 + index));
    for (const emoji of emojis.slice(0, 50)) await react(ann, id, emoji);
    expectRefusal(await react(ann, id, emojis[50]), 409, "CONFLICT", "emoji");
    expect((await react(bob, id, emojis[0])).status).toBe(200);
    expect(await reactionsOf(id)).toHaveLength(50);
  });
});

describe("frames of reactions", () => {
  test("tell everybody what the emoji is now, with the version of the change", async () => {
    const message = await say();
    const socket = await TestSocket.connect(app, bob);
    const { version } = (await react(ann, message.message_id, "👍")).data;
    expect(await socket.next("reaction_added")).toMatchObject({
      conversation_id: group.id,
      message_id: message.message_id,
      seq: message.seq,
      user_id: ann.id,
      emoji: "👍",
      count: 1,
      user_ids: [ann.id],
      version,
    });
    await react(ann, message.message_id, "👍");
    await unreact(ann, message.message_id, "👍");
    expect(await socket.next("reaction_removed")).toMatchObject({
      user_id: ann.id,
      emoji: "👍",
      count: 0,
      user_ids: [],
      version: version + 1,
    });
    await socket.none("reaction_added");
    await socket.close();
  });

  test("missed ones come back as the message in its present state", async () => {
    const old = await say("old");
    const socket = await TestSocket.connect(app, bob);
    const { epoch } = socket.hello;
    await socket.close();
    const seen = (await bob.get<Conversation>(`/v1/conversations/${group.id}`)).data.version;
    await react(ann, old.message_id, "🔥");
    const fresh = await say("fresh");
    await react(ann, fresh.message_id, "👍");
    const again = await TestSocket.connect(app, bob, { query: { resume: "true" } });
    again.send({ type: "resume", epoch, conversations: { [group.id]: seen } });
    await again.next("resumed");
    const replayed = again.frames.filter(({ type }) => type === "chat" || type === "message_edited");
    expect(replayed.map(({ type, message_id, reactions }) => ({ type, message_id, reactions }))).toEqual([
      {
        type: "message_edited",
        message_id: old.message_id,
        reactions: [{ emoji: "🔥", count: 1, user_ids: [ann.id] }],
      },
      {
        type: "chat",
        message_id: fresh.message_id,
        reactions: [{ emoji: "👍", count: 1, user_ids: [ann.id] }],
      },
    ]);
    await again.close();
  });
});
