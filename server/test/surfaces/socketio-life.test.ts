import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { startApp, type TestApp } from "../kit/app.ts";
import { type ChatMessage, directChat, groupChat, sendChat } from "../kit/chat.ts";
import { type Person, register, sendText } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";
import { IoClient, type Transport } from "../kit/socketio.ts";
import { requestHead } from "../kit/wire.ts";

let app: TestApp;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
});

afterAll(() => app.stop());

test("whoever is connected by Socket.IO is online, and offline once they leave", async () => {
  await directChat(ann, bob);
  const watcher = await TestSocket.connect(app, ann);
  const client = await IoClient.connect(app, bob);
  await watcher.next(
    (frame) => frame.type === "presence" && frame.user_id === bob.id && frame.online === true,
  );
  client.close();
  await watcher.next(
    (frame) => frame.type === "presence" && frame.user_id === bob.id && frame.online === false,
  );
  await watcher.close();
});

test.each(["websocket", "polling"] as Transport[])(
  "a server that stops lets go of its %s clients, who would come back by themselves",
  async (transport) => {
    const other = await startApp();
    const person = await register(other);
    const client = await IoClient.connect(other, person, { transports: [transport] });
    const gone = client.disconnected();
    const start = performance.now();
    await other.stop();
    expect(performance.now() - start).toBeLessThan(6_000);
    expect(await gone).not.toBe("io server disconnect");
  },
);

test("over polling alone, a hundred writers at once lose nothing and double nothing", async () => {
  const chat = await groupChat(ann, [bob]);
  const clients = await Promise.all(
    Array.from({ length: 5 }, () => IoClient.connect(app, bob, { transports: ["polling"] })),
  );
  for (const client of clients) await client.join(chat._id);
  const wanted = Array.from({ length: 300 }, (_, index) => `m${index}`);
  for (let from = 0; from < wanted.length; from += 100)
    await Promise.all(wanted.slice(from, from + 100).map((content) => sendChat(ann, chat._id, content)));
  await sendChat(ann, chat._id, "last");
  for (const client of clients) {
    await client.next(
      ({ payload }) => (payload.message as ChatMessage | undefined)?.content === "last",
      10_000,
    );
    expect(client.texts.slice(0, -1).sort()).toEqual([...wanted].sort());
    client.close();
  }
});

test("a reader that is too slow is cut, and slows nobody", async () => {
  const chat = await groupChat(ann, [bob]);
  const slow = await openSlow(bob, chat._id);
  const quick = await IoClient.connect(app, bob);
  await quick.join(chat._id);
  slow.socket.pause();
  const long = "x".repeat(10_000);
  let sent = 0;
  const end = performance.now() + 20_000;
  while (!slow.isCut() && performance.now() < end) {
    await Promise.all(Array.from({ length: 50 }, () => sendText(ann, chat._id, long)));
    sent += 50;
  }
  expect(slow.isCut()).toBe(true);
  await sendText(ann, chat._id, "last");
  await quick.next(({ payload }) => (payload.message as ChatMessage | undefined)?.content === "last");
  expect(quick.texts).toHaveLength(sent + 1);
  quick.close();
  slow.socket.destroy();
}, 40_000);

/** A client that joins a room over a bare socket, so that it can stop reading. */
async function openSlow(person: Person, chatId: string): Promise<{ socket: Socket; isCut(): boolean }> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  let received = "";
  let isCut = false;
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    isCut = true;
  });
  const until = async (words: string) => {
    const end = performance.now() + 5_000;
    while (!received.includes(words)) {
      if (performance.now() > end) throw new Error(`no «${words}» from the server: ${received.slice(-300)}`);
      await Bun.sleep(5);
    }
  };
  socket.write(
    requestHead(app, "GET /socket.io/?EIO=4&transport=websocket", {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    }),
  );
  await until('"sid"');
  socket.write(frameOf(`40${JSON.stringify({ token: person.accessToken })}`));
  await until('"pid"');
  socket.write(frameOf(`420${JSON.stringify(["join-chat-room", chatId])}`));
  await until("430");
  // A write to a connection that was reset tells so, also while nothing is read.
  const probe = setInterval(() => {
    if (isCut) clearInterval(probe);
    else socket.write(frameOf("3"));
  }, 50);
  return { socket, isCut: () => isCut };
}

/** A masked text frame (RFC 6455), with a mask of zeros. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4), payload]);
}
