import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { chatSocketFrames } from "../../server/src/app/reference/websocket.ts";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { createTestDatabase } from "../../server/test/kit/database.ts";
import { runCommand, startServer } from "../../server/test/kit/server.ts";
import {
  memorySessionStore,
  type ParleyClient,
  type ParleyEvent,
  type WebSocketConstructor,
} from "../src/index.ts";
import { closeClients, groupOf, newClient, nextEvent, online, refusal, signUp, until } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

/** What the client heard of a conversation, but for its socket's own affairs. */
function record(client: ParleyClient): ParleyEvent[] {
  const events: ParleyEvent[] = [];
  client.on("*", (event) => events.push(event));
  return events;
}

const send = (client: ParleyClient, id: string, content: string) =>
  client.messages.send({ conversation_id: id, message_type: "text", content });

const states = (events: ParleyEvent[]) =>
  events.flatMap((event) => (event.type === "connection" ? [event.status] : []));

describe("what happens reaches the others as typed events", () => {
  test("messages, edits, deletes, typing, receipts, participants and settings", async () => {
    const [ann, bob, cyd] = [await signUp(app), await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    const heard = record(bob.client);
    await Promise.all([online(ann.client), online(bob.client)]);

    const chat = nextEvent(bob.client, "chat");
    const message = await send(ann.client, id, "Hello");
    expect(await chat).toMatchObject({ content: "Hello", seq: message.seq, sender_id: ann.person.id });

    const edited = nextEvent(bob.client, "message_edited");
    await ann.client.messages.edit(message.message_id, "Hello!");
    expect((await edited).content).toBe("Hello!");

    const typing = nextEvent(bob.client, "typing");
    expect(ann.client.realtime.typing(id)).toBe(true);
    expect(await typing).toMatchObject({ conversation_id: id, user_id: ann.person.id, is_typing: true });

    const read = nextEvent(ann.client, "read_receipt", ({ user_id }) => user_id === bob.person.id);
    expect(bob.client.realtime.read(id, message.seq)).toBe(true);
    expect((await read).last_read_seq).toBe(message.seq);

    const added = nextEvent(bob.client, "participant_added");
    await ann.client.participants.add(id, { user_ids: [cyd.person.id] });
    expect((await added).username).toBe(cyd.person.username);

    const role = nextEvent(bob.client, "participant_updated");
    await ann.client.participants.changeRole(id, cyd.person.id, "moderator");
    expect((await role).role).toBe("moderator");

    const removed = nextEvent(bob.client, "participant_removed");
    await ann.client.participants.remove(id, cyd.person.id);
    expect((await removed).user_id).toBe(cyd.person.id);

    const updated = nextEvent(bob.client, "conversation_updated");
    await ann.client.conversations.update(id, { title: "Renamed" });
    expect((await updated).title).toBe("Renamed");

    const reacted = nextEvent(bob.client, "reaction_added");
    await ann.client.messages.react(message.message_id, "👍");
    expect(await reacted).toMatchObject({ emoji: "👍", count: 1, user_ids: [ann.person.id] });
    const unreacted = nextEvent(bob.client, "reaction_removed");
    await ann.client.messages.unreact(message.message_id, "👍");
    expect((await unreacted).count).toBe(0);
    await ann.client.messages.pin(message.message_id);
    expect((await bob.client.conversations.pins(id)).pins[0]?.message_id).toBe(message.message_id);

    const deleted = nextEvent(bob.client, "message_deleted");
    await ann.client.messages.delete(message.message_id);
    expect((await deleted).deleted_at).not.toBeNull();

    const described = chatSocketFrames
      .flatMap(({ frames }) => frames)
      .filter(({ direction }) => direction === "out");
    const frames = heard.filter(({ type }) => type !== "connection");
    for (const frame of frames) {
      const description = described.find(({ type }) => type === frame.type);
      expect(description?.schema.parse(frame), `«${frame.type}» is what its types say`).toEqual(frame);
    }
    expect(new Set(frames.map(({ type }) => type)).size).toBeGreaterThan(10);
  });

  test("a frame that the server refuses comes as an error, and the socket lives", async () => {
    const ann = await signUp(app);
    await online(ann.client);
    const refused = nextEvent(ann.client, "error");
    ann.client.realtime.typing(crypto.randomUUID());
    expect((await refused).code).toBe("NOT_FOUND");
    expect(ann.client.realtime.isOpen).toBe(true);
  });

  test("a handler's fault keeps nobody else from hearing", async () => {
    const faults: unknown[] = [];
    const onHandlerError = (error: unknown) => void faults.push(error);
    const [ann, bob] = [await signUp(app), await signUp(app, { onHandlerError })];
    const id = await groupOf(ann, bob);
    await online(bob.client);
    bob.client.on("chat", () => {
      throw new Error("a fault of the application");
    });
    const heard = nextEvent(bob.client, "chat");
    await send(ann.client, id, "Hello");
    await heard;
    expect(faults).toHaveLength(1);
  });
});

describe("after a break", () => {
  test("everything missed comes once, in order and in its present state, before anything live", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    const first = await send(ann.client, id, "before");
    await bob.client.conversations.list();
    await online(bob.client);
    bob.client.realtime.disconnect();
    await ann.client.messages.edit(first.message_id, "before, edited");
    for (const text of ["one", "two", "three"]) await send(ann.client, id, text);
    const gone = await send(ann.client, id, "four");
    await ann.client.messages.delete(gone.message_id);
    const events = record(bob.client);
    await online(bob.client);
    await send(ann.client, id, "five");
    await until("the live one came", () =>
      events.some((event) => event.type === "chat" && event.content === "five"),
    );
    const heard = events.flatMap((event) =>
      event.type === "chat" || event.type === "message_edited" ? [`${event.type} ${event.content}`] : [],
    );
    expect(heard.toSorted()).toEqual(
      [
        "message_edited before, edited",
        "chat one",
        "chat two",
        "chat three",
        "chat ",
        "chat five",
      ].toSorted(),
    );
    expect(heard.filter((text) => text.startsWith("chat"))).toEqual([
      "chat one",
      "chat two",
      "chat three",
      "chat ",
      "chat five",
    ]);
  });

  test("a conversation that began meanwhile is told as new", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    await groupOf(ann, bob);
    await bob.client.conversations.list();
    await online(bob.client);
    bob.client.realtime.disconnect();
    const id = await groupOf(ann, bob);
    const told = nextEvent(bob.client, "conversation_updated", (event) => event.conversation_id === id);
    await online(bob.client);
    expect((await told).new).toBe(true);
  });

  test("a conversation that one was removed from is gone", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    await bob.client.conversations.get(id);
    await online(bob.client);
    bob.client.realtime.disconnect();
    await ann.client.participants.remove(id, bob.person.id);
    const told = nextEvent(bob.client, "conversation_gone");
    await online(bob.client);
    expect((await told).conversation_id).toBe(id);
  });

  test("too many changes are told as truncated, with where the conversation stands", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    await bob.client.conversations.get(id);
    await online(bob.client);
    bob.client.realtime.disconnect();
    await online(ann.client);
    const frames = Array.from({ length: 1_001 }, (_, place) => ({
      type: "chat" as const,
      conversation_id: id,
      content: `${place}`,
    }));
    const last = nextEvent(ann.client, "chat", ({ content }) => content === "1000");
    for (const frame of frames) ann.client.realtime.send(frame);
    await last;
    const told = nextEvent(bob.client, "conversation_truncated");
    await online(bob.client);
    expect(await told).toMatchObject({ conversation_id: id, standing: { seq: 1_001, unread_count: 1_001 } });
  });
});

describe("when the server goes away", () => {
  test("a restart and a kill are survived: the client comes back by itself and has missed nothing", async () => {
    const server = await startServer();
    try {
      const [ann, bob] = [await signUp(server), await signUp(server)];
      const id = await groupOf(ann, bob);
      await bob.client.conversations.list();
      await online(bob.client);
      const events = record(bob.client);
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        const lost = nextEvent(bob.client, "connection", ({ status }) => status === "waiting");
        await server.kill(signal);
        await lost;
        await server.restart();
        await send(ann.client, id, `after ${signal}`);
        await until("the message came", () =>
          events.some((event) => event.type === "chat" && event.content === `after ${signal}`),
        );
      }
      expect(events.filter(({ type }) => type === "chat")).toHaveLength(2);
      // What was missed comes before the client calls itself online.
      await until(
        "the client came back twice",
        () => states(events).filter((status) => status === "online").length === 2,
      );
    } finally {
      closeClients();
      await server.stop();
    }
  }, 60_000);

  test("a restored backup is a reset: everything has to be read afresh", async () => {
    const database = await createTestDatabase();
    const server = await startServer(database.env);
    try {
      const [ann, bob] = [await signUp(server), await signUp(server)];
      const id = await groupOf(ann, bob);
      await ann.client.conversations.get(id);
      await online(ann.client);
      ann.client.realtime.disconnect();
      await server.kill();
      const env = { PARLEY_DATA_DIR: server.dataDir, ...database.env };
      const backup = join(server.dataDir, "backup.sqlite");
      for (const command of [
        ["backup", backup],
        ["restore", backup, "--force"],
      ])
        expect(await runCommand(command, env)).toMatchObject({ code: 0 });
      await server.restart();
      const told = nextEvent(ann.client, "reset");
      await online(ann.client);
      expect((await told).epoch).not.toBe("");
      const heard = nextEvent(ann.client, "chat");
      await send(bob.client, id, "still here");
      expect((await heard).content).toBe("still here");
    } finally {
      closeClients();
      await server.stop();
      await database.drop();
    }
  }, 60_000);

  test("`disconnect` ends the attempts", async () => {
    const server = await startServer();
    const ann = await signUp(server);
    await online(ann.client);
    await server.stop();
    await until("it waits", () => ann.client.realtime.state.status === "waiting");
    ann.client.realtime.disconnect();
    const events = record(ann.client);
    await Bun.sleep(700);
    expect(events).toEqual([]);
    expect(ann.client.realtime.state.status).toBe("offline");
  });
});

describe("the end of the session", () => {
  test("elsewhere closes the socket for good and signs out here", async () => {
    const ann = await signUp(app);
    await online(ann.client);
    const again = newClient(app);
    await again.auth.login({ username: ann.person.username, password: ann.person.password });
    const told = nextEvent(ann.client, "signed_out");
    await again.sessions.endOthers();
    expect((await told).reason).toBe("session_ended");
    expect([ann.client.session, ann.client.realtime.state.status]).toEqual([null, "offline"]);
  });

  test("by signing out is a logout, also when the socket hears of it before the answer has come", async () => {
    const answered = Promise.withResolvers<void>();
    const slowly = async (...request: Parameters<typeof fetch>) => {
      const answer = await fetch(...request);
      if (String(request[0]).endsWith("/auth/logout")) await answered.promise;
      return answer;
    };
    const ann = await signUp(app, { fetch: slowly as typeof fetch });
    await online(ann.client);
    const told = nextEvent(ann.client, "signed_out");
    const leaving = ann.client.auth.logout();
    expect((await told).reason).toBe("logout");
    answered.resolve();
    await leaving;
  });

  test("before connecting leaves the client offline, not trying for ever", async () => {
    const ann = await signUp(app);
    const late = newClient(app, { sessionStore: memorySessionStore(ann.client.session) });
    await ann.client.auth.logout();
    const told = nextEvent(late, "signed_out");
    late.realtime.connect();
    await told;
    await until("it is offline", () => late.realtime.state.status === "offline");
  });
});

describe("a runtime without WebSocket", () => {
  test("is told what to do", async () => {
    const ann = await signUp(app, { WebSocket: null });
    const attempt = (async () => ann.client.realtime.connect())();
    expect((await refusal(attempt)).message).toContain("WebSocket");
  });

  test("takes any standard class that it is given", async () => {
    let opened = 0;
    class Counted extends WebSocket {
      constructor(url: string) {
        super(url);
        opened++;
      }
    }
    const ann = await signUp(app, { WebSocket: Counted as unknown as WebSocketConstructor });
    await online(ann.client);
    expect(opened).toBe(1);
  });
});
