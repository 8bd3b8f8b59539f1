import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { engineRequest, PollingSession, WebSocketSession } from "../kit/engineio.ts";
import { type Person, register } from "../kit/person.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { IoClient } from "../kit/socketio.ts";
import { requestHead } from "../kit/wire.ts";

let server: TestServer;
let ann: Person;

beforeAll(async () => {
  server = await startServer();
  await register(server);
  ann = await register(server);
});

afterAll(() => server.stop());

/** The process is the one that was started, nothing in it failed, and it serves. */
async function expectWell(): Promise<void> {
  const client = await IoClient.connect(server, ann);
  expect((await client.send("nothing")).error?.code).toBe("VALIDATION_ERROR");
  client.close();
  expect(
    server
      .stderr()
      .split("\n")
      .filter((line) => line.includes('"level":"error"')),
  ).toEqual([]);
}

async function memoryOf({ pid }: TestServer): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function openConnected(): Promise<WebSocketSession> {
  const session = await WebSocketSession.open(server);
  await session.next();
  session.send(`40${JSON.stringify({ token: ann.accessToken })}`);
  await session.next();
  await session.next();
  return session;
}

/** Sends bytes on a connection of its own and resets it, with or without waiting for what comes first. */
function resetAfter(bytes: string | Buffer, waits: boolean): Promise<void> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (!waits) socket.resetAndDestroy();
    });
    socket.once("data", () => socket.resetAndDestroy());
    socket.on("error", () => undefined);
    socket.once("close", () => resolve());
  });
}

test("a thousand connections that are reset in the middle of an upgrade hurt nobody", async () => {
  const head = (sid: string) =>
    requestHead(server, `GET /socket.io/?EIO=4&transport=websocket${sid}`, {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    });
  const frame = Buffer.from([0x81, 0x86, 0, 0, 0, 0, ...Buffer.from("2probe")]);
  for (let round = 0; round < 40; round++)
    await Promise.all(
      Array.from({ length: 25 }, async (_, index) => {
        const isUpgrade = index % 2 === 0;
        const sid = isUpgrade ? `&sid=${(await PollingSession.open(server)).opening.sid}` : "";
        const whole = head(sid);
        const bytes =
          [whole, whole.slice(0, -2), Buffer.concat([Buffer.from(whole), frame])][index % 3] ?? "";
        await resetAfter(bytes, index % 5 === 0 && index % 3 !== 1);
      }),
    );
  await expectWell();
}, 60_000);

describe("attachments", () => {
  test.each([
    '451-["a",{"_placeholder":true,"num":"splice"}]',
    '451-["a",{"_placeholder":true,"num":-1}]',
    '451-["a",{"_placeholder":true,"num":1e9}]',
    '451-["a",{"_placeholder":true}]',
  ])("of %s are no place in a list: the connection ends with them", async (packet) => {
    const session = await openConnected();
    session.send(packet);
    session.send(new Uint8Array([1, 2, 3]));
    await session.closed;
  });

  test.each([11, 1_000_000, 10 ** 12])(
    "that are announced %d times end the connection at once",
    async (count) => {
      const session = await openConnected();
      session.send(`45${count}-["a",{"_placeholder":true,"num":0}]`);
      await session.closed;
    },
  );

  test("that are announced and do not come keep nothing but their connection waiting", async () => {
    const sessions = await Promise.all(Array.from({ length: 15 }, openConnected));
    for (const session of sessions) session.send('4510-["a",{"_placeholder":true,"num":0}]');
    await expectWell();
    for (const session of sessions) session.send('421["nothing"]');
    await Promise.all(sessions.map(({ closed }) => closed));
  });
});

test("20,000 connects to namespaces that are not there are refused one by one, and leave no trace", async () => {
  const session = await openConnected();
  const before = await memoryOf(server);
  for (let index = 0; index < 20_000; index++) {
    session.send(`40/${index}-${"x".repeat(100)},{}`);
    if (index % 100 === 99)
      for (let answer = 0; answer < 100; answer++)
        expect(String(await session.next(20_000))).toContain('"message":"Invalid namespace"');
  }
  expect((await memoryOf(server)) - before).toBeLessThan(96);
  session.socket.close();
  await expectWell();
}, 60_000);

describe("polling", () => {
  test("with ten megabytes is 413, announced or not", async () => {
    for (const body of ["4".repeat(10_000_000), new Blob(["4".repeat(10_000_000)]).stream()]) {
      const { query } = await PollingSession.open(server);
      expect((await engineRequest(server, query, { method: "POST", body })).status).toBe(413);
    }
  });

  test("a hundred times at once ends the session, each poll with an answer", async () => {
    const session = await PollingSession.open(server);
    const answers = await Promise.all(Array.from({ length: 100 }, () => session.poll()));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
    expect((await session.poll()).status).toBe(400);
  });

  test("never answers with a script", async () => {
    for (const extra of ["&j=0", "&j=alert(1)", "&callback=alert"]) {
      const answer = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling${extra}`);
      expect(answer.headers.get("content-type")).toStartWith("text/plain");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await answer.text()).toStartWith("0{");
    }
  });

  test("answers with the headers and the request's id that every other path answers with", async () => {
    const session = `${server.url}/socket.io/?EIO=4&transport=polling`;
    const requests: [string, RequestInit][] = [
      [session, {}],
      [`${session}&sid=none`, {}],
      [`${server.url}/socket.io/?EIO=4&transport=none`, {}],
      [session, { method: "POST", body: "x".repeat(300_000) }],
      [session, { method: "OPTIONS" }],
      [session, { headers: { origin: "https://elsewhere.example" } }],
    ];
    for (const [url, init] of requests) {
      const { headers } = await fetch(url, {
        ...init,
        headers: { ...init.headers, "x-request-id": "poll-7" },
      });
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-request-id")).toBe("poll-7");
    }
  });
});
