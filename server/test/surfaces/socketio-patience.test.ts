import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { openSession, PollingSession, WebSocketSession } from "../kit/engineio.ts";
import { type Person, register } from "../kit/person.ts";
import { IoClient, type Transport } from "../kit/socketio.ts";

// Each of these waits for one of the protocol's long times; they run side by side so that together they take a minute.

const longestMs = 120_000;
const transports: Transport[] = ["polling", "websocket"];

let app: TestApp;
let ann: Person;

const seconds = (since: number) => (performance.now() - since) / 1000;
const connectPacket = () => `40${JSON.stringify({ token: ann.accessToken })}`;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  ann = await register(app);
});

afterAll(() => app.stop());

/** A client that has connected, and is asked nothing else. */
async function openQuiet(transport: Transport) {
  const session = await openSession(app, transport);
  await session.send(connectPacket());
  for (const start of ["40", "42"]) expect(await session.next()).toStartWith(start);
  return session;
}

test.concurrent.each(transports)(
  "over %s a ping comes every 25 seconds, and whoever answers stays",
  async (transport) => {
    const session = await openQuiet(transport);
    for (let ping = 0; ping < 2; ping++) {
      const since = performance.now();
      expect(await session.next(40_000)).toBe("2");
      expect(seconds(since)).toBeGreaterThan(20);
      await session.send("3");
    }
    await session.send('421["nothing"]');
    expect(await session.next()).toStartWith("431");
  },
  longestMs,
);

test.concurrent.each(transports)(
  "over %s whoever does not answer a ping is gone 30 seconds later",
  async (transport) => {
    const session = await openQuiet(transport);
    expect(await session.next(40_000)).toBe("2");
    const since = performance.now();
    await session.ended();
    expect(seconds(since)).toBeGreaterThan(25);
    expect(seconds(since)).toBeLessThan(45);
  },
  longestMs,
);

test.concurrent.each(transports)(
  "over %s whoever never says who they are is gone after ten seconds",
  async (transport) => {
    const session = await openSession(app, transport);
    const since = performance.now();
    await session.ended();
    expect(seconds(since)).toBeGreaterThan(8);
    expect(seconds(since)).toBeLessThan(25);
  },
  longestMs,
);

test.concurrent(
  "an upgrade that is not completed in ten seconds is given up, and the session polls on",
  async () => {
    const session = await PollingSession.open(app);
    await session.push(connectPacket());
    const socket = await WebSocketSession.open(app, session.opening.sid);
    socket.send("2probe");
    expect(await socket.next()).toBe("3probe");
    const since = performance.now();
    await socket.closed;
    expect(seconds(since)).toBeGreaterThan(8);
    await session.push('421["nothing"]');
    for (let packet = await session.next(); !packet.startsWith("431"); packet = await session.next())
      expect(packet).toMatch(/^(6$|40|42)/);
  },
  longestMs,
);

test.concurrent.each(transports)(
  "a public client over %s stays connected through two pings without being asked",
  async (transport) => {
    const client = await IoClient.connect(app, ann, { transports: [transport] });
    let reason = "";
    client.socket.once("disconnect", (given) => {
      reason = given;
    });
    await Bun.sleep(58_000);
    expect([client.socket.connected, reason]).toEqual([true, ""]);
    client.close();
  },
  longestMs,
);
