import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous, loginAgain, type Person, register, withToken } from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";
import { endOf, TestSocket } from "../kit/socket.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
await register(app);

async function isAlive(person: Person): Promise<boolean> {
  const { status } = await person.get("/v1/users/me");
  expect([200, 401]).toContain(status);
  return status === 200;
}

/** Which of the sessions live, and that none of the dead can be refreshed. */
async function alive(...sessions: Person[]): Promise<boolean[]> {
  const states = await Promise.all(sessions.map(isAlive));
  for (const [index, session] of sessions.entries()) {
    if (states[index]) continue;
    const { status } = await anonymous(app).post("/v1/auth/refresh", { refresh_token: session.refreshToken });
    expect(status).toBe(401);
  }
  return states;
}

async function threeSessions(): Promise<[Person, Person, Person]> {
  const person = await register(app);
  return [person, await loginAgain(app, person), await loginAgain(app, person)];
}

describe("logout", () => {
  test("ends the session of the token and no other, with both its tokens, at once", async () => {
    const [a, b, c] = await threeSessions();
    const answer = await a.post("/v1/auth/logout");
    expect(answer.status).toBe(200);
    expect(answer.data.message).toBeString();
    expect(await alive(a, b, c)).toEqual([false, true, true]);
  });

  test("with an empty object does the same", async () => {
    const [a, b] = await threeSessions();
    expect((await a.post("/v1/auth/logout", {})).status).toBe(200);
    expect(await alive(a, b)).toEqual([false, true]);
  });

  test("a second time is 401", async () => {
    const person = await register(app);
    await person.post("/v1/auth/logout");
    expectRefusal(await person.post("/v1/auth/logout"), 401, "UNAUTHORIZED");
  });

  test("with session_id in the body ends that one", async () => {
    const [a, b, c] = await threeSessions();
    expect((await a.post("/v1/auth/logout", { session_id: b.sessionId })).status).toBe(200);
    expect(await alive(a, b, c)).toEqual([true, false, true]);
  });

  test("with X-Session-ID ends that one", async () => {
    const [a, b, c] = await threeSessions();
    const answer = await a.post("/v1/auth/logout", undefined, { "x-session-id": b.sessionId });
    expect(answer.status).toBe(200);
    expect(await alive(a, b, c)).toEqual([true, false, true]);
  });

  test("with both ends the one in the body", async () => {
    const [a, b, c] = await threeSessions();
    await a.post("/v1/auth/logout", { session_id: b.sessionId }, { "x-session-id": c.sessionId });
    expect(await alive(a, b, c)).toEqual([true, false, true]);
  });

  test("with all ends every session, its own too, and nobody else's", async () => {
    const bystander = await register(app);
    const [a, b, c] = await threeSessions();
    expect((await a.post("/v1/auth/logout", { all: true })).status).toBe(200);
    expect(await alive(a, b, c)).toEqual([false, false, false]);
    expect(await isAlive(bystander)).toBe(true);
    expect(await isAlive(await loginAgain(app, a))).toBe(true);
  });

  test("with all set to false ends its own only", async () => {
    const [a, b] = await threeSessions();
    expect((await a.post("/v1/auth/logout", { all: false })).status).toBe(200);
    expect(await alive(a, b)).toEqual([false, true]);
  });
});

describe("logout is for own sessions only", () => {
  test.each(["body", "header"] as const)(
    "another's session in the %s is 404 as an unknown one is, and both live on",
    async (place) => {
      const person = await register(app);
      const victim = await register(app);
      const ask = (id: string) =>
        place === "body"
          ? person.post("/v1/auth/logout", { session_id: id })
          : person.post("/v1/auth/logout", undefined, { "x-session-id": id });
      const foreign = await ask(victim.sessionId);
      const unknown = await ask(Bun.randomUUIDv7());
      expectRefusal(foreign, 404, "NOT_FOUND");
      expectRefusal(unknown, 404, "NOT_FOUND");
      expect(foreign.error?.message).toBe(unknown.error?.message ?? "");
      expect([await isAlive(person), await isAlive(victim)]).toEqual([true, true]);
    },
  );

  test("a malformed id or flag is 400 and names it, and the session lives on", async () => {
    const person = await register(app);
    for (const session_id of ["x", "", 7, null, {}]) {
      expectRefusal(
        await person.post("/v1/auth/logout", { session_id }),
        400,
        "VALIDATION_ERROR",
        "session_id",
      );
    }
    for (const all of ["true", 1, {}]) {
      expectRefusal(await person.post("/v1/auth/logout", { all }), 400, "VALIDATION_ERROR", "all");
    }
    const malformed = await person.post("/v1/auth/logout", undefined, { "x-session-id": "x" });
    expectRefusal(malformed, 400, "VALIDATION_ERROR");
    expect(await isAlive(person)).toBe(true);
  });

  test("without a token it is 401", async () => {
    expectRefusal(await anonymous(app).post("/v1/auth/logout", { all: true }), 401, "UNAUTHORIZED");
  });
});

describe("open sockets", () => {
  test("of the ended session close with 4401, those of the others stay", async () => {
    const [a, b] = await threeSessions();
    const ended = await TestSocket.connect(app, a);
    const kept = await TestSocket.connect(app, b);
    await a.post("/v1/auth/logout");
    expect(await endOf(ended)).toBe(4401);
    expect(kept.isOpen).toBe(true);
    await kept.close();
  });

  test("of all sessions close with 4401 when all are ended", async () => {
    const [a, b] = await threeSessions();
    const sockets = [await TestSocket.connect(app, a), await TestSocket.connect(app, b)];
    await b.post("/v1/auth/logout", { all: true });
    for (const socket of sockets) expect(await endOf(socket)).toBe(4401);
  });
});

test("a refresh that races with the logout brings nothing that lives on", async () => {
  for (let round = 0; round < 10; round++) {
    const person = await register(app);
    const [refreshed] = await Promise.all([
      anonymous(app).post<SignedIn>("/v1/auth/refresh", { refresh_token: person.refreshToken }),
      person.post("/v1/auth/logout"),
    ]);
    expect([200, 401]).toContain(refreshed.status);
    expect(await isAlive(person)).toBe(false);
    if (refreshed.status !== 200) continue;
    const { access_token, refresh_token } = refreshed.data;
    expect((await withToken(app, access_token).get("/v1/users/me")).status).toBe(401);
    expect((await anonymous(app).post("/v1/auth/refresh", { refresh_token })).status).toBe(401);
  }
});
