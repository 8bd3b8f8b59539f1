import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { day, inFuture } from "../kit/clock.ts";
import { expectRefusal, isoTime, uuidV7 } from "../kit/expectations.ts";
import { anonymous, loginAgain, type Person, register, withToken } from "../kit/person.ts";
import type { Session, SignedIn } from "../kit/shapes.ts";
import { endOf, TestSocket } from "../kit/socket.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
await register(app);

const listOf = async (person: Person) =>
  (await person.get<{ sessions: Session[] }>("/v1/sessions")).data.sessions;
const idsOf = async (person: Person) => (await listOf(person)).map((session) => session.id).sort();
const statusOf = async (person: Person) => (await person.get("/v1/users/me")).status;

describe("the list of sessions", () => {
  test("shows each with its times, address and browser, and which one is asking", async () => {
    const person = await register(app);
    const login = await anonymous(app).post<SignedIn>(
      "/v1/auth/login",
      { email: person.email, password: person.password },
      { "user-agent": "Test <Browser> 1.0" },
    );
    const sessions = await listOf(person);
    expect(sessions).toHaveLength(2);
    for (const session of sessions) {
      expect(session.id).toMatch(uuidV7);
      for (const time of [session.created_at, session.last_used_at, session.expires_at]) {
        expect(time).toMatch(isoTime);
      }
      expect(Date.parse(session.expires_at)).toBeGreaterThan(Date.now() + 29 * day);
      expect(session.ip).toMatch(/^(::ffff:)?127\.0\.0\.1$/);
    }
    const second = sessions.find((session) => session.id === login.data.session_id);
    expect(second).toMatchObject({ user_agent: "Test <Browser> 1.0", current: false });
    expect(sessions.find((session) => session.id === person.sessionId)?.current).toBe(true);
  });

  test("shows own sessions only", async () => {
    const person = await register(app);
    await register(app);
    expect(await idsOf(person)).toEqual([person.sessionId]);
  });

  test("holds no token, whole or hashed", async () => {
    const person = await register(app);
    const { text } = await person.get("/v1/sessions");
    expect(text).not.toContain(person.refreshToken);
    expect(text).not.toMatch(/token|hash/i);
  });

  test("the current one is the token's", async () => {
    const person = await register(app);
    await loginAgain(app, person);
    const answer = await person.get<Session>("/v1/sessions/current");
    expect(answer.data).toMatchObject({ id: person.sessionId, current: true });
  });
});

describe("ending sessions", () => {
  test("one by its id: its tokens die at once, the others live", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    expect((await person.delete(`/v1/sessions/${other.sessionId}`)).status).toBe(200);
    expect([await statusOf(person), await statusOf(other)]).toEqual([200, 401]);
    expect(await idsOf(person)).toEqual([person.sessionId]);
    const refresh = await anonymous(app).post("/v1/auth/refresh", { refresh_token: other.refreshToken });
    expect(refresh.status).toBe(401);
  });

  test("the current one too", async () => {
    const person = await register(app);
    expect((await person.delete(`/v1/sessions/${person.sessionId}`)).status).toBe(200);
    expect(await statusOf(person)).toBe(401);
  });

  test("all others", async () => {
    const person = await register(app);
    const others = [await loginAgain(app, person), await loginAgain(app, person)];
    const bystander = await register(app);
    expect((await person.delete("/v1/sessions")).status).toBe(200);
    expect(await Promise.all(others.map(statusOf))).toEqual([401, 401]);
    expect([await statusOf(person), await statusOf(bystander)]).toEqual([200, 200]);
  });

  test("another's is 404 as an unknown one is, and it lives on", async () => {
    const person = await register(app);
    const victim = await register(app);
    const foreign = await person.delete(`/v1/sessions/${victim.sessionId}`);
    const unknown = await person.delete(`/v1/sessions/${Bun.randomUUIDv7()}`);
    expectRefusal(foreign, 404, "NOT_FOUND");
    expectRefusal(unknown, 404, "NOT_FOUND");
    expect(foreign.error?.message).toBe(unknown.error?.message ?? "");
    expect(await statusOf(victim)).toBe(200);
  });

  test("the administrator cannot end another's here either", async () => {
    const fresh = await startApp();
    try {
      const admin = await register(fresh);
      const user = await register(fresh);
      expectRefusal(await admin.delete(`/v1/sessions/${user.sessionId}`), 404, "NOT_FOUND");
      expect(await statusOf(user)).toBe(200);
    } finally {
      await fresh.stop();
    }
  });

  test("one that ended already is 404", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    await other.post("/v1/auth/logout");
    expectRefusal(await person.delete(`/v1/sessions/${other.sessionId}`), 404, "NOT_FOUND");
  });

  test("a malformed id is 400", async () => {
    const person = await register(app);
    expectRefusal(await person.delete("/v1/sessions/not-an-id"), 400, "VALIDATION_ERROR", "id");
  });

  test("closes the sockets of what ended with 4401, and no event reaches them afterwards", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    const kept = await TestSocket.connect(app, person);
    const ended = await TestSocket.connect(app, other);
    await person.delete("/v1/sessions");
    expect(await endOf(ended)).toBe(4401);
    expect(kept.isOpen).toBe(true);
    await kept.close();
  });
});

describe("cleanup", () => {
  test("without a body leaves every live session", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    expect((await person.post("/v1/sessions/cleanup")).status).toBe(200);
    expect(await idsOf(person)).toEqual([person.sessionId, other.sessionId].sort());
    expect(await statusOf(other)).toBe(200);
  });

  test("drops those that expired", async () => {
    const person = await register(app);
    await inFuture(31 * day, async () => {
      const later = await loginAgain(app, person);
      expect((await later.post("/v1/sessions/cleanup")).status).toBe(200);
      expect(await idsOf(later)).toEqual([later.sessionId]);
    });
  });

  test("with others ends all but the current one", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    expect((await person.post("/v1/sessions/cleanup", { others: true })).status).toBe(200);
    expect([await statusOf(person), await statusOf(other)]).toEqual([200, 401]);
  });

  test("with others of another type is 400 and ends none", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    const answer = await person.post("/v1/sessions/cleanup", { others: "yes" });
    expectRefusal(answer, 400, "VALIDATION_ERROR", "others");
    expect(await statusOf(other)).toBe(200);
  });
});

test("twenty sessions of one person end together, while their requests run", async () => {
  const person = await register(app);
  const others = await Promise.all(Array.from({ length: 20 }, () => loginAgain(app, person)));
  const requests = others.map((other) => withToken(app, other.accessToken).get("/v1/users/me"));
  const ended = await person.delete("/v1/sessions");
  expect(ended.status).toBe(200);
  for (const answer of await Promise.all(requests)) expect([200, 401]).toContain(answer.status);
  expect(new Set(await Promise.all(others.map(statusOf)))).toEqual(new Set([401]));
});

test("of sessions that end all others at once one goes on", async () => {
  for (let round = 0; round < 6; round++) {
    const person = await register(app);
    const own = [person, await loginAgain(app, person), await loginAgain(app, person)];
    const answers = await Promise.all(
      own.map((session, index) =>
        (index + round) % 3 === 0
          ? session.post("/v1/sessions/cleanup", { others: true })
          : session.delete("/v1/sessions"),
      ),
    );
    for (const { status } of answers) expect([200, 401]).toContain(status);
    const alive = await Promise.all(own.map(statusOf));
    expect(alive.toSorted()).toEqual([200, 401, 401]);
  }
});
