import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { day, hour } from "../kit/clock.ts";
import { expectRefusal, expectTime, isoTime, outcome, uuidV7 } from "../kit/expectations.ts";
import { anonymous, goodPassword, register, withToken } from "../kit/person.ts";
import { buildFounding, foundOrganization, joinOrganization, workspaceLogin } from "../kit/workspace.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
const visitor = anonymous(app);

interface Registered {
  user: Record<string, string>;
  tokens: Record<string, string>;
}

describe("registering", () => {
  test("answers the account and its tokens, the account being Admin of an organization of its own", async () => {
    const body = buildFounding({ first_name: "John", last_name: "Doe" });
    const answer = await visitor.post<Registered>("/api/v5/auth/register", body);
    expect(answer.status).toBe(201);
    const { user, tokens } = answer.data;
    expect(user).toEqual({
      user_id: expect.stringMatching(uuidV7),
      tenant_id: expect.stringMatching(uuidV7),
      email: body.email,
      first_name: "John",
      last_name: "Doe",
      role: "Admin",
      created_at: expect.stringMatching(isoTime),
    });
    expect(Object.keys(tokens).sort()).toEqual([
      "access_token",
      "expires_at",
      "refresh_expires_at",
      "refresh_token",
    ]);
    expectTime(tokens.expires_at, hour);
    expectTime(tokens.refresh_expires_at, 30 * day);
  });

  test("makes one organization each: founders do not see each other", async () => {
    const [one, other] = await Promise.all([foundOrganization(app), foundOrganization(app)]);
    expect(one.organizationId).not.toBe(other.organizationId);
    expectRefusal(await one.get(`/v1/users/${other.id}`), 404, "NOT_FOUND");
    const listed = await one.get<{ users: { id: string }[] }>("/v1/users");
    expect(listed.data.users.map((user) => user.id)).toEqual([one.id]);
  });

  test("derives a username from the address, and another one where that is taken", async () => {
    const name = `grace.h${Math.random().toString(36).slice(2, 8)}`;
    const bodies = ["a.test", "b.test", "c.test"].map((host) => buildFounding({ email: `${name}@${host}` }));
    const answers = await Promise.all(
      bodies.map((body) => visitor.post<Registered>("/api/v5/auth/register", body)),
    );
    const usernames = await Promise.all(
      answers.map(async ({ data }) => {
        const me = await withToken(app, String(data.tokens.access_token)).get("/v1/users/me");
        expect(me.data).toMatchObject({ display_name: "Ada Lovelace" });
        return String(me.data.username);
      }),
    );
    expect(usernames).toContain(name);
    expect(new Set(usernames).size).toBe(3);
    for (const username of usernames) expect(username).toStartWith(name);
  });

  test("of ten who register one address at once, one gets it; 409 names the field for the others", async () => {
    const body = buildFounding();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => visitor.post("/api/v5/auth/register", body)),
    );
    const refused = answers.filter((answer) => answer.status !== 201);
    expect(refused).toHaveLength(9);
    for (const answer of refused) expectRefusal(answer, 409, "CONFLICT", "email");
  });

  test("refuses a weak password, a bad address and missing names by name", async () => {
    const weak = await visitor.post("/api/v5/auth/register", buildFounding({ password: "weak" }));
    expectRefusal(weak, 400, "VALIDATION_ERROR", "password");
    const bad = { email: "nobody", password: goodPassword };
    const answer = await visitor.post("/api/v5/auth/register", bad);
    expectRefusal(answer, 400, "VALIDATION_ERROR", "email", "first_name", "last_name");
  });

  test("the very first person becomes the server's admin here too", async () => {
    const empty = await startApp();
    try {
      const first = await foundOrganization(empty);
      const second = await foundOrganization(empty);
      expect((await first.get("/v1/auth/profile")).data.role).toBe("admin");
      expect((await second.get("/v1/auth/profile")).data.role).toBe("user");
    } finally {
      await empty.stop();
    }
  });
});

describe("signing in, on and out", () => {
  test("login answers who it is in few words; a token of one surface works on the others", async () => {
    const founder = await foundOrganization(app);
    const answer = await visitor.post<Registered>("/api/v5/auth/login", {
      email: founder.email,
      password: founder.password,
    });
    expect(answer.status).toBe(200);
    expect(answer.data.user).toEqual({
      user_id: founder.id,
      tenant_id: founder.organizationId,
      email: founder.email,
      full_name: "Ada Lovelace",
      role: "Admin",
    });
    const profile = await withToken(app, String(answer.data.tokens.access_token)).get("/v1/auth/profile");
    expect(profile.data.organization_id).toBe(founder.organizationId);
  });

  test("people of /v1 are Developers of the default organization, its server admin is Admin", async () => {
    const fresh = await startApp();
    try {
      const admin = await register(fresh);
      const person = await register(fresh);
      const roleOf = async (who: typeof admin) => (await who.get("/api/v5/users/me")).data.role;
      expect(await roleOf(admin)).toBe("Admin");
      expect(await roleOf(person)).toBe("Developer");
    } finally {
      await fresh.stop();
    }
  });

  test("a wrong password and an unknown address look alike", async () => {
    const founder = await foundOrganization(app);
    const wrong = await visitor.post("/api/v5/auth/login", {
      email: founder.email,
      password: "Wrong-Horse-7",
    });
    const unknown = await visitor.post("/api/v5/auth/login", {
      email: "nobody@example.test",
      password: "Wrong-Horse-7",
    });
    for (const answer of [wrong, unknown]) expectRefusal(answer, 401, "INVALID_CREDENTIALS");
    expect(wrong.error?.message).toBe(String(unknown.error?.message));
  });

  test("refresh answers the four bare fields, and a used token again ends the family", async () => {
    const founder = await foundOrganization(app);
    const refresh = (token: string) => visitor.post("/api/v5/auth/refresh", { refresh_token: token });
    const first = await refresh(founder.refreshToken);
    expect(Object.keys(first.data).sort()).toEqual([
      "access_token",
      "expires_at",
      "refresh_expires_at",
      "refresh_token",
    ]);
    const second = await refresh(String(first.data.refresh_token));
    expect(second.status).toBe(200);
    expectRefusal(await refresh(founder.refreshToken), 401, "TOKEN_REUSED");
    expectRefusal(await refresh(String(second.data.refresh_token)), 401, "UNAUTHORIZED");
  });

  test("logout answers a bare message and ends the token's session, no other", async () => {
    const founder = await foundOrganization(app);
    const other = await workspaceLogin(app, founder);
    const answer = await founder.post("/api/v5/auth/logout");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ success: true, message: "Logged out successfully" });
    expectRefusal(await founder.get("/api/v5/users/me"), 401, "UNAUTHORIZED");
    expect((await other.get("/api/v5/users/me")).status).toBe(200);
  });
});

describe("one's own account", () => {
  test("is told whole, with an ETag, and without the password's hash", async () => {
    const founder = await foundOrganization(app);
    const answer = await founder.get("/api/v5/users/me");
    expect(answer.data).toMatchObject({
      user_id: founder.id,
      tenant_id: founder.organizationId,
      email: founder.email,
      first_name: "Ada",
      last_name: "Lovelace",
      full_name: "Ada Lovelace",
      role: "Admin",
      is_active: true,
      email_verified: false,
      last_login_at: expect.stringMatching(isoTime),
      created_at: expect.stringMatching(isoTime),
      updated_at: expect.stringMatching(isoTime),
    });
    const etag = String(answer.headers.get("etag"));
    expect((await founder.get("/api/v5/users/me", { "if-none-match": etag })).status).toBe(304);
  });

  test("takes new names, one at a time too, and nothing else", async () => {
    const founder = await foundOrganization(app);
    const wishes = { last_name: "King", role: "Viewer", email: "else@example.test", tenant_id: founder.id };
    const answer = await founder.put("/api/v5/users/me", wishes);
    expect(answer.data).toEqual({
      user_id: founder.id,
      email: founder.email,
      first_name: "Ada",
      last_name: "King",
      full_name: "Ada King",
      updated_at: expect.stringMatching(isoTime),
    });
    const me = await founder.get("/api/v5/users/me");
    expect(me.data).toMatchObject({ role: "Admin", email: founder.email, tenant_id: founder.organizationId });
    expect((await founder.get("/v1/users/me")).data.display_name).toBe("Ada King");
  });

  test("two changes at once are both kept", async () => {
    const founder = await foundOrganization(app);
    await Promise.all([
      founder.put("/api/v5/users/me", { first_name: "Augusta" }),
      founder.put("/api/v5/users/me", { last_name: "Byron" }),
    ]);
    expect((await founder.get("/api/v5/users/me")).data.full_name).toBe("Augusta Byron");
  });

  test("of an account of /v1 splits the display name at its last space, also after it changed there", async () => {
    const person = await register(app, { display_name: "Maria del Mar" });
    const names = async () => {
      const { first_name: first, last_name: last } = (await person.get("/api/v5/users/me")).data;
      return [first, last];
    };
    expect(await names()).toEqual(["Maria del", "Mar"]);
    await person.put("/api/v5/users/me", { first_name: "Maria", last_name: "del Mar" });
    expect(await names()).toEqual(["Maria", "del Mar"]);
    await person.patch("/v1/users/me", { display_name: "Plato" });
    expect(await names()).toEqual(["Plato", ""]);
  });

  test("a new password ends all sessions, this one too; a wrong current one changes nothing", async () => {
    const founder = await foundOrganization(app);
    const other = await workspaceLogin(app, founder);
    const wrong = { current_password: "Wrong-Horse-7", new_password: "Better-Horse-8" };
    expectRefusal(await founder.put("/api/v5/users/me/password", wrong), 401, "INVALID_PASSWORD");
    const right = { current_password: founder.password, new_password: "Better-Horse-8" };
    const answer = await founder.put("/api/v5/users/me/password", right);
    expect(answer.body).toEqual({ success: true, message: "Password changed successfully" });
    for (const session of [founder, other]) {
      expectRefusal(await session.get("/api/v5/users/me"), 401, "UNAUTHORIZED");
    }
    await workspaceLogin(app, { email: founder.email, password: "Better-Horse-8" });
  });
});

describe("a Viewer", () => {
  test("reads and writes nothing of the organization's on any surface, but keeps the own account", async () => {
    const founder = await foundOrganization(app);
    const viewer = await joinOrganization(app, founder, "Viewer");
    const group = await founder.post("/v1/conversations", {
      type: "direct",
      participant_ids: [viewer.id],
    });
    const message = { conversation_id: group.data.id, content: "hello", message_type: "text" };
    expect(outcome(await viewer.post("/v1/messages", message))).toBe("403 FORBIDDEN");
    expect(outcome(await viewer.post("/v1/messages", {}))).toBe("403 FORBIDDEN");
    expect(outcome(await viewer.post("/api/v1/conversations", {}))).toBe("403 FORBIDDEN");
    expect(outcome(await viewer.get(`/v1/messages?conversation_id=${group.data.id}`))).toBe("200 ok");
    expect(outcome(await viewer.post(`/v1/conversations/${group.data.id}/mark-read`))).toBe("200 ok");
    expect(outcome(await viewer.put("/api/v5/users/me", { first_name: "Vera" }))).toBe("200 ok");
    expect(outcome(await viewer.get("/v1/sessions"))).toBe("200 ok");
    expect(outcome(await viewer.post("/api/v5/auth/logout"))).toBe("200 ok");
  });
});

test("health and readiness answer under /api/v5, unknown paths and methods are refused in the envelope", async () => {
  expect((await visitor.get("/api/v5/health")).data.status).toBe("ok");
  expect((await visitor.get("/api/v5/ready")).data.status).toBe("ready");
  expectRefusal(await visitor.get("/api/v5/nothing"), 404, "NOT_FOUND");
  const patch = await visitor.patch("/api/v5/users/me", {});
  expectRefusal(patch, 405, "METHOD_NOT_ALLOWED");
  expect(patch.headers.get("allow")).toContain("PUT");
});
