import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { day, hour } from "../kit/clock.ts";
import { expectRefusal, expectTime, uuidV7 } from "../kit/expectations.ts";
import { anonymous, buildRegistration, register, withToken } from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
const visitor = anonymous(app);
const signUp = (body: unknown) => visitor.post<SignedIn>("/v1/auth/register", body);
const roleOf = async (token: string) => (await withToken(app, token).get("/v1/auth/profile")).data.role;

describe("what a sign-in page may know without signing in", () => {
  const options = async (url: string) => {
    const answer = await fetch(`${url}/v1/auth/options`);
    return ((await answer.json()) as { data: unknown }).data;
  };

  test("is that nobody is here yet, and later that somebody is", async () => {
    const empty = await startApp();
    try {
      expect(await options(empty.url)).toMatchObject({ registration: "open", is_empty: true });
      await register(empty);
      expect(await options(empty.url)).toMatchObject({ registration: "open", is_empty: false });
    } finally {
      await empty.stop();
    }
  });

  test("is that registration is by invitation, but for the first", async () => {
    const closed = await startApp({ PARLEY_REGISTRATION: "invite" });
    try {
      expect(await options(closed.url)).toMatchObject({ registration: "open", is_empty: true });
      await register(closed);
      expect(await options(closed.url)).toMatchObject({ registration: "invite", is_empty: false });
    } finally {
      await closed.stop();
    }
  });

  test("is whether mails reach people by themselves", async () => {
    expect(await options(app.url)).toMatchObject({ sends_mail: false });
    const relayed = await startApp({ SMTP_URL: "smtp://127.0.0.1:9" });
    try {
      expect(await options(relayed.url)).toMatchObject({ sends_mail: true });
    } finally {
      await relayed.stop();
    }
  });
});

describe("who comes first", () => {
  test("of twenty who register an empty server at once exactly one becomes admin", async () => {
    const empty = await startApp();
    try {
      const people = await Promise.all(Array.from({ length: 20 }, () => register(empty)));
      const profiles = await Promise.all(people.map((person) => person.get("/v1/auth/profile")));
      const roles = profiles.map((answer) => String(answer.data.role)).sort();
      expect(roles).toEqual(["admin", ...Array.from({ length: 19 }, () => "user")]);
    } finally {
      await empty.stop();
    }
  });

  test("where registration is by invitation, nobody comes in after the first without one", async () => {
    const closed = await startApp({ PARLEY_REGISTRATION: "invite" });
    try {
      const first = await register(closed);
      const stranger = await anonymous(closed).post("/v1/auth/register", buildRegistration());
      expectRefusal(stranger, 403, "FORBIDDEN");
      const { users } = (await first.get<{ users: unknown[] }>("/v1/users")).data;
      expect(users).toHaveLength(1);
    } finally {
      await closed.stop();
    }
  });

  test("the first person is admin, the second a user, whatever role they ask for", async () => {
    const first = await register(app);
    const wishes = {
      role: "admin",
      is_admin: true,
      id: first.id,
      tenant_id: first.id,
      organization_id: first.id,
    };
    const second = await signUp({ ...buildRegistration(), ...wishes });
    expect(second.status).toBe(201);
    expect(second.data.user.id).not.toBe(first.id);
    expect(await roleOf(first.accessToken)).toBe("admin");
    expect(await roleOf(second.data.access_token)).toBe("user");
    const shared = await withToken(app, second.data.access_token).get(`/v1/users/${first.id}`);
    expect(shared.status).toBe(200);
  });
});

describe("what registering answers", () => {
  test("201 with the user, both tokens, their ends and the session", async () => {
    const registration = buildRegistration();
    const answer = await signUp(registration);
    expect(answer.status).toBe(201);
    const { user, ...rest } = answer.data;
    const { email, username, display_name } = registration;
    expect(user).toMatchObject({ email, username, display_name });
    expect(user.id).toMatch(uuidV7);
    expect(Object.keys(rest).sort()).toEqual([
      "access_token",
      "expires_at",
      "refresh_expires_at",
      "refresh_token",
      "session_id",
    ]);
    expect(rest.session_id).toMatch(uuidV7);
    expectTime(rest.expires_at, hour);
    expectTime(rest.refresh_expires_at, 30 * day);
  });

  test("nothing of the password, in no form", async () => {
    const registration = buildRegistration();
    const answer = await signUp(registration);
    expect(answer.text).not.toContain(registration.password);
    expect(answer.text).not.toMatch(/argon2|hash|salt|secret/i);
  });

  test("tokens that work at once, in a session that the list shows", async () => {
    const person = await register(app);
    const sessions = await person.get<{ sessions: { id: string }[] }>("/v1/sessions");
    expect(sessions.data.sessions.map((session) => session.id)).toEqual([person.sessionId]);
  });

  test("e-mail and username keep the case they were given in", async () => {
    const { username, email } = buildRegistration();
    const answer = await signUp(buildRegistration({ username: `A${username}`, email: `Mixed.${email}` }));
    expect(answer.data.user).toMatchObject({ username: `A${username}`, email: `Mixed.${email}` });
  });
});

describe("what is refused with 400, naming the field", () => {
  test.each(["email", "username", "password", "display_name"])("a missing %s", async (field) => {
    const { [field]: _left, ...rest } = { ...buildRegistration() } as Record<string, unknown>;
    expectRefusal(await signUp(rest), 400, "VALIDATION_ERROR", field);
  });

  test.each(["email", "username", "password", "display_name"])("an ill-typed %s", async (field) => {
    for (const value of [null, 7, true, [], {}, ["a@b.test"], { $ne: null }]) {
      expectRefusal(await signUp({ ...buildRegistration(), [field]: value }), 400, "VALIDATION_ERROR", field);
    }
  });

  test("every wrong field at once", async () => {
    const answer = await signUp({ email: "nobody", username: "x", password: "short", display_name: "" });
    expectRefusal(answer, 400, "VALIDATION_ERROR", "email", "username", "password", "display_name");
  });

  test.each([
    "ab",
    "a".repeat(31),
    "has space",
    "slash/ed",
    "semi;colon",
    "a@b",
    "tab\tbed",
    "",
    "new\nline",
    "a:b",
  ])("the username %j", async (username) => {
    expectRefusal(await signUp(buildRegistration({ username })), 400, "VALIDATION_ERROR", "username");
  });

  test.each([
    "plain",
    "@example.test",
    "a@",
    "a b@example.test",
    "a@b@c.test",
    "a@example.test\n",
    "",
    "a@.test",
  ])("the e-mail %j", async (email) => {
    expectRefusal(await signUp(buildRegistration({ email })), 400, "VALIDATION_ERROR", "email");
  });

  test("an endless e-mail, at once", async () => {
    const email = `${"a".repeat(10_000)}@example.test`;
    expectRefusal(await signUp(buildRegistration({ email })), 400, "VALIDATION_ERROR", "email");
  });

  test.each([
    ["no characters", ""],
    ["101 characters", "n".repeat(101)],
    ["101 code points", "😀".repeat(101)],
  ])("a display name of %s", async (_what, display_name) => {
    expectRefusal(await signUp(buildRegistration({ display_name })), 400, "VALIDATION_ERROR", "display_name");
  });

  test.each([
    ["seven characters", "Aa1!aaa"],
    ["seven code points in eleven units", "Aa1😀😀😀😀"],
    ["129 characters", `Aa1!${"a".repeat(125)}`],
    ["no upper case", "lower-case-7"],
    ["no lower case", "UPPER-CASE-7"],
    ["no digit", "No-Digit-Here"],
    ["no special character", "NoSpecial77"],
  ])("a password with %s", async (_what, password) => {
    expectRefusal(await signUp(buildRegistration({ password })), 400, "VALIDATION_ERROR", "password");
  });
});

describe("what is accepted", () => {
  test.each(["3", "30"])("a username of %s characters", async (length) => {
    const username = buildRegistration().username.slice(-Number(length)).padEnd(Number(length), "x");
    expect((await signUp(buildRegistration({ username }))).status).toBe(201);
  });

  test("letters of both cases, digits, underscore, dot and hyphen in a username", async () => {
    const username = `Zz_9.-${buildRegistration().username.slice(0, 10)}`;
    expect((await signUp(buildRegistration({ username }))).data.user.username).toBe(username);
  });

  test.each([
    ["8 characters", "Aa1!aaaa"],
    ["128 characters", `Aa1!${"a".repeat(124)}`],
    ["128 code points in 252 units", `Aa1!${"😀".repeat(124)}`],
  ])("a password of %s", async (_what, password) => {
    const person = await register(app, { password });
    const login = await visitor.post("/v1/auth/login", { email: person.email, password });
    expect(login.status).toBe(200);
  });

  test.each([
    ["one character", "n"],
    ["100 characters", "n".repeat(100)],
    ["100 code points in 200 units", "😀".repeat(100)],
  ])("a display name of %s", async (_what, display_name) => {
    expect((await signUp(buildRegistration({ display_name }))).data.user.display_name).toBe(display_name);
  });
});

describe("what is taken", () => {
  test("a taken e-mail is 409 naming it, in any case of letters", async () => {
    const person = await register(app);
    for (const email of [person.email, person.email.toUpperCase()]) {
      const answer = await signUp(buildRegistration({ email }));
      expectRefusal(answer, 409, "CONFLICT", "email");
      expect(answer.error?.message).toMatch(/e-?mail/i);
    }
  });

  test("a taken username is 409 naming it, in any case of letters", async () => {
    const person = await register(app);
    for (const username of [person.username, person.username.toUpperCase()]) {
      const answer = await signUp(buildRegistration({ username }));
      expectRefusal(answer, 409, "CONFLICT", "username");
      expect(answer.error?.message).toMatch(/username/i);
    }
  });

  test("a twin of a taken name in full-width letters never gets an account", async () => {
    const person = await register(app);
    const wide = person.username.replace(/[a-z]/g, (letter) =>
      String.fromCharCode(letter.charCodeAt(0) - 0x61 + 0xff41),
    );
    const byName = await signUp(buildRegistration({ username: wide }));
    const byMail = await signUp(buildRegistration({ email: `${wide}@example.test` }));
    expect([400, 409]).toContain(byName.status);
    expect([400, 409]).toContain(byMail.status);
  });

  test.each(["email", "username"] as const)(
    "of twenty who race for one %s one gets it, nineteen are told that it is taken",
    async (field) => {
      const wanted = buildRegistration()[field];
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => signUp(buildRegistration({ [field]: wanted }))),
      );
      expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
      for (const answer of answers.filter((other) => other.status !== 201)) {
        expectRefusal(answer, 409, "CONFLICT", field);
      }
    },
  );

  test("a refused registration leaves nothing: the name can still be had", async () => {
    const taken = await register(app);
    const { username } = buildRegistration();
    expectRefusal(
      await signUp(buildRegistration({ username, email: taken.email })),
      409,
      "CONFLICT",
      "email",
    );
    expectRefusal(await signUp(buildRegistration({ username, password: "short" })), 400, "VALIDATION_ERROR");
    expect((await signUp(buildRegistration({ username }))).status).toBe(201);
  });
});
