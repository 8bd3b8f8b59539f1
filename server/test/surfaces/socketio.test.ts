import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { ManagerOptions, SocketOptions } from "socket.io-client";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, type ChatMessage, directChat, groupChat, listChat, sendChat } from "../kit/chat.ts";
import { unknownId } from "../kit/expectations.ts";
import { type Person, register } from "../kit/person.ts";
import { takeTicket } from "../kit/socket.ts";
import { IoClient, type Transport } from "../kit/socketio.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;
let open: IoClient[] = [];

async function connect(person: Person | null, options: Partial<ManagerOptions & SocketOptions> = {}) {
  const client = await IoClient.connect(app, person, options);
  open.push(client);
  return client;
}

async function refusalOf(options: Partial<ManagerOptions & SocketOptions>): Promise<string> {
  try {
    await connect(null, options);
    return "connected";
  } catch (error) {
    return (error as Error).message;
  }
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
});

afterEach(() => {
  for (const client of open) client.close();
  open = [];
});

afterAll(() => app.stop());

describe.each(["websocket", "polling"] as Transport[])("over %s", (transport) => {
  const transports = [transport];

  test("a token or a ticket lets in, anything else is connect_error UNAUTHORIZED", async () => {
    await connect(ann, { transports });
    await connect(null, { transports, auth: { ticket: await takeTicket(ann) } });
    const used = await takeTicket(ann);
    await connect(null, { transports, auth: { ticket: used } });
    for (const auth of [{}, { token: "x" }, { token: 7 }, { ticket: used }, { token: null }])
      expect(await refusalOf({ transports, auth })).toBe("UNAUTHORIZED");
  });

  test("a joined room hears new messages in seq order, on the sender's own sockets too", async () => {
    const chat = await groupChat(ann, [bob]);
    const [own, others] = [await connect(ann, { transports }), await connect(bob, { transports })];
    await own.join(chat._id);
    await others.join(chat._id);
    await Promise.all(Array.from({ length: 30 }, (_, index) => sendChat(ann, chat._id, `m${index}`)));
    const { messages } = await listChat(ann, chat._id, "?limit=30");
    const wanted = messages.reverse().map(({ content }) => content);
    for (const client of [own, others]) {
      for (const content of wanted)
        await client.next(
          ({ event, payload }) =>
            event === "new-message" && (payload.message as ChatMessage).content === content,
        );
      expect(client.texts).toEqual(wanted);
    }
  });

  test("events carry what the contract says", async () => {
    const chat = await groupChat(ann, [bob]);
    const client = await connect(bob, { transports });
    expect(await client.send("join-chat-room", { chatId: chat._id })).toEqual({ ok: true });
    const sent = await sendChat(ann, chat._id, "hello");
    expect(await client.next("new-message")).toEqual({ chatId: chat._id, message: sent });
    const path = `/api/chat/${chat._id}/messages/${sent._id}`;
    await ann.put(path, { content: "hello!" });
    expect(await client.next("message-edited")).toEqual({
      chatId: chat._id,
      message: { ...sent, content: "hello!", editedAt: expect.any(String) },
    });
    await bob.patch(`/api/chat/${chat._id}/messages/read`, {});
    expect(await client.next("messages-read")).toEqual({
      chatId: chat._id,
      userId: bob.id,
      messageIds: [sent._id],
      readAt: expect.any(String),
    });
    await ann.delete(path);
    expect(await client.next("message-deleted")).toEqual({
      chatId: chat._id,
      messageId: sent._id,
      deletedAt: expect.any(String),
    });
    await ann.post(`/api/chat/${chat._id}/participants`, { userId: outsider.id });
    expect(await client.next("participants-added")).toMatchObject({
      chatId: chat._id,
      participants: [{ user: { _id: outsider.id }, role: "member" }],
    });
    await ann.delete(`/api/chat/${chat._id}/participants/${outsider.id}`);
    expect(await client.next("participant-removed")).toEqual({
      chatId: chat._id,
      participantId: outsider.id,
    });
  });

  test("typing reaches the others in the room, not oneself", async () => {
    const chat = await directChat(ann, bob);
    const [own, second, others] = [
      await connect(ann, { transports }),
      await connect(ann, { transports }),
      await connect(bob, { transports }),
    ];
    for (const client of [own, second, others]) await client.join(chat._id);
    expect(await own.send("typing-start", { chatId: chat._id })).toEqual({ ok: true });
    expect(await others.next("user-typing")).toEqual({ chatId: chat._id, userId: ann.id, isTyping: true });
    await own.send("typing-stop", { chatId: chat._id });
    expect(await others.next("user-typing")).toMatchObject({ isTyping: false });
    await own.none("user-typing");
    await second.none("user-typing", 0);
  });

  test("rooms are for members; who left one or was removed hears no more of it", async () => {
    const chat = await groupChat(ann, [bob, outsider]);
    const [member, removed] = [await connect(bob, { transports }), await connect(outsider, { transports })];
    await member.join(chat._id);
    await removed.join(chat._id);
    await ann.delete(`/api/chat/${chat._id}/participants/${outsider.id}`);
    expect(await removed.next("participant-removed")).toMatchObject({ participantId: outsider.id });
    await member.send("leave-chat-room", chat._id);
    await sendChat(ann, chat._id, "secret");
    await removed.none("new-message");
    await member.none("new-message", 0);
    const outcome = async (argument: unknown) => (await removed.send("join-chat-room", argument)).error?.code;
    expect(await outcome(chat._id)).toBe("FORBIDDEN");
    expect(await outcome(unknownId)).toBe("NOT_FOUND");
    for (const argument of ["x", 7, null, {}, [chat._id]])
      expect(await outcome(argument)).toBe("VALIDATION_ERROR");
    expect((await removed.send("typing-start", { chatId: chat._id })).error?.code).toBe("FORBIDDEN");
  });

  test("unknown events change nothing, whatever their name", async () => {
    const client = await connect(ann, { transports });
    for (const event of ["toString", "constructor", "__proto__", "hasOwnProperty", "message", "new-message"])
      expect(await client.send(event, {})).toMatchObject({ ok: false, error: { code: "VALIDATION_ERROR" } });
    client.socket.emit("valueOf");
    client.socket.emit("join-chat-room");
    expect((await client.send("leave-chat-room", unknownId)).ok).toBe(true);
  });

  test("ending the session ends the connection at once, and it stays out", async () => {
    const person = await register(app);
    const client = await connect(person, { transports });
    const ended = client.disconnected();
    await person.post("/v1/auth/logout", {});
    expect(await ended).toBe("io server disconnect");
    expect(await refusalOf({ transports, auth: { token: person.accessToken } })).toBe("UNAUTHORIZED");
  });
});

test("a client that polls first hears everything once, in order, while it changes to a websocket", async () => {
  const chat = await groupChat(ann, [bob]);
  for (let round = 0; round < 3; round++) {
    const client = await connect(bob, { transports: ["polling", "websocket"] });
    await client.join(chat._id);
    const wanted: string[] = [];
    for (let index = 0; index < 40; index++) {
      wanted.push(`r${round} m${index}`);
      await sendChat(ann, chat._id, wanted.at(-1) ?? "");
    }
    await client.next(
      ({ payload }) => (payload.message as ChatMessage | undefined)?.content === wanted.at(-1),
    );
    expect(client.texts).toEqual(wanted);
    expect(client.socket.io.engine.transport.name).toBe("websocket");
    client.close();
  }
});

describe("coming back after a lost connection", () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await groupChat(ann, [bob]);
  });

  const cases: [Transport, boolean][] = [
    ["websocket", true],
    ["websocket", false],
    ["polling", true],
    ["polling", false],
  ];
  test.each(cases)(
    "over %s, having heard something: %p, nothing is lost and nothing doubled",
    async (transport, hasHeard) => {
      const client = await connect(bob, { transports: [transport] });
      await client.next("hello");
      await client.join(chat._id);
      const wanted: string[] = [];
      const say = async (text: string) => {
        wanted.push(text);
        await sendChat(ann, chat._id, text);
      };
      if (hasHeard) {
        await say("before");
        await client.next("new-message");
      }
      client.drop();
      await say("missed 1");
      await say("missed 2");
      client.socket.connect();
      await client.connected();
      expect(client.socket.recovered).toBe(true);
      await say("after");
      await client.next(({ payload }) => (payload.message as ChatMessage | undefined)?.content === "after");
      expect(client.texts).toEqual(wanted);
    },
  );

  test("while others write all the time, nothing is lost and nothing doubled", async () => {
    const client = await connect(bob);
    await client.join(chat._id);
    const wanted: string[] = [];
    let isWriting = true;
    const writing = (async () => {
      for (let index = 0; isWriting; index++) {
        wanted.push(`w${index}`);
        await sendChat(ann, chat._id, `w${index}`);
      }
    })();
    for (let round = 0; round < 5; round++) {
      await Bun.sleep(30);
      client.drop();
      await Bun.sleep(10);
      client.socket.connect();
      await client.connected();
      expect(client.socket.recovered).toBe(true);
    }
    isWriting = false;
    await writing;
    await client.next(
      ({ payload }) => (payload.message as ChatMessage | undefined)?.content === wanted.at(-1),
    );
    expect(client.texts).toEqual(wanted);
  });

  test("who was removed meanwhile gets nothing of that chat any more", async () => {
    const group = await groupChat(ann, [bob, outsider]);
    const client = await connect(outsider);
    await client.join(group._id);
    await client.join((await directChat(ann, outsider))._id);
    client.drop();
    await sendChat(ann, group._id, "missed");
    await ann.delete(`/api/chat/${group._id}/participants/${outsider.id}`);
    await sendChat(ann, group._id, "secret");
    client.socket.connect();
    await client.connected();
    await sendChat(ann, group._id, "secret too");
    await client.none("new-message");
  });

  test("whose session ended meanwhile stays out", async () => {
    const person = await register(app);
    const client = await connect(person);
    client.drop();
    await person.post("/v1/auth/logout", {});
    client.socket.connect();
    expect(client.connected()).rejects.toThrow("UNAUTHORIZED");
  });

  test("with somebody else's token gets nothing of the former's", async () => {
    const direct = await directChat(ann, bob);
    const client = await connect(bob);
    await client.join(direct._id);
    client.drop();
    await sendChat(ann, direct._id, "for bob");
    client.socket.auth = { token: outsider.accessToken };
    client.socket.connect();
    await client.connected();
    expect(client.socket.recovered).toBe(false);
    await client.none("new-message");
  });
});

describe("bad packets", () => {
  const handshake = async () => {
    const text = await (await fetch(`${app.url}/socket.io/?EIO=4&transport=polling`)).text();
    return (JSON.parse(text.slice(1)) as { sid: string }).sid;
  };
  const post = (sid: string, body: string) =>
    fetch(`${app.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: "POST", body });

  test("cost their sender the connection, and nobody else anything", async () => {
    const client = await connect(ann);
    for (const body of [
      "",
      "x",
      "4",
      "4x",
      "42",
      '42["toString"]',
      "451-",
      '451-["a",{"_placeholder":true,"num":99}]',
      "40{",
      "5",
      "9".repeat(100),
    ])
      await post(await handshake(), body);
    for (const query of [
      "",
      "?EIO=3&transport=polling",
      "?EIO=4&transport=carrier-pigeon",
      "?EIO=4&transport=polling&sid=x",
    ])
      expect((await fetch(`${app.url}/socket.io/${query}`)).status).toBe(400);
    const binary = new WebSocket(`${app.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    await new Promise((resolve) => binary.addEventListener("open", resolve));
    const closed = new Promise((resolve) => binary.addEventListener("close", resolve));
    binary.send(new Uint8Array([1, 2, 3]));
    await closed;
    expect((await client.send("typing-start", { chatId: (await directChat(ann, bob))._id })).ok).toBe(true);
  });

  test("over their size are 413", async () => {
    expect((await post(await handshake(), "4".repeat(1_000_000))).status).toBe(413);
  });
});

describe("origins", () => {
  const from = (origin: string) =>
    fetch(`${app.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });

  test("that are not listed are refused, the server's own are not", async () => {
    expect((await from("https://evil.example")).status).toBe(403);
    const own = await from(app.url);
    expect([own.status, own.headers.get("access-control-allow-origin")]).toEqual([200, app.url]);
  });
});

test("the twenty-first connection of a user is connect_error RATE_LIMIT_EXCEEDED", async () => {
  const strict = await startApp({ PARLEY_RATE_LIMITS: "default" });
  try {
    const person = await register(strict);
    const clients: IoClient[] = [];
    for (let index = 0; index < 20; index++) clients.push(await IoClient.connect(strict, person));
    expect(IoClient.connect(strict, person)).rejects.toThrow("RATE_LIMIT_EXCEEDED");
    clients.pop()?.close();
    await Bun.sleep(50);
    clients.push(await IoClient.connect(strict, person));
    for (const client of clients) client.close();
  } finally {
    await strict.stop();
  }
});
