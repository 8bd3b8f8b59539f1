import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { day, hour } from "../kit/clock.ts";
import { expectRefusal, expectTime, uuidV7 } from "../kit/expectations.ts";
import { anonymous, goodPassword, register, withToken } from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);
const visitor = anonymous(app);
const login = (body: unknown) => visitor.post<SignedIn>("/v1/auth/login", body);

describe("signing in", () => {
  test("answers 200 with the user, both tokens, their ends and a session of its own", async () => {
    const answer = await login({ email: person.email, password: person.password });
    expect(answer.status).toBe(200);
    const { user, session_id, access_token, refresh_token, expires_at, refresh_expires_at } = answer.data;
    expect(user).toMatchObject({ id: person.id, email: person.email, username: person.username });
    expect(session_id).toMatch(uuidV7);
    expect(session_id).not.toBe(person.sessionId);
    expect(access_token).not.toBe(person.accessToken);
    expect(refresh_token).not.toBe(person.refreshToken);
    expectTime(expires_at, hour);
    expectTime(refresh_expires_at, 30 * day);
  });

  test("leaves the sessions from before alive", async () => {
    await login({ email: person.email, password: person.password });
    expect((await person.get("/v1/users/me")).status).toBe(200);
  });

  test("takes the username as well as the e-mail, each in any case of letters", async () => {
    const identities = [
      { email: person.email },
      { email: person.email.toUpperCase() },
      { username: person.username },
      { username: person.username.toUpperCase() },
    ];
    for (const identity of identities) {
      const answer = await login({ ...identity, password: person.password });
      expect(answer.data.user.id).toBe(person.id);
    }
  });

  test("does not answer anything of the password", async () => {
    const answer = await login({ email: person.email, password: person.password });
    expect(answer.text).not.toContain(person.password);
    expect(answer.text).not.toMatch(/argon2|hash|salt/i);
  });
});

describe("the password is compared exactly as it was sent", () => {
  test("a space at its start belongs to it", async () => {
    const spaced = await register(app, { password: " Aa1!aaaa" });
    expectRefusal(await login({ email: spaced.email, password: "Aa1!aaaa" }), 401, "INVALID_CREDENTIALS");
    expect((await login({ email: spaced.email, password: " Aa1!aaaa" })).status).toBe(200);
  });

  test("two long ones that differ in the last character alone are two", async () => {
    const start = `Aa1!${"a".repeat(100)}`;
    const long = await register(app, { password: `${start}x` });
    expectRefusal(await login({ email: long.email, password: `${start}y` }), 401, "INVALID_CREDENTIALS");
  });

  test("the case of its letters counts", async () => {
    const answer = await login({ email: person.email, password: person.password.toLowerCase() });
    expectRefusal(answer, 401, "INVALID_CREDENTIALS");
  });
});

describe("a refused login", () => {
  test("looks the same for a wrong password and for nobody of that name", async () => {
    const wrong = "Wrong-Horse-8";
    const attempts = [
      { email: person.email, password: wrong },
      { email: "nobody@example.test", password: wrong },
      { username: "nobody-at-all", password: wrong },
    ];
    const answers = await Promise.all(attempts.map(login));
    const looks = answers.map((answer) => {
      expectRefusal(answer, 401, "INVALID_CREDENTIALS");
      return {
        error: { ...answer.error, request_id: "" },
        headers: [...answer.headers.keys()].sort(),
        length: answer.headers.get("content-length"),
      };
    });
    expect(looks[1]).toEqual(looks[0] as (typeof looks)[number]);
    expect(looks[2]).toEqual(looks[0] as (typeof looks)[number]);
  });

  test("takes as long for nobody as for a wrong password", async () => {
    const time = async (email: string) => {
      const start = performance.now();
      await login({ email, password: "Wrong-Horse-8" });
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    // Four wrong ones an account: a fifth might meet the lock that stands before the hash.
    const people = await Promise.all(Array.from({ length: 3 }, () => register(app)));
    for (let round = 0; round < 12; round++) {
      known.push(await time(people[round % 3]?.email ?? ""));
      unknown.push(await time(`nobody-${round}@example.test`));
    }
    const ratio = median(unknown) / median(known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test("makes no session and leaves those that live", async () => {
    const victim = await register(app);
    await login({ email: victim.email, password: "Wrong-Horse-8" });
    const sessions = await victim.get<{ sessions: unknown[] }>("/v1/sessions");
    expect(sessions.data.sessions).toHaveLength(1);
  });

  test.each([
    ["without a password", { email: "a@example.test" }, "password"],
    ["with a number for a password", { email: "a@example.test", password: 1 }, "password"],
    ["with something else for an e-mail", { email: "nobody", password: goodPassword }, "email"],
    ["with an object for an e-mail", { email: { $ne: null }, password: goodPassword }, "email"],
    ["with a list for a username", { username: ["a"], password: goodPassword }, "username"],
  ])("%s is 400 and names the field", async (_what, body, field) => {
    expectRefusal(await login(body), 400, "VALIDATION_ERROR", field);
  });

  test("with neither e-mail nor username is 400", async () => {
    expectRefusal(await login({ password: goodPassword }), 400, "VALIDATION_ERROR");
  });

  test("with a password of 200 KiB is refused before it is hashed, and the server goes on answering", async () => {
    const { email } = await register(app);
    const body = { email, password: `Aa1!${"a".repeat(200 * 1024)}` };
    const attempts = Promise.all(Array.from({ length: 40 }, () => login(body)));
    const start = performance.now();
    expect((await visitor.get("/health")).status).toBe(200);
    expect(performance.now() - start).toBeLessThan(1_000);
    for (const answer of await attempts) expect([400, 401]).toContain(answer.status);
  });
});

test("sixty logins at once are all answered, none with a 500, while other requests go on", async () => {
  const attempts = Promise.all(
    Array.from({ length: 60 }, () => login({ email: person.email, password: person.password })),
  );
  await Bun.sleep(20);
  const start = performance.now();
  expect((await withToken(app, person.accessToken).get("/v1/users/me")).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(1_000);
  for (const answer of await attempts) expect([200, 503]).toContain(answer.status);
});

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
