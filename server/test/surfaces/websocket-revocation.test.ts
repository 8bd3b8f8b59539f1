import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildDirect, loginAgain, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { endOf, TestSocket } from "../kit/socket.ts";

let app: TestApp;
let bob: Person;

const sessionEnded = 4401;
const connect = (person: Person) => TestSocket.connect(app, person);

async function expectOpen(socket: TestSocket): Promise<void> {
  socket.send({ type: "ping" });
  await socket.next("pong");
}

/** Somebody with two sessions and a conversation in which bob can write. */
async function buildTwoSessions(): Promise<{ here: Person; there: Person; direct: Conversation }> {
  const here = await register(app);
  const there = await loginAgain(app, here);
  return { here, there, direct: await buildDirect(bob, here) };
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  bob = await register(app);
});

afterAll(() => app.stop());

describe("ending a session closes its connections with 4401 within two seconds", () => {
  type Ending = [what: string, end: (here: Person, there: Person) => Promise<unknown>];
  const endings: Ending[] = [
    ["by its own logout", (_here, there) => there.post("/v1/auth/logout")],
    [
      "by a logout that names it",
      (here, there) => here.post("/v1/auth/logout", { session_id: there.sessionId }),
    ],
    ["by deleting it in the list", (here, there) => here.delete(`/v1/sessions/${there.sessionId}`)],
    ["by deleting all others", (here) => here.delete("/v1/sessions")],
    [
      "by a password change elsewhere",
      (here) =>
        here.post("/v1/users/me/password", {
          current_password: here.password,
          new_password: "Another-Horse-8",
        }),
    ],
  ];
  test.each(endings)("%s, and no others", async (_what, end) => {
    const { here, there } = await buildTwoSessions();
    const ended = await Promise.all([connect(there), connect(there)]);
    const kept = await connect(here);
    await end(here, there);
    expect(await Promise.all(ended.map(endOf))).toEqual([sessionEnded, sessionEnded]);
    await expectOpen(kept);
    await kept.close();
  });

  test("by logging out everywhere, for all sessions", async () => {
    const { here, there } = await buildTwoSessions();
    const sockets = await Promise.all([connect(here), connect(there)]);
    await here.post("/v1/auth/logout", { all: true });
    expect(await Promise.all(sockets.map(endOf))).toEqual([sessionEnded, sessionEnded]);
  });

  test("by presenting a refresh token again after its time of grace was used up", async () => {
    const { here, there } = await buildTwoSessions();
    const socket = await connect(there);
    const refresh = (refresh_token: unknown) => here.post("/v1/auth/refresh", { refresh_token });
    const second = await refresh(there.refreshToken);
    await refresh(second.data.refresh_token);
    expect((await refresh(there.refreshToken)).error?.code).toBe("TOKEN_REUSED");
    expect(await endOf(socket)).toBe(sessionEnded);
  });

  test("and not those of the same person's renewed tokens", async () => {
    const { there } = await buildTwoSessions();
    const socket = await connect(there);
    expect((await there.post("/v1/auth/refresh", { refresh_token: there.refreshToken })).status).toBe(200);
    await Bun.sleep(200);
    await expectOpen(socket);
    await socket.close();
  });
});

describe("after a session ended", () => {
  test("nothing more reaches its connections", async () => {
    const { there, direct } = await buildTwoSessions();
    const socket = await connect(there);
    const before = await sendText(bob, direct.id, "before");
    await socket.next((frame) => frame.message_id === before.message_id);
    await there.post("/v1/auth/logout");
    await sendText(bob, direct.id, "after");
    expect(await endOf(socket)).toBe(sessionEnded);
    expect(socket.frames.some(({ content }) => content === "after")).toBe(false);
  });

  test("nothing more reaches its connections, also while somebody writes without pause", async () => {
    for (let round = 0; round < 10; round++) {
      const { there, direct } = await buildTwoSessions();
      const [socket, writer] = await Promise.all([connect(there), connect(bob)]);
      const ending = Bun.sleep(round).then(() => there.post("/v1/auth/logout"));
      for (let count = 1; count <= 60; count++) {
        writer.send({ type: "chat", conversation_id: direct.id, content: `m${count}` });
        if (count % 5 === 0) await Bun.sleep(1);
      }
      await ending;
      const last = await sendText(bob, direct.id, "after");
      await writer.next((frame) => frame.message_id === last.message_id);
      expect(await endOf(socket)).toBe(sessionEnded);
      const seqs = socket.frames.filter(({ type }) => type === "chat").map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect(socket.frames.some(({ content }) => content === "after")).toBe(false);
      await writer.close();
    }
  }, 30_000);

  test("nothing sent on its connections is taken", async () => {
    const { here, there, direct } = await buildTwoSessions();
    const socket = await connect(there);
    await there.post("/v1/auth/logout");
    if (socket.isOpen) {
      socket.send({
        type: "chat",
        conversation_id: direct.id,
        content: "too late",
        client_message_id: "late",
      });
    }
    expect(await endOf(socket)).toBe(sessionEnded);
    const page = await here.get<{ messages: unknown[] }>(`/v1/messages?conversation_id=${direct.id}`);
    expect(page.data.messages).toEqual([]);
    expect(socket.frames.some(({ type }) => type === "ack")).toBe(false);
  });

  test("its token opens no new connection", async () => {
    const { there } = await buildTwoSessions();
    await there.post("/v1/auth/logout");
    const attempt = connect(there).then(
      () => "open",
      () => "refused",
    );
    expect(await attempt).toBe("refused");
  });

  test("racing upgrades leave no connection behind", async () => {
    for (let round = 0; round < 10; round++) {
      const { there } = await buildTwoSessions();
      const attempts = Array.from({ length: 5 }, () => connect(there).catch(() => undefined));
      await there.post("/v1/auth/logout");
      for (const socket of await Promise.all(attempts)) {
        if (socket) expect(await endOf(socket)).toBe(sessionEnded);
      }
    }
  }, 40_000);
});
