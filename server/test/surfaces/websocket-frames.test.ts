import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let group: Conversation;

const connect = () => TestSocket.connect(app, ann);

/** The connection still answers. */
async function expectAlive(socket: TestSocket): Promise<void> {
  socket.send({ type: "ping" });
  expect((await socket.next("pong")).type).toBe("pong");
}

/** A chat frame of exactly `bytes` bytes, padded in a field the server ignores. */
function frameOf(bytes: number, clientMessageId: string): string {
  const frame = (pad: string) =>
    JSON.stringify({
      type: "chat",
      conversation_id: group.id,
      content: "padded",
      client_message_id: clientMessageId,
      pad,
    });
  return frame("x".repeat(bytes - frame("").length));
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
});

afterAll(() => app.stop());

test("a ping frame is answered by a pong frame", async () => {
  const socket = await connect();
  await expectAlive(socket);
  await socket.close();
});

describe("a frame that is no command", () => {
  const texts: [string, string][] = [
    ["nothing", ""],
    ["cut JSON", '{"type":"chat"'],
    ["no JSON at all", "hello"],
    ["single quotes", "{'type':'ping'}"],
    ["two commands", '{"type":"ping"}{"type":"ping"}'],
    ["null", "null"],
    ["a number", "1"],
    ["a text", '"ping"'],
    ["a list", '[{"type":"ping"}]'],
    ["an object without type", "{}"],
    ["a type of another kind", '{"type":{"toString":"ping"}}'],
    ["an unknown type", '{"type":"shutdown"}'],
    ["a type only the server sends", '{"type":"ack","message_id":"x"}'],
    ["a name every object has", '{"type":"toString"}'],
    ["a prototype's name", '{"type":"__proto__"}'],
    ["a constructor's name", '{"type":"constructor"}'],
    ["33 levels", `{"type":"typing","a":${"[".repeat(40)}${"]".repeat(40)}}`],
    ["30,000 levels", `{"type":"chat","metadata":${"[".repeat(30_000)}${"]".repeat(30_000)}}`],
  ];
  test.each(texts)("(%s) is answered by VALIDATION_ERROR and the connection lives", async (_what, text) => {
    const socket = await connect();
    socket.sendRaw(text);
    expect(await socket.next("error")).toMatchObject({
      code: "VALIDATION_ERROR",
      message: expect.any(String),
    });
    await expectAlive(socket);
    await socket.close();
  });

  test("but bytes is answered by VALIDATION_ERROR and the connection lives", async () => {
    const socket = await connect();
    for (const bytes of [[], [0], [0xff, 0xfe], [...Buffer.from('{"type":"ping"}')]]) {
      socket.sendRaw(new Uint8Array(bytes));
      expect(await socket.next("error")).toMatchObject({ code: "VALIDATION_ERROR" });
    }
    await expectAlive(socket);
    await socket.close();
  });

  test("leaks nothing of the server's inside", async () => {
    const socket = await connect();
    socket.sendRaw("{");
    socket.sendRaw('{"type":"chat","conversation_id":{"a":1},"content":1}');
    const errors = [await socket.next("error"), await socket.next("error")];
    expect(JSON.stringify(errors)).not.toMatch(/\.ts:\d|at \w+ \(|SQLITE|undefined is not/);
    await socket.close();
  });
});

describe("a command with fields of the wrong kind", () => {
  const wrong: [string, object][] = [
    ["typing without a conversation", { type: "typing" }],
    ["typing in a malformed one", { type: "typing", conversation_id: 1 }],
    ["typing as text", { type: "typing", is_typing: "yes" }],
    ["read without a seq", { type: "read" }],
    ["read of a negative seq", { type: "read", seq: -1 }],
    ["read of a broken seq", { type: "read", seq: 1.5 }],
    ["read of a seq as text", { type: "read", seq: "1" }],
    ["delivered of a huge seq", { type: "delivered", seq: 2 ** 60 }],
    ["delivered of no seq", { type: "delivered", seq: null }],
    ["presence as text", { type: "presence", online: "no" }],
    ["resume without conversations", { type: "resume", epoch: "x" }],
    ["resume with a list", { type: "resume", epoch: "x", conversations: [] }],
    ["resume without an epoch", { type: "resume", conversations: {} }],
    ["resume with an odd epoch", { type: "resume", epoch: 1, conversations: {} }],
  ];
  test.each(wrong)("(%s) is answered by VALIDATION_ERROR and the connection lives", async (what, frame) => {
    const socket = await connect();
    const place =
      what.startsWith("typing ") && !what.includes("as text") ? {} : { conversation_id: group.id };
    const isResume = what.startsWith("resume");
    socket.send(isResume ? frame : { ...place, ...frame });
    expect(await socket.next("error")).toMatchObject({ code: "VALIDATION_ERROR" });
    await expectAlive(socket);
    await socket.close();
  });

  test("names the client_message_id only where the frame had one", async () => {
    const socket = await connect();
    socket.send({ type: "chat", conversation_id: group.id, content: "", client_message_id: 7 });
    const error = await socket.next("error");
    expect(error.client_message_id ?? null).toBeNull();
    await socket.close();
  });
});

describe("the size of a frame", () => {
  test("may be 64 KiB", async () => {
    const socket = await connect();
    socket.sendRaw(frameOf(64 * 1024, "largest"));
    expect(await socket.next("ack")).toMatchObject({ client_message_id: "largest" });
    await socket.close();
  });

  test("over 64 KiB closes the connection with 1009 and stores nothing", async () => {
    const socket = await connect();
    const before = (await ann.get<Conversation>(`/v1/conversations/${group.id}`)).data.seq;
    socket.sendRaw(frameOf(64 * 1024 + 1, "too-large"));
    expect((await socket.closed).code).toBe(1009);
    expect((await ann.get<Conversation>(`/v1/conversations/${group.id}`)).data.seq).toBe(before);
  });

  test("closes only the connection that broke it", async () => {
    const [guilty, other] = await Promise.all([connect(), connect()]);
    guilty.sendRaw("x".repeat(200_000));
    expect((await guilty.closed).code).toBe(1009);
    await expectAlive(other);
    await other.close();
  });
});

test("2,000 odd frames on many connections leave the server answering and in order", async () => {
  const kinds = ["chat", "typing", "read", "delivered", "presence", "resume", "ping", "nonsense"];
  const values = [
    null,
    true,
    -1,
    1e308,
    "",
    "x",
    [],
    {},
    { $gt: 1 },
    ["__proto__"],
    group.id,
    "\u0000",
    "x".repeat(3_000),
  ];
  const keys = [
    "conversation_id",
    "content",
    "seq",
    "is_typing",
    "online",
    "conversations",
    "epoch",
    "metadata",
  ];
  for (let connection = 0; connection < 40; connection++) {
    const socket = await connect();
    for (let count = 0; count < 50; count++) {
      const number = connection * 50 + count;
      const key = keys[number % keys.length] ?? "";
      const valid = {
        conversation_id: group.id,
        content: "fuzz",
        seq: 0,
        epoch: socket.hello.epoch,
        conversations: {},
      };
      const frame = { type: kinds[number % 8], ...valid, [key]: values[number % values.length] };
      const text = JSON.stringify(frame);
      socket.sendRaw(number % 5 === 0 ? text.slice(0, number % text.length) : text);
    }
    await expectAlive(socket);
    await socket.close();
  }
  const fresh = await buildGroup(ann, [bob]);
  const socket = await connect();
  socket.send({ type: "chat", conversation_id: fresh.id, content: "sane", client_message_id: "sane" });
  expect(await socket.next("ack")).toMatchObject({ client_message_id: "sane", seq: 1 });
  await socket.close();
}, 60_000);
