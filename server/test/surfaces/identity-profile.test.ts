import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, isoTime } from "../kit/expectations.ts";
import { anonymous, register } from "../kit/person.ts";
import type { User } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { until } from "../kit/until.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);

describe("the own profile", () => {
  test("GET /auth/profile answers user_id, email, username and role", async () => {
    const person = await register(app);
    const answer = await person.get("/v1/auth/profile");
    const { id: user_id, email, username } = person;
    expect(answer.data).toMatchObject({ user_id, email, username, role: "user" });
    expect((await admin.get("/v1/auth/profile")).data).toMatchObject({ user_id: admin.id, role: "admin" });
  });

  test("is read from the database, not from the token", async () => {
    const person = await register(app);
    await person.patch("/v1/users/me", { display_name: "Renamed Since" });
    const me = await person.get("/v1/users/me");
    expect(me.data.display_name).toBe("Renamed Since");
  });

  test("users/me and users/profile are the same thing", async () => {
    const person = await register(app);
    const me = await person.get<User>("/v1/users/me");
    const profile = await person.get<User>("/v1/users/profile");
    expect(me.data).toEqual(profile.data);
    const { id, email, username, displayName: display_name } = person;
    expect(me.data).toMatchObject({ id, email, username, display_name, avatar_url: null });
  });

  test("a change by either is answered whole and seen by both", async () => {
    const person = await register(app);
    const patched = await person.patch<User>("/v1/users/me", { display_name: "By Patch" });
    expect(patched.status).toBe(200);
    expect(patched.data).toMatchObject({ id: person.id, email: person.email, display_name: "By Patch" });
    expect((await person.get("/v1/users/profile")).data).toEqual({ ...patched.data });
    const put = await person.put<User>("/v1/users/profile", { display_name: "By Put" });
    expect(put.status).toBe(200);
    expect((await person.get("/v1/users/me")).data).toEqual({ ...put.data });
  });

  test("an empty change is 200 and changes nothing", async () => {
    const person = await register(app);
    const before = (await person.get("/v1/users/me")).data;
    expect((await person.patch("/v1/users/me", {})).status).toBe(200);
    expect((await person.get("/v1/users/me")).data).toMatchObject({ display_name: before.display_name });
  });

  test.each([
    ["empty", ""],
    ["of 101 characters", "n".repeat(101)],
    ["of 101 code points", "😀".repeat(101)],
    ["null", null],
    ["a number", 7],
    ["an object", {}],
  ])("a display name that is %s is 400, names the field and changes nothing", async (_what, display_name) => {
    const person = await register(app);
    for (const answer of [
      await person.patch("/v1/users/me", { display_name }),
      await person.put("/v1/users/profile", { display_name }),
    ]) {
      expectRefusal(answer, 400, "VALIDATION_ERROR", "display_name");
    }
    expect((await person.get("/v1/users/me")).data.display_name).toBe(person.displayName);
  });

  test("what a person may not set stays as it was, and asking is no error", async () => {
    const person = await register(app);
    const wishes = {
      id: admin.id,
      role: "admin",
      is_admin: true,
      email: "other@example.test",
      tenant_id: Bun.randomUUIDv7(),
      organization_id: Bun.randomUUIDv7(),
      created_at: "2000-01-01T00:00:00.000Z",
      password: "Other-Horse-8",
      password_hash: "x",
      display_name: "Wishful",
    };
    expect((await person.patch("/v1/users/me", wishes)).status).toBe(200);
    const { id, email } = person;
    expect((await person.get("/v1/users/me")).data).toMatchObject({ id, email, display_name: "Wishful" });
    expect((await person.get("/v1/auth/profile")).data).toMatchObject({ user_id: id, email, role: "user" });
    const login = await anonymous(app).post("/v1/auth/login", { email, password: person.password });
    expect(login.status).toBe(200);
  });

  test("a display name comes back exactly as it was sent", async () => {
    const person = await register(app);
    for (const name of [
      "<b>&amp;</b>",
      "A\u0301ngstro\u0308m",
      "👩‍👩‍👧‍👦 \u202Eevil",
      "' or 1=1 --",
      "  spaced  ",
    ]) {
      const answer = await person.patch("/v1/users/me", { display_name: name });
      expect(answer.data.display_name).toBe(name);
    }
  });
});

describe("another's profile", () => {
  test("has id, names, avatar, presence and whether it is a program, and nothing else", async () => {
    const person = await register(app);
    const other = await register(app);
    const answer = await person.get(`/v1/users/${other.id}`);
    expect(answer.data).toEqual({
      id: other.id,
      username: other.username,
      display_name: other.displayName,
      avatar_url: null,
      is_bot: false,
      online: false,
      last_seen_at: null,
    });
  });

  test("shows the e-mail to oneself and to administrators only", async () => {
    const person = await register(app);
    const other = await register(app);
    expect((await person.get(`/v1/users/${person.id}`)).data.email).toBe(person.email);
    expect((await admin.get(`/v1/users/${person.id}`)).data.email).toBe(person.email);
    expect((await other.get(`/v1/users/${person.id}`)).text).not.toContain(person.email);
    expect((await person.get(`/v1/users/${admin.id}`)).text).not.toContain(admin.email);
  });

  test("tells whether they are connected, and when they were last", async () => {
    const person = await register(app);
    const other = await register(app);
    const socket = await TestSocket.connect(app, other);
    expect((await person.get(`/v1/users/${other.id}`)).data.online).toBe(true);
    await socket.close();
    const seen = async () => (await person.get(`/v1/users/${other.id}`)).data;
    await until("they are gone", async () => (await seen()).online === false);
    expect((await seen()).last_seen_at).toMatch(isoTime);
  });

  test("that nobody has is 404, a malformed id 400", async () => {
    const person = await register(app);
    expectRefusal(await person.get(`/v1/users/${Bun.randomUUIDv7()}`), 404, "NOT_FOUND");
    for (const id of ["x", "123", `${person.id}0`, "%20", "me2", "..%2f"]) {
      expectRefusal(await person.get(`/v1/users/${id}`), 400, "VALIDATION_ERROR", "id");
    }
  });

  test("cannot be changed", async () => {
    const person = await register(app);
    expectRefusal(
      await person.patch(`/v1/users/${admin.id}`, { display_name: "x" }),
      405,
      "METHOD_NOT_ALLOWED",
    );
    expect((await person.get(`/v1/users/${admin.id}`)).data.display_name).toBe(admin.displayName);
  });
});

test.each([
  ["GET", "/v1/auth/profile"],
  ["GET", "/v1/users/me"],
  ["PATCH", "/v1/users/me"],
  ["GET", "/v1/users/profile"],
  ["PUT", "/v1/users/profile"],
  ["GET", `/v1/users/${admin.id}`],
  ["GET", "/v1/users"],
  ["GET", "/v1/sessions"],
  ["GET", "/v1/sessions/current"],
  ["DELETE", "/v1/sessions"],
  ["DELETE", `/v1/sessions/${admin.sessionId}`],
  ["POST", "/v1/sessions/cleanup"],
  ["POST", "/v1/users/me/password"],
])("%s %s is 401 without a token, on both base paths", async (method, path) => {
  expectRefusal(await anonymous(app).request(method, path), 401, "UNAUTHORIZED");
  expectRefusal(await anonymous(app).request(method, `/api${path}`), 401, "UNAUTHORIZED");
});
