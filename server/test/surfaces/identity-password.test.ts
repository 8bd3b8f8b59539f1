import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous, loginAgain, type Person, register, withToken } from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";
import { endOf, TestSocket } from "../kit/socket.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

// Passwords cost what they cost elsewhere: while they are hashed there is time for what races with a change.
const app = await startApp({}, {});
afterAll(() => app.stop());
await register(app);

const newPassword = "Other-Horse-8";
const change = (person: Person, body: unknown) => person.post("/v1/users/me/password", body);
const loginWith = async (person: Person, password: string) =>
  (await anonymous(app).post("/v1/auth/login", { email: person.email, password })).status;
const statusOf = async (person: Person) => (await person.get("/v1/users/me")).status;

describe("changing the password", () => {
  test("makes the new one the only one", async () => {
    const person = await register(app);
    const answer = await change(person, { current_password: person.password, new_password: newPassword });
    expect(answer.status).toBe(200);
    expect(await loginWith(person, person.password)).toBe(401);
    expect(await loginWith(person, newPassword)).toBe(200);
  });

  test("ends all other sessions at once and keeps the own", async () => {
    const person = await register(app);
    const others = [await loginAgain(app, person), await loginAgain(app, person)];
    await change(person, { current_password: person.password, new_password: newPassword });
    expect(await Promise.all(others.map(statusOf))).toEqual([401, 401]);
    expect(await statusOf(person)).toBe(200);
    for (const other of others) {
      const refresh = await anonymous(app).post("/v1/auth/refresh", { refresh_token: other.refreshToken });
      expect(refresh.status).toBe(401);
    }
    const own = await anonymous(app).post("/v1/auth/refresh", { refresh_token: person.refreshToken });
    expect(own.status).toBe(200);
  });

  test("closes the other sessions' sockets with 4401 and keeps the own", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    const kept = await TestSocket.connect(app, person);
    const ended = await TestSocket.connect(app, other);
    await change(person, { current_password: person.password, new_password: newPassword });
    expect(await endOf(ended)).toBe(4401);
    expect(kept.isOpen).toBe(true);
    await kept.close();
  });

  test("answers neither password", async () => {
    const person = await register(app);
    const { text } = await change(person, { current_password: person.password, new_password: newPassword });
    expect(text).not.toContain(person.password);
    expect(text).not.toContain(newPassword);
  });
});

describe("a refused change leaves password and sessions as they were", () => {
  test("with a wrong current password: 401 INVALID_PASSWORD", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    const answer = await change(person, { current_password: "Wrong-Horse-8", new_password: newPassword });
    expectRefusal(answer, 401, "INVALID_PASSWORD");
    expect([await statusOf(person), await statusOf(other)]).toEqual([200, 200]);
    expect([await loginWith(person, person.password), await loginWith(person, newPassword)]).toEqual([
      200, 401,
    ]);
  });

  test.each([
    ["seven characters", "Aa1!aaa"],
    ["129 characters", `Aa1!${"a".repeat(125)}`],
    ["no upper case", "lower-case-7"],
    ["no lower case", "UPPER-CASE-7"],
    ["no digit", "No-Digit-Here"],
    ["no special character", "NoSpecial77"],
  ])("with a new one of %s: 400", async (_what, new_password) => {
    const person = await register(app);
    const answer = await change(person, { current_password: person.password, new_password });
    expectRefusal(answer, 400, "VALIDATION_ERROR", "new_password");
    expect(await loginWith(person, person.password)).toBe(200);
  });

  test.each(["current_password", "new_password"])(
    "with %s missing or of another type: 400",
    async (field) => {
      const person = await register(app);
      const whole: Record<string, unknown> = { current_password: person.password, new_password: newPassword };
      const { [field]: _left, ...rest } = whole;
      expectRefusal(await change(person, rest), 400, "VALIDATION_ERROR", field);
      expectRefusal(await change(person, { ...whole, [field]: 12345678 }), 400, "VALIDATION_ERROR", field);
      expect(await loginWith(person, person.password)).toBe(200);
    },
  );
});

test("of two changes at once from one password one wins, and its password is the one that works", async () => {
  const person = await register(app);
  const candidates = ["First-Horse-1", "Second-Horse-2"];
  const answers = await Promise.all(
    candidates.map((new_password) => change(person, { current_password: person.password, new_password })),
  );
  for (const answer of answers) expect([200, 401, 409]).toContain(answer.status);
  const logins = await Promise.all(candidates.map((password) => loginWith(person, password)));
  expect(logins.filter((status) => status === 200)).toHaveLength(1);
  expect(await loginWith(person, person.password)).toBe(401);
});

test("no login with the old password that raced with the change leaves a session that lives", async () => {
  const person = await register(app);
  const changing = change(person, { current_password: person.password, new_password: newPassword });
  const attempts = Array.from({ length: 12 }, async (_, index) => {
    await Bun.sleep(index * 10);
    return anonymous(app).post<SignedIn>("/v1/auth/login", {
      email: person.email,
      password: person.password,
    });
  });
  expect((await changing).status).toBe(200);
  for (const answer of await Promise.all(attempts)) {
    expect([200, 401]).toContain(answer.status);
    if (answer.status !== 200) continue;
    expect((await withToken(app, answer.data.access_token).get("/v1/users/me")).status).toBe(401);
  }
  expect(await statusOf(person)).toBe(200);
});
