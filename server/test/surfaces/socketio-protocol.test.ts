import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, groupChat, sendChat } from "../kit/chat.ts";
import {
  type EngineSession,
  engineRequest,
  openSession,
  PollingSession,
  separator,
  WebSocketSession,
} from "../kit/engineio.ts";
import { type Person, register } from "../kit/person.ts";

/**
 * What the published protocols ask of a server: Engine.IO revision 4 and Socket.IO revision 5, packet by packet.
 * Namespaces of an application's own and binary events are left out: Parley has none.
 */

let app: TestApp;
let ann: Person;
let chat: Chat;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  ann = await register(app);
  chat = await groupChat(ann, [await register(app)]);
});

afterAll(() => app.stop());

const connectPacket = () => `40${JSON.stringify({ token: ann.accessToken })}`;
const joinEvent = (id: string) => `42${id}${JSON.stringify(["join-chat-room", chat._id])}`;
const polling = "EIO=4&transport=polling";

const opened = {
  sid: expect.stringMatching(/^.{20}$/),
  pingInterval: 25_000,
  pingTimeout: 30_000,
  maxPayload: 65_536,
};

describe("the Engine.IO handshake", () => {
  test("over polling answers one open packet", async () => {
    const { status, text } = await engineRequest(app, polling);
    expect([status, text[0]]).toEqual([200, "0"]);
    expect(JSON.parse(text.slice(1))).toEqual({ ...opened, upgrades: ["websocket"] });
  });

  test("over a WebSocket sends one open packet, with nothing to upgrade to", async () => {
    const session = await WebSocketSession.open(app);
    const packet = String(await session.next());
    expect(packet[0]).toBe("0");
    expect(JSON.parse(packet.slice(1))).toEqual({ ...opened, upgrades: [] });
    session.socket.close();
  });

  test.each([
    ["without a revision", "GET", "transport=polling"],
    ["of a revision that is no number", "GET", "EIO=abc&transport=polling"],
    ["of an earlier revision", "GET", "EIO=3&transport=polling"],
    ["without a transport", "GET", "EIO=4"],
    ["of an unknown transport", "GET", "EIO=4&transport=abc"],
    ["of a WebSocket that is none", "GET", "EIO=4&transport=websocket"],
    ["of an unknown session", "GET", `${polling}&sid=abc`],
    ["by POST", "POST", polling],
    ["by PUT", "PUT", polling],
    ["by DELETE", "DELETE", polling],
  ])("%s is 400 over polling", async (_, method, query) => {
    const { status, text } = await engineRequest(app, query, { method });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({ code: expect.any(Number), message: expect.any(String) });
  });

  test.each([
    ["without a revision", "transport=websocket"],
    ["of a revision that is no number", "EIO=abc&transport=websocket"],
    ["without a transport", "EIO=4"],
    ["of an unknown transport", "EIO=4&transport=abc"],
    ["of polling", polling],
    ["of an unknown session", "EIO=4&transport=websocket&sid=abc"],
  ])("%s is refused over a WebSocket", async (_, query) => {
    await expect(WebSocketSession.openAt(app, query)).rejects.toThrow("refused");
  });

  test("with an upgrade to something else than a WebSocket is 400", async () => {
    const headers = { connection: "Upgrade", upgrade: "h2c" };
    const { status } = await engineRequest(app, "EIO=4&transport=websocket", { headers });
    expect(status).toBe(400);
  });
});

describe("Engine.IO over polling", () => {
  test("takes several packets in one payload, and answers several in one", async () => {
    const session = await PollingSession.open(app);
    await session.push(connectPacket());
    expect([await session.next(), await session.next()].map((packet) => packet.slice(0, 3))).toEqual([
      "40{",
      "42[",
    ]);
    expect(await session.push(joinEvent("1"), joinEvent("2"))).toEqual({ status: 200, text: "ok" });
    expect([await session.next(), await session.next()]).toEqual(['431[{"ok":true}]', '432[{"ok":true}]']);
  });

  test.each([["abc"], [""], ["7"], ["0"], ["2"], ["5"], ["6"], [`3${separator}abc`], [separator]])(
    "ends a session with %p, which no client sends here, and answers 400",
    async (payload) => {
      const session = await PollingSession.open(app);
      expect((await session.push(payload)).status).toBe(400);
      expect((await session.poll()).status).toBe(400);
    },
  );

  test("ends a session that polls twice at once: 400 for the second poll", async () => {
    const session = await PollingSession.open(app);
    const first = session.poll();
    await Bun.sleep(20);
    expect((await session.poll()).status).toBe(400);
    expect(await first).toEqual({ status: 200, text: "1" });
    expect((await session.poll()).status).toBe(400);
  });

  test("ends a session that says so, and lets its poll go", async () => {
    const session = await PollingSession.open(app);
    const poll = session.poll();
    await Bun.sleep(20);
    expect((await session.push("1")).status).toBe(200);
    expect(await poll).toEqual({ status: 200, text: "6" });
    expect((await session.poll()).status).toBe(400);
  });

  test("ends a session that asks by another method, or not at all", async () => {
    const session = await PollingSession.open(app);
    expect((await engineRequest(app, session.query, { method: "PUT" })).status).toBe(400);
  });
});

describe("Engine.IO over a WebSocket", () => {
  test.each([["abc"], [""], ["7"], ["0"], ["2"], ["5"], ["6"]])(
    "ends a session with %p, which no client sends here",
    async (packet) => {
      const session = await WebSocketSession.open(app);
      session.send(packet);
      await session.closed;
    },
  );

  test("ends a session that says so", async () => {
    const session = await WebSocketSession.open(app);
    session.send("1");
    await session.closed;
  });

  test("ends a session that sends bytes where none were announced", async () => {
    const session = await WebSocketSession.open(app);
    session.send(new Uint8Array([1, 2, 3, 4]));
    await session.closed;
  });
});

describe("the upgrade", () => {
  const upgraded = async () => {
    const before = await PollingSession.open(app);
    const after = await WebSocketSession.open(app, before.opening.sid);
    after.send("2probe");
    expect(await after.next()).toBe("3probe");
    // The poll that waits ends with the first packet there is: the open one was taken with the handshake.
    expect(await before.next()).toBe("6");
    after.send("5");
    return { before, after };
  };

  test("from polling to a WebSocket loses no packet", async () => {
    const { before, after } = await upgraded();
    after.send(connectPacket());
    expect(String(await after.next())).toStartWith("40{");
    expect(String(await after.next())).toStartWith('42["hello"');
    expect((await before.poll()).status).toBe(400);
    expect((await before.push("40")).status).toBe(400);
    await expect(WebSocketSession.open(app, before.opening.sid)).rejects.toThrow("refused");
    after.socket.close();
  });

  test("takes one WebSocket at a time: the second is closed, the first goes on", async () => {
    const session = await PollingSession.open(app);
    const first = await WebSocketSession.open(app, session.opening.sid);
    const second = await WebSocketSession.open(app, session.opening.sid);
    await second.closed;
    first.send("2probe");
    expect(await first.next()).toBe("3probe");
    first.socket.close();
  });

  test.each([
    ["another packet than the probe", 1000, ["4hello"]],
    ["a probe of another text", 1000, ["2other"]],
    ["a second probe", 1002, ["2probe", "2probe"]],
  ])("ends its WebSocket with %s, and the session polls on", async (_, code, packets) => {
    const session = await PollingSession.open(app);
    const socket = await WebSocketSession.open(app, session.opening.sid);
    await session.push(connectPacket());
    for (const packet of packets) socket.send(packet);
    expect((await socket.closed).code).toBe(code);
    for (let packet = await session.next(); !packet.startsWith("40{"); packet = await session.next())
      expect(packet).toBe("6");
  });
});

describe.each(["polling", "websocket"] as const)("Socket.IO over %s", (transport) => {
  let session: EngineSession;
  const open = async () => {
    session = await openSession(app, transport);
    return session;
  };
  const connected = async () => {
    await open();
    await session.send(connectPacket());
    await session.next();
    await session.next();
    return session;
  };

  test("connects to the main namespace, and says by which id", async () => {
    await open();
    await session.send(connectPacket());
    const packet = await session.next();
    expect(packet).toStartWith("40{");
    expect(JSON.parse(packet.slice(2))).toEqual({ sid: expect.any(String), pid: expect.any(String) });
    expect(await session.next()).toMatch(/^42\["hello",\{.*\},".*"\]$/);
  });

  test("refuses whoever does not say who they are, and another namespace", async () => {
    for (const [packet, answer] of [
      ["40", '44{"message":"UNAUTHORIZED",'],
      ['40{"token":"abc"}', '44{"message":"UNAUTHORIZED",'],
      ["40/random", '44/random,{"message":"Invalid namespace"'],
      ["40/random,{}", '44/random,{"message":"Invalid namespace"'],
    ] as const) {
      await open();
      await session.send(packet);
      expect(await session.next()).toStartWith(answer);
    }
  });

  test("ends a session that does not begin by connecting, or begins with what is no packet", async () => {
    for (const packet of [joinEvent("1"), "41", "44{}", "4", "4abc", "48"]) {
      await open();
      await session.send(packet);
      await session.ended();
    }
  });

  test("acknowledges an event by the id that the client gave, once", async () => {
    await connected();
    for (const id of ["0", "456", "1234567"]) {
      await session.send(joinEvent(id));
      expect(await session.next()).toBe(`43${id}[{"ok":true}]`);
    }
    await session.send(`421${JSON.stringify(["join-chat-room", "x"])}`);
    expect(await session.next()).toStartWith('431[{"ok":false,"error":{"code":"VALIDATION_ERROR"');
  });

  test("carries out an event without an id, and answers nothing", async () => {
    await connected();
    await session.send(joinEvent(""));
    await session.send(joinEvent("7"));
    expect(await session.next()).toBe('437[{"ok":true}]');
    await sendChat(ann, chat._id, "words");
    expect(await session.next()).toMatch(/^42\["new-message",\{.*"content":"words".*\},".*"\]$/);
  });

  test("ignores an acknowledgement that nobody asked for", async () => {
    await connected();
    await session.send('4399["x"]');
    await session.send(joinEvent("1"));
    expect(await session.next()).toStartWith("431");
  });

  test.each([
    ["of an unknown type", "4abc"],
    ["with a payload that is no list", "42{}"],
    ["with an empty list", "42[]"],
    ["with a list that does not end", "42["],
    ["with an id that is no number", '42abc["join-chat-room"]'],
    ["with a name that is null", "42[null]"],
    ["with a name that is an object", "42[{}]"],
    ["with a name of the protocol's own", '42["connect_error"]'],
    ["for a namespace that it has not connected to", '42/other,["join-chat-room"]'],
    ["that connects again", "40"],
    ["that refuses the server", '44{"message":"no"}'],
    ["with attachments that are not counted", "45"],
    ["with more attachments than ten", '4511-["join-chat-room"]'],
  ])("ends a session with a packet %s", async (_, packet) => {
    await connected();
    await session.send(packet);
    await session.ended();
  });

  test("takes a packet that names no event, or one that it does not know, and does nothing", async () => {
    await connected();
    for (const packet of ["42", "42[1]", '42["toString"]', '42["constructor",1]', '42["join-chat-room"]'])
      await session.send(packet);
    await session.send(joinEvent("1"));
    expect(await session.next()).toBe('431[{"ok":true}]');
  });

  test("lets a client leave the namespace and keeps the connection for another try", async () => {
    await connected();
    await session.send(joinEvent("1"));
    await session.next();
    await session.send("41");
    await sendChat(ann, chat._id, "not heard");
    await session.send(connectPacket());
    expect(await session.next()).toStartWith("40{");
    expect(await session.next()).toStartWith('42["hello"');
    await session.send(joinEvent("2"));
    expect(await session.next()).toStartWith("432");
  });
});

test("a payload of binary packets over polling is refused as binary is over a WebSocket", async () => {
  const session = await PollingSession.open(app);
  await session.push(["40", "bAQIDBA=="].join(separator));
  for (let { status } = await session.poll(); status === 200; { status } = await session.poll());
});
