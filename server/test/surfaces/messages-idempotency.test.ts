import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome } from "../kit/expectations.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;

const send = (person: Person, group: Conversation, body: JsonObject, headers: Record<string, string> = {}) =>
  person.post<Message>("/v1/messages", { conversation_id: group.id, message_type: "text", ...body }, headers);
const contentsOf = async (person: Person, group: Conversation) => {
  const page = await person.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=100`);
  return page.data.messages.map(({ content }) => content);
};

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
});

afterAll(() => app.stop());

describe("the same client_message_id", () => {
  test("from the same sender is 201 once, then 200 with the first message, whatever else changed", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await send(ann, group, { content: "once", client_message_id: "k1" });
    const again = await send(ann, group, { content: "once", client_message_id: "k1" });
    const other = await send(ann, group, { content: "something else", client_message_id: "k1" });
    expect([first.status, again.status, other.status]).toEqual([201, 200, 200]);
    expect(again.data).toEqual(first.data);
    expect(other.data).toMatchObject({ message_id: first.data.message_id, content: "once", seq: 1 });
    expect(await contentsOf(bob, group)).toEqual(["once"]);
    expect((await sendText(ann, group.id, "next")).seq).toBe(2);
  });

  test("sent twenty times at once stores one message, and each answer is that one", async () => {
    const group = await buildGroup(ann, [bob]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(ann, group, { content: "raced", client_message_id: "k2" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map(({ data }) => data.message_id)).size).toBe(1);
    expect(new Set(answers.map(({ data }) => data.seq))).toEqual(new Set([1]));
    expect(await contentsOf(ann, group)).toEqual(["raced"]);
  });

  test("belongs to its sender and its conversation", async () => {
    const [group, second] = [await buildGroup(ann, [bob]), await buildGroup(ann, [bob])];
    const answers = [
      await send(ann, group, { content: "ann's", client_message_id: "k3" }),
      await send(bob, group, { content: "bob's", client_message_id: "k3" }),
      await send(ann, second, { content: "elsewhere", client_message_id: "k3" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ data }) => data.message_id)).size).toBe(3);
  });

  test("may have 64 characters of any script", async () => {
    const group = await buildGroup(ann, [bob]);
    for (const client_message_id of ["k".repeat(64), "ä".repeat(64), "'; --", "k K"]) {
      const first = await send(ann, group, { content: "x", client_message_id });
      const again = await send(ann, group, { content: "x", client_message_id });
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.data).toMatchObject({ message_id: first.data.message_id, client_message_id });
    }
  });

  test("differing in case only is another key", async () => {
    const group = await buildGroup(ann, [bob]);
    const lower = await send(ann, group, { content: "x", client_message_id: "key" });
    const upper = await send(ann, group, { content: "x", client_message_id: "KEY" });
    expect(upper.status).toBe(201);
    expect(upper.data.message_id).not.toBe(lower.data.message_id);
  });

  test("after the message was deleted answers the deleted one and sends nothing", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await send(ann, group, { content: "gone", client_message_id: "k4" });
    await ann.delete(`/v1/messages/${first.data.message_id}`);
    const again = await send(ann, group, { content: "gone", client_message_id: "k4" });
    expect(again.status).toBe(200);
    expect(again.data).toMatchObject({
      message_id: first.data.message_id,
      content: "",
      deleted_at: expect.any(String),
    });
    expect(await contentsOf(bob, group)).toEqual([""]);
  });

  test("does not let somebody who was removed read their message back", async () => {
    const group = await buildGroup(ann, [bob]);
    await send(bob, group, { content: "mine", client_message_id: "k5" });
    await ann.delete(`/v1/conversations/${group.id}/participants/${bob.id}`);
    const again = await send(bob, group, { content: "mine", client_message_id: "k5" });
    expect(outcome(again)).toBe("403 FORBIDDEN");
    expect(again.text).not.toContain("mine");
  });

  test("is remembered behind many later messages", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await send(ann, group, { content: "early", client_message_id: "k6" });
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        send(ann, group, { content: String(index), client_message_id: `later-${index}` }),
      ),
    );
    const again = await send(ann, group, { content: "early", client_message_id: "k6" });
    expect([again.status, again.data.message_id]).toEqual([200, first.data.message_id]);
  }, 15_000);
});

describe("the header Idempotency-Key", () => {
  test("does the same as client_message_id", async () => {
    const group = await buildGroup(ann, [bob]);
    const headers = { "idempotency-key": "header-1" };
    const first = await send(ann, group, { content: "once" }, headers);
    const again = await send(ann, group, { content: "once" }, headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.data.message_id).toBe(first.data.message_id);
    expect(await contentsOf(bob, group)).toEqual(["once"]);
  });

  test("sent twenty times at once stores one message", async () => {
    const group = await buildGroup(ann, [bob]);
    const headers = { "idempotency-key": "header-2" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(ann, group, { content: "x" }, headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map(({ data }) => data.message_id)).size).toBe(1);
  });

  test("of more than 64 characters is 400", async () => {
    const group = await buildGroup(ann, [bob]);
    const answer = await send(ann, group, { content: "x" }, { "idempotency-key": "k".repeat(65) });
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(await contentsOf(ann, group)).toEqual([]);
  });
});

describe("the same key over REST and WebSocket", () => {
  test("at once stores one message with one seq, told once to everybody", async () => {
    const group = await buildGroup(ann, [bob]);
    const [socket, listener] = await Promise.all([
      TestSocket.connect(app, ann),
      TestSocket.connect(app, bob),
    ]);
    for (let round = 1; round <= 20; round++) {
      const client_message_id = `both-${round}`;
      const body = { content: `round ${round}`, client_message_id };
      const rest = send(ann, group, body);
      socket.send({ type: "chat", conversation_id: group.id, message_type: "text", ...body });
      const [answer, ack] = await Promise.all([rest, socket.next("ack")]);
      expect([200, 201]).toContain(answer.status);
      expect(ack).toMatchObject({ client_message_id, message_id: answer.data.message_id, seq: round });
      expect(answer.data.seq).toBe(round);
    }
    await listener.next((frame) => frame.type === "chat" && frame.seq === 20);
    await Bun.sleep(100);
    for (const frames of [listener.frames, socket.frames]) {
      const seqs = frames.filter(({ type }) => type === "chat").map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
    await Promise.all([socket.close(), listener.close()]);
  });

  test("later gets the first message's ack and tells nobody again", async () => {
    const group = await buildGroup(ann, [bob]);
    const [socket, listener] = await Promise.all([
      TestSocket.connect(app, ann),
      TestSocket.connect(app, bob),
    ]);
    const first = await send(ann, group, { content: "first", client_message_id: "late" });
    await listener.next("chat");
    const frame = { type: "chat", conversation_id: group.id, content: "second", client_message_id: "late" };
    socket.send(frame);
    socket.send(frame);
    for (let count = 0; count < 2; count++) {
      expect(await socket.next("ack")).toMatchObject({
        client_message_id: "late",
        message_id: first.data.message_id,
        seq: 1,
        created_at: first.data.created_at,
      });
    }
    await listener.none("chat");
    expect(await contentsOf(bob, group)).toEqual(["first"]);
    await Promise.all([socket.close(), listener.close()]);
  });
});
