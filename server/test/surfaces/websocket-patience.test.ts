import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import { type Frame, rawUpgrade, TestSocket, takeTicket } from "../kit/socket.ts";
import { requestHead } from "../kit/wire.ts";

// Each of these waits for one of the contract's long times; they run side by side so that together they take a minute.

const longestMs = 90_000;
const pingOpcode = 0x89;

let app: TestApp;

const seconds = (since: number) => (performance.now() - since) / 1000;

async function buildPair(): Promise<[Person, Person]> {
  return await Promise.all([register(app), register(app)]);
}

/** A client that completes the upgrade and then never answers, and remembers when pings came and when it ended. */
function openSilent(person: Person): { pings: number[]; ended: Promise<void> } {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  const pings: number[] = [];
  const head = requestHead(app, "GET /v1/ws/chat", {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    Authorization: `Bearer ${person.accessToken}`,
  });
  socket.write(head);
  socket.on("data", (chunk: Buffer) => {
    if (chunk[0] === pingOpcode) pings.push(performance.now());
  });
  socket.on("error", () => socket.destroy());
  return { pings, ended: new Promise((resolve) => socket.once("close", () => resolve())) };
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

test.concurrent(
  "a ticket of more than thirty seconds opens nothing",
  async () => {
    const ticket = await takeTicket(await register(app));
    await Bun.sleep(31_000);
    expect((await rawUpgrade(app, { query: { ticket } })).status).toBe(401);
  },
  longestMs,
);

test.concurrent(
  "with ?resume=true and no resume, live frames come after ten seconds, none of them lost",
  async () => {
    const [ann, bob] = await buildPair();
    const group = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, bob, { query: { resume: "true" } });
    const start = performance.now();
    await sendText(ann, group.id, "waiting");
    await socket.none("chat", 8_000);
    const first = await socket.next("chat", 5_000);
    expect(first).toMatchObject({ content: "waiting", seq: 1 });
    expect(seconds(start)).toBeLessThan(11.5);
    await sendText(ann, group.id, "live");
    expect(await socket.next("chat")).toMatchObject({ content: "live", seq: 2 });
    await socket.close();
  },
  longestMs,
);

test.concurrent(
  "a lost connection is told after ten seconds, not before",
  async () => {
    const [ann, bob] = await buildPair();
    const direct = await buildDirect(ann, bob);
    const watcher = await TestSocket.connect(app, bob);
    const lost = await TestSocket.connect(app, ann);
    await watcher.next((frame) => frame.type === "presence" && frame.user_id === ann.id);
    const isOffline = (frame: Frame) =>
      frame.type === "presence" && frame.user_id === ann.id && frame.online === false;
    const isLeft = (frame: Frame) => frame.type === "user_left" && frame.sender_id === ann.id;
    lost.terminate();
    const start = performance.now();
    await watcher.none((frame) => isOffline(frame) || isLeft(frame), 8_500);
    await Promise.all([watcher.next(isOffline, 5_000), watcher.next(isLeft, 5_000)]);
    expect(seconds(start)).toBeGreaterThan(9);
    expect(seconds(start)).toBeLessThan(13);
    expect((await bob.get(`/v1/conversations/${direct.id}`)).status).toBe(200);
    await watcher.close();
  },
  longestMs,
);

test.concurrent(
  "a connection lost and found again within ten seconds is told to nobody",
  async () => {
    const [ann, bob] = await buildPair();
    await buildDirect(ann, bob);
    const watcher = await TestSocket.connect(app, bob);
    const lost = await TestSocket.connect(app, ann);
    await watcher.next((frame) => frame.type === "presence" && frame.user_id === ann.id);
    await watcher.next((frame) => frame.type === "user_joined" && frame.sender_id === ann.id);
    lost.terminate();
    await Bun.sleep(1_000);
    const found = await TestSocket.connect(app, ann);
    await watcher.none(({ user_id, sender_id }) => user_id === ann.id || sender_id === ann.id, 12_000);
    await Promise.all([watcher.close(), found.close()]);
  },
  longestMs,
);

test.concurrent(
  "a peer that answers nothing is pinged once, after half a minute, and dropped after a minute",
  async () => {
    const silent = openSilent(await register(app));
    const start = performance.now();
    await silent.ended;
    expect(seconds(start)).toBeGreaterThan(30);
    expect(seconds(start)).toBeLessThan(67);
    expect(silent.pings).toHaveLength(1);
    expect(((silent.pings.at(0) ?? Number.POSITIVE_INFINITY) - start) / 1000).toBeLessThan(36);
  },
  longestMs,
);

test.concurrent(
  "a peer that says nothing but answers pings stays",
  async () => {
    const [ann, bob] = await buildPair();
    const group = await buildGroup(ann, [bob]);
    const idle = await TestSocket.connect(app, bob);
    await Bun.sleep(68_000);
    expect(idle.isOpen).toBe(true);
    await sendText(ann, group.id, "still here?");
    expect(await idle.next("chat")).toMatchObject({ content: "still here?" });
    await idle.close();
  },
  longestMs,
);
