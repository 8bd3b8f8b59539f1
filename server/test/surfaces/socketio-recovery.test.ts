import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, type ChatMessage, directChat, groupChat, sendChat } from "../kit/chat.ts";
import { WebSocketSession } from "../kit/engineio.ts";
import { type Person, register, sendText } from "../kit/person.ts";
import { IoClient, type Transport } from "../kit/socketio.ts";
import { Tap } from "../kit/tap.ts";

let app: TestApp;
let admin: Person;
let ann: Person;
let bob: Person;
let chat: Chat;

const both: Transport[] = ["websocket", "polling"];
const long = "x".repeat(9_000);

beforeAll(async () => {
  app = await startApp();
  admin = await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
});

afterAll(() => app.stop());

const isText = (content: string) => (heard: { payload: Record<string, unknown> }) =>
  (heard.payload.message as ChatMessage | undefined)?.content === content;

/** A connection in the room of a new chat of Ann's and Bob's. */
async function joined(person: Person, transport: Transport, at: { url: string } = app) {
  chat = await groupChat(ann, person === bob ? [bob] : [bob, person]);
  const client = await IoClient.connect(at, person, { transports: [transport] });
  await client.next("hello");
  await client.join(chat._id);
  return client;
}

/** So many long messages, in order. */
async function sayMuch(count: number, wanted: string[]): Promise<void> {
  const contents = Array.from({ length: count }, (_, index) => `${wanted.length + index} ${long}`);
  for (const content of contents) {
    wanted.push(content);
    await sendText(ann, chat._id, content);
  }
}

/** Sends long messages until the reader behind the closed tap is cut, or so many are out. */
async function sayUntilCut(client: IoClient, wanted: string[], most: number): Promise<boolean> {
  let isCut = false;
  void client.disconnected(60_000).then(
    () => {
      isCut = true;
    },
    () => undefined,
  );
  while (!isCut && wanted.length < most) {
    const contents = Array.from({ length: 20 }, (_, index) => `${wanted.length + index} ${long}`);
    await Promise.all(contents.map((content) => sendText(ann, chat._id, content)));
    wanted.push(...contents);
    // A write to a connection that was reset tells so, also while nothing is read.
    client.socket.emit("nothing");
  }
  return isCut;
}

test("a reader that was cut for being too slow comes back to all that it missed, each once, in order", async () => {
  const tap = await Tap.before(app);
  const client = await joined(bob, "websocket", tap);
  const wanted: string[] = [];
  await sayMuch(3, wanted);
  await client.next(isText(wanted[2] ?? ""));
  tap.close();
  expect(await sayUntilCut(client, wanted, 5_000)).toBe(true);
  // It stops reading again in the middle of what it missed.
  tap.open();
  client.socket.connect();
  await client.connected(20_000);
  tap.close();
  await sayUntilCut(client, wanted, wanted.length + 100);
  tap.open();
  if (!client.socket.connected) client.socket.connect();
  await client.connected(20_000);
  expect(client.socket.recovered).toBe(true);
  await sendText(ann, chat._id, "last");
  await client.next(isText("last"), 60_000);
  const seqs = client.heard.flatMap(({ event, payload }) =>
    event === "new-message" ? [(payload.message as ChatMessage).seq] : [],
  );
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(client.texts.toSorted()).toEqual([...wanted, "last"].toSorted());
  client.close();
  tap.stop();
}, 180_000);

test.each(both)(
  "over %s, what was missed may be larger than what waits for a slow reader",
  async (transport) => {
    const client = await joined(bob, transport);
    const wanted: string[] = [];
    client.drop();
    await sayMuch(600, wanted);
    client.socket.connect();
    await client.connected();
    expect(client.socket.recovered).toBe(true);
    await sayMuch(1, wanted);
    await client.next(isText(wanted.at(-1) ?? ""), 30_000);
    expect(client.texts).toEqual(wanted);
    client.close();
  },
  120_000,
);

test.each(both)("over %s, several breaks without a word in between lose nothing", async (transport) => {
  const client = await joined(bob, transport);
  const wanted: string[] = [];
  for (let time = 0; time < 4; time++) {
    client.drop();
    if (time % 2 === 1) await sayMuch(2, wanted);
    client.socket.connect();
    await client.connected();
    expect(client.socket.recovered).toBe(true);
  }
  await sayMuch(1, wanted);
  await client.next(isText(wanted.at(-1) ?? ""));
  expect(client.texts).toEqual(wanted);
  client.close();
});

test("a client that was cut before the server's first word comes back as a new one, and is told so", async () => {
  const session = await WebSocketSession.open(app);
  await session.next();
  session.send(`40${JSON.stringify({ token: bob.accessToken })}`);
  const { pid } = JSON.parse(String(await session.next()).slice(2)) as { pid: string };
  session.socket.close();
  await session.closed;
  // Without an offset, as the public client does that has heard nothing.
  const client = await IoClient.connect(app, null, { auth: { token: bob.accessToken, pid } });
  expect(client.socket.recovered).toBe(false);
  await client.next("hello");
  client.close();
});

test.each([
  ["of nobody", (pid: string) => ({ pid: `${pid}x`, offset: "12345678-0" })],
  ["with a place in another log", (pid: string) => ({ pid, offset: "12345678-0" })],
  [
    "with a place that is not there yet",
    (pid: string, life: string) => ({ pid, offset: `${life}-999999999` }),
  ],
  ["with a place that is none", (pid: string, life: string) => ({ pid, offset: `${life}-x` })],
])("a return %s begins anew", async (_, claim) => {
  const session = await WebSocketSession.open(app);
  await session.next();
  session.send(`40${JSON.stringify({ token: bob.accessToken })}`);
  const { pid } = JSON.parse(String(await session.next()).slice(2)) as { pid: string };
  const hello = JSON.parse(String(await session.next()).slice(2)) as [string, object, string];
  session.socket.close();
  await session.closed;
  const auth = { token: bob.accessToken, ...claim(pid, hello[2].split("-")[0] ?? "") };
  const client = await IoClient.connect(app, null, { auth });
  expect(client.socket.recovered).toBe(false);
  client.close();
});

describe.each(both)("over %s, coming back", (transport) => {
  test("after having been removed meanwhile tells so, and brings nothing else of that chat and all of the others", async () => {
    const person = await register(app);
    const client = await joined(person, transport);
    const kept = await directChat(ann, person);
    await client.join(kept._id);
    client.drop();
    await sendChat(ann, chat._id, "missed");
    await sendChat(ann, kept._id, "missed here");
    await ann.delete(`/api/chat/${chat._id}/participants/${person.id}`);
    await sendChat(ann, chat._id, "secret");
    client.socket.connect();
    await client.connected();
    expect(client.socket.recovered).toBe(true);
    expect(await client.next("participant-removed")).toEqual({
      chatId: chat._id,
      participantId: person.id,
    });
    await sendChat(ann, chat._id, "secret too");
    await sendChat(ann, kept._id, "after");
    await client.next(isText("after"));
    expect(client.texts).toEqual(["missed here", "after"]);
    client.close();
  });

  const endings: [string, (person: Person) => Promise<unknown>][] = [
    ["signing out", (person) => person.post("/v1/auth/logout", {})],
    ["signing out everywhere", (person) => person.post("/v1/auth/logout", { all: true })],
    ["a ban", (person) => admin.post(`/v1/admin/users/${person.id}/ban`, { reason: "spam" })],
    [
      "another device's change of the password",
      async (person) => {
        const { email: username, password } = person;
        const other = await person.post<{ access_token: string }>("/v1/auth/login", {
          email: username,
          password,
        });
        await fetch(`${app.url}/v1/users/me/password`, {
          method: "POST",
          headers: { authorization: `Bearer ${other.data.access_token}`, "content-type": "application/json" },
          body: JSON.stringify({ current_password: password, new_password: `${password}2` }),
        });
      },
    ],
  ];
  test.each(endings)("after %s is UNAUTHORIZED", async (_, end) => {
    const person = await register(app);
    const client = await joined(person, transport);
    client.drop();
    await sendChat(ann, chat._id, "missed");
    await end(person);
    client.socket.connect();
    await expect(client.connected()).rejects.toThrow("UNAUTHORIZED");
    expect(client.texts).toEqual([]);
    client.close();
  });
});
