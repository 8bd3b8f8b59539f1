import { afterAll, beforeAll, expect, test } from "bun:test";
import { SeededRandom } from "../faults/seeded-random.ts";
import { type Chat, groupChat, sendChat } from "../kit/chat.ts";
import { PollingSession, WebSocketSession } from "../kit/engineio.ts";
import { mutate, type Packet } from "../kit/mutations.ts";
import { type Person, register } from "../kit/person.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { IoClient } from "../kit/socketio.ts";

/** Packets that differ a little from real ones, the same at each run: `PARLEY_SEED=… npm test -- …` tries others. */

const seed = Number(process.env.PARLEY_SEED ?? "20261127");
const packetsInAll = 10_000;
const pushedInAll = 1_500;
const senders = 4;
const longestMs = 300_000;

let server: TestServer;
let mallory: Person;
let ann: Person;
let chat: Chat;

beforeAll(async () => {
  server = await startServer();
  await register(server);
  [mallory, ann] = await Promise.all([register(server), register(server)]);
  chat = await groupChat(ann, [mallory]);
});

afterAll(() => server.stop());

/** Whatever comes to one connection, and whether it still stands. */
interface Line {
  send(packet: Packet): void;
  /** Sends something in order, and waits until it is answered; false: the connection has been closed. */
  isAnswered(): Promise<boolean>;
  close(): void;
}

/** Each sender sends its share, and makes sure after each packet that it is answered or cut off. */
async function sendAll(
  count: number,
  packets: readonly string[],
  open: () => Promise<Line>,
): Promise<number> {
  let closed = 0;
  await Promise.all(
    Array.from({ length: senders }, async (_, sender) => {
      const random = new SeededRandom(seed + sender);
      let line = await open();
      for (let index = sender; index < count; index += senders) {
        const packet = mutate(random, packets);
        line.send(packet);
        const isThere = await Promise.race([line.isAnswered(), Bun.sleep(20_000).then(() => null)]);
        if (isThere === null)
          throw new Error(`neither answered nor closed: ${String(packet).slice(0, 500)} (seed ${seed})`);
        if (isThere) continue;
        closed++;
        line = await open();
      }
      line.close();
    }),
  );
  return closed;
}

/** Runs it while others talk, who must not notice. */
async function whileOthersTalk(work: () => Promise<void>): Promise<void> {
  const bystander = await IoClient.connect(server, ann);
  await bystander.join(chat._id);
  const wanted: string[] = [];
  let isOver = false;
  const talk = async () => {
    while (!isOver) {
      wanted.push(`m${wanted.length}`);
      await sendChat(ann, chat._id, wanted.at(-1) ?? "");
      await Bun.sleep(20);
    }
  };
  try {
    await Promise.all([
      talk(),
      work().finally(() => {
        isOver = true;
      }),
    ]);
    await bystander.next(
      ({ payload }) => (payload.message as { content?: string } | undefined)?.content === wanted.at(-1),
      20_000,
    );
    expect(bystander.texts.filter((text) => /^m\d+$/.test(text))).toEqual(wanted);
  } finally {
    bystander.close();
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(
    server
      .stderr()
      .split("\n")
      .filter((line) => line.includes('"level":"error"')),
  ).toEqual([]);
}

test(
  "10,000 mutated Socket.IO packets cost nobody but their sender anything",
  async () => {
    const { pid } = server;
    const join = JSON.stringify(["join-chat-room", chat._id]);
    const packets = [
      `40${JSON.stringify({ token: mallory.accessToken })}`,
      '40{"token":"x","pid":"abc","offset":"12345678-1"}',
      `420${join}`,
      `42${join}`,
      `421${JSON.stringify(["typing-start", { chatId: chat._id }])}`,
      `422${JSON.stringify(["leave-chat-room", { chatId: chat._id }])}`,
      '451-0["join-chat-room",{"_placeholder":true,"num":0}]',
      '461-0[{"_placeholder":true,"num":0}]',
      "41",
      '431["ok"]',
      '44{"message":"x"}',
      "2probe",
      "3",
      "5",
    ];
    await whileOthersTalk(async () => {
      const closed = await sendAll(packetsInAll - pushedInAll, packets, openIo);
      expect(closed).toBeGreaterThan(100);
      await pushAll(packets);
    });
    expect(server.pid).toBe(pid);
  },
  longestMs,
);

let asked = 0;

async function openIo(): Promise<Line> {
  const session = await WebSocketSession.open(server);
  await session.next();
  session.send(`40${JSON.stringify({ token: mallory.accessToken })}`);
  await session.next();
  return {
    send: (packet) => session.send(packet),
    isAnswered: async () => {
      const id = 1_000_000 + asked++;
      session.send(`42${id}["nothing"]`);
      try {
        while (!String(await session.next(15_000)).startsWith(`43${id}[`));
        return true;
      } catch {
        await session.closed;
        return false;
      }
    },
    close: () => session.socket.close(),
  };
}

/** By POST, two packets a session: each request is answered, and none with 5xx. */
async function pushAll(packets: readonly string[]): Promise<void> {
  await Promise.all(
    Array.from({ length: senders }, async (_, sender) => {
      const random = new SeededRandom(seed + 100 + sender);
      for (let count = sender; count < pushedInAll; count += 2 * senders) {
        const session = await PollingSession.open(server);
        for (const packet of [mutate(random, packets), mutate(random, packets)]) {
          const { status } = await session.push(
            typeof packet === "string" ? packet : `b${packet.toBase64()}`,
          );
          expect([200, 400, 413]).toContain(status);
        }
        // Ends a session that still stands.
        expect([200, 400]).toContain((await session.push("1")).status);
      }
    }),
  );
}

test(
  "10,000 mutated frames of the chat WebSocket are each answered or cost their sender the connection",
  async () => {
    const { pid } = server;
    const frames = [
      { type: "chat", conversation_id: chat._id, content: "hello", message_type: "text" },
      {
        type: "chat",
        conversation_id: chat._id,
        content: "hello",
        client_message_id: "k",
        metadata: { mentions: [ann.id] },
      },
      { type: "typing", conversation_id: chat._id, is_typing: true },
      { type: "read", conversation_id: chat._id, seq: 1 },
      { type: "delivered", conversation_id: chat._id, seq: 1 },
      { type: "presence", online: true },
      { type: "resume", epoch: "x", conversations: { [chat._id]: 1 } },
      { type: "ping" },
    ].map((frame) => JSON.stringify(frame));
    await whileOthersTalk(async () => {
      await sendAll(packetsInAll, frames, openChat);
    });
    expect(server.pid).toBe(pid);
  },
  longestMs,
);

async function openChat(): Promise<Line> {
  const url = new URL("/v1/ws/chat", server.url.replace(/^http/, "ws"));
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${mallory.accessToken}` } });
  let last = "";
  let wake: () => void = () => undefined;
  socket.addEventListener("message", ({ data }) => {
    last = String(data);
    wake();
  });
  socket.addEventListener("close", () => wake());
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  return {
    send: (packet) => socket.send(packet),
    isAnswered: async () => {
      const id = `probe-${asked++}`;
      socket.send(JSON.stringify({ type: "chat", client_message_id: id }));
      while (socket.readyState !== WebSocket.CLOSED && !last.includes(id))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return socket.readyState !== WebSocket.CLOSED;
    },
    close: () => socket.close(),
  };
}
