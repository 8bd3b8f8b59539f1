import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { isoTime, unknownId } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Message } from "../kit/shapes.ts";
import { closeAll, type Frame, TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;

const chat = (group: Conversation, content: unknown, extra: JsonObject = {}) => ({
  type: "chat",
  conversation_id: group.id,
  content,
  ...extra,
});
const read = async (person: Person, id: unknown) => (await person.get<Message>(`/v1/messages/${id}`)).data;
const connect = (person: Person) => TestSocket.connect(app, person);

/** Resolves once the server has handled every frame sent on this socket before. */
async function settled(socket: TestSocket): Promise<void> {
  socket.send({ type: "ping" });
  await socket.next("pong");
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("a chat frame", () => {
  test("is answered by an ack once the message can be read back", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(ann);
    socket.send(chat(group, "durable", { message_type: "text", client_message_id: "c1" }));
    const ack = await socket.next("ack");
    expect(ack).toMatchObject({ client_message_id: "c1", seq: 1 });
    expect(ack.created_at).toMatch(isoTime);
    const stored = await read(bob, ack.message_id);
    expect(stored).toMatchObject({
      content: "durable",
      sender_id: ann.id,
      seq: 1,
      created_at: ack.created_at,
    });
    await socket.close();
  });

  test("reaches every connection of every participant, and nobody else", async () => {
    const group = await buildGroup(ann, [bob]);
    const members = await Promise.all([connect(ann), connect(ann), connect(bob), connect(bob), connect(bob)]);
    const stranger = await connect(outsider);
    members.at(0)?.send(chat(group, "for all", { client_message_id: "c2" }));
    for (const socket of members) {
      expect(await socket.next("chat")).toMatchObject({
        conversation_id: group.id,
        content: "for all",
        seq: 1,
      });
    }
    await stranger.none((frame) => frame.conversation_id === group.id);
    for (const socket of members) await socket.none("chat", 0);
    await closeAll(...members, stranger);
  });

  test("comes back to the sending connection after its ack", async () => {
    const group = await buildGroup(ann, [bob]);
    const [socket, other] = await Promise.all([connect(ann), connect(ann)]);
    for (let number = 1; number <= 20; number++) {
      socket.send(chat(group, `m${number}`, { client_message_id: `n${number}` }));
    }
    await socket.next((frame) => frame.type === "chat" && frame.seq === 20);
    const order = socket.frames.filter(({ type }) => type === "ack" || type === "chat");
    for (let number = 1; number <= 20; number++) {
      const ack = order.findIndex(
        (frame) => frame.type === "ack" && frame.client_message_id === `n${number}`,
      );
      const own = order.findIndex((frame) => frame.type === "chat" && frame.content === `m${number}`);
      expect(ack).toBeGreaterThanOrEqual(0);
      expect(own).toBeGreaterThan(ack);
    }
    await settled(other);
    expect(other.frames.some(({ type }) => type === "ack")).toBe(false);
    await closeAll(socket, other);
  });

  test("carries the whole message as REST shows it", async () => {
    const group = await buildGroup(ann, [bob]);
    const root = await sendText(ann, group.id, "root");
    const [sender, listener] = await Promise.all([connect(ann), connect(bob)]);
    const metadata = { reply_to: root.message_id, mentions: [bob.id], own: { a: ["ä"] } };
    sender.send(chat(group, "a reply", { message_type: "image", metadata, client_message_id: "c3" }));
    const frame = await listener.next("chat");
    const { status: _status, ...stored } = await read(bob, frame.message_id);
    expect(frame).toMatchObject({ ...stored, type: "chat" });
    expect(frame.timestamp).toMatch(isoTime);
    expect(stored).toMatchObject({
      reply_to: root.message_id,
      mentions: [bob.id],
      message_type: "image",
      version: frame.version,
    });
    await closeAll(sender, listener);
  });

  test("is text unless it says otherwise, and needs no client_message_id", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(ann);
    socket.send(chat(group, "bare"));
    const ack = await socket.next("ack");
    expect(await read(ann, ack.message_id)).toMatchObject({ message_type: "text", client_message_id: null });
    await socket.close();
  });

  test("of 10,000 code points of four bytes comes through whole", async () => {
    const group = await buildGroup(ann, [bob]);
    const [sender, listener] = await Promise.all([connect(ann), connect(bob)]);
    const content = "😀".repeat(10_000);
    sender.send(chat(group, content));
    expect((await listener.next("chat")).content).toBe(content);
    await closeAll(sender, listener);
  });

  test("cannot say who sent it, when or where in the order", async () => {
    const group = await buildGroup(ann, [bob]);
    const [sender, listener] = await Promise.all([connect(ann), connect(bob)]);
    const forged = {
      sender_id: bob.id,
      message_id: unknownId,
      seq: 50,
      version: 50,
      timestamp: "2001-01-01T00:00:00.000Z",
    };
    sender.send(
      chat(group, "forged", { ...forged, created_at: forged.timestamp, deleted_at: forged.timestamp }),
    );
    const frame = await listener.next("chat");
    expect(frame).toMatchObject({ sender_id: ann.id, seq: 1, deleted_at: null });
    expect(frame.message_id).not.toBe(unknownId);
    expect(String(frame.created_at) > "2002").toBe(true);
    expect(String(frame.timestamp) > "2002").toBe(true);
    await closeAll(sender, listener);
  });
});

describe("a message sent, edited or deleted over REST", () => {
  test("is told to every connection, the sender's too", async () => {
    const direct = await buildDirect(ann, bob);
    const sockets = await Promise.all([connect(ann), connect(bob)]);
    const sent = await sendText(ann, direct.id, "typed");
    await ann.patch(`/v1/messages/${sent.message_id}`, { content: "retyped" });
    await ann.delete(`/v1/messages/${sent.message_id}`);
    for (const socket of sockets) {
      const frames = [
        await socket.next("chat"),
        await socket.next("message_edited"),
        await socket.next("message_deleted"),
      ];
      expect(frames.map(({ message_id }) => message_id)).toEqual(Array(3).fill(sent.message_id));
      expect(frames.map(({ seq }) => seq)).toEqual([1, 1, 1]);
      expect(frames.map(({ content }) => content)).toEqual(["typed", "retyped", ""]);
      expect(frames.at(1)?.edited_at).toMatch(isoTime);
      expect(frames.at(2)?.deleted_at).toMatch(isoTime);
      const versions = frames.map(({ version }) => Number(version));
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(new Set(versions).size).toBe(3);
      const heard = socket.frames.filter(({ message_id }) => message_id === sent.message_id);
      expect(heard.map(({ type }) => type)).toEqual(["chat", "message_edited", "message_deleted"]);
    }
    await closeAll(...sockets);
  });

  test("that was refused is told to nobody", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(bob);
    const sent = await sendText(ann, group.id, "ann's");
    await socket.next("chat");
    await bob.patch(`/v1/messages/${sent.message_id}`, { content: "bob's" });
    await bob.delete(`/v1/messages/${sent.message_id}`);
    await outsider.post("/v1/messages", { conversation_id: group.id, content: "hi", message_type: "text" });
    await socket.none((frame) => ["chat", "message_edited", "message_deleted"].includes(frame.type));
    await socket.close();
  });
});

describe("a refused chat frame", () => {
  const rows: [string, (own: Conversation, foreign: Message) => JsonObject, string][] = [
    ["without content", (own) => chat(own, undefined), "VALIDATION_ERROR"],
    ["with spaces only", (own) => chat(own, "  \n"), "VALIDATION_ERROR"],
    ["with too long a text", (own) => chat(own, "x".repeat(10_001)), "VALIDATION_ERROR"],
    ["with content of another kind", (own) => chat(own, { $ne: 1 }), "VALIDATION_ERROR"],
    ["with a NUL", (own) => chat(own, "a\u0000b"), "VALIDATION_ERROR"],
    ["with a lone surrogate", (own) => chat(own, "\ud800"), "VALIDATION_ERROR"],
    ["of the server's type", (own) => chat(own, "x", { message_type: "system" }), "VALIDATION_ERROR"],
    ["of an unknown type", (own) => chat(own, "x", { message_type: 5 }), "VALIDATION_ERROR"],
    [
      "with metadata over 8 KiB",
      (own) => chat(own, "x", { metadata: { p: "x".repeat(8_200) } }),
      "VALIDATION_ERROR",
    ],
    [
      "answering a message of another conversation",
      (own, foreign) => chat(own, "x", { metadata: { reply_to: foreign.message_id } }),
      "VALIDATION_ERROR",
    ],
    [
      "mentioning an outsider",
      (own) => chat(own, "x", { metadata: { mentions: [outsider.id] } }),
      "VALIDATION_ERROR",
    ],
    [
      "to a malformed conversation",
      (own) => ({ ...chat(own, "x"), conversation_id: "x" }),
      "VALIDATION_ERROR",
    ],
    ["to no conversation", (own) => ({ ...chat(own, "x"), conversation_id: undefined }), "VALIDATION_ERROR"],
    ["to an unknown conversation", (own) => ({ ...chat(own, "x"), conversation_id: unknownId }), "NOT_FOUND"],
    [
      "to another's conversation",
      (own, foreign) => ({ ...chat(own, "x"), conversation_id: foreign.conversation_id }),
      "FORBIDDEN",
    ],
  ];
  test.each(rows)(
    "%s gets an error that names it, stores nothing and the connection lives",
    async (_what, frame, code) => {
      const own = await buildGroup(bob, [ann]);
      const foreign = await sendText(ann, (await buildDirect(ann, outsider)).id, "Foreign-Secret");
      const [socket, listener] = await Promise.all([connect(bob), connect(ann)]);
      socket.send({ ...frame(own, foreign), client_message_id: "refused-1" });
      const error = await socket.next("error");
      expect(error).toMatchObject({ code, client_message_id: "refused-1" });
      expect(error.message).toBeString();
      expect(JSON.stringify(error)).not.toContain("Foreign-Secret");
      socket.send(chat(own, "still here", { client_message_id: "next" }));
      expect(await socket.next("ack")).toMatchObject({ client_message_id: "next", seq: 1 });
      expect(await listener.next("chat")).toMatchObject({ content: "still here", seq: 1 });
      await closeAll(socket, listener);
    },
  );

  test("in an encrypted conversation is one that is not encrypted", async () => {
    const group = await buildGroup(ann, [bob], { is_e2ee_enabled: true });
    const socket = await connect(ann);
    socket.send(chat(group, "plain", { client_message_id: "p1" }));
    expect(await socket.next("error")).toMatchObject({ code: "VALIDATION_ERROR", client_message_id: "p1" });
    socket.send(chat(group, "b3BhcXVl".repeat(4_000), { is_encrypted: true, client_message_id: "p2" }));
    expect(await socket.next("ack")).toMatchObject({ client_message_id: "p2", seq: 1 });
    await socket.close();
  });

  test("does not hold up those around it: each frame gets its own answer", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(ann);
    for (let number = 1; number <= 30; number++) {
      socket.send(chat(group, number % 3 === 0 ? " " : `m${number}`, { client_message_id: `f${number}` }));
    }
    await socket.next((frame) => frame.type === "chat" && frame.seq === 20);
    await settled(socket);
    const idsOf = (type: string) =>
      socket.frames
        .filter((frame: Frame) => frame.type === type)
        .map((frame) => String(frame.client_message_id));
    const all = Array.from({ length: 30 }, (_, index) => index + 1);
    expect(idsOf("error")).toEqual(all.filter((number) => number % 3 === 0).map((number) => `f${number}`));
    expect(idsOf("ack")).toEqual(all.filter((number) => number % 3 !== 0).map((number) => `f${number}`));
    await socket.close();
  });
});
