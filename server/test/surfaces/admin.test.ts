import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { inFuture, minute } from "../kit/clock.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { addMember, makeOrganization } from "../kit/organization.ts";
import { anonymous, buildGroup, loginAgain, type Person, register, sendText } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);

interface Account {
  id: string;
  username: string;
  role: string;
  organization_role: string;
  agent: boolean;
  is_active: boolean;
  banned: boolean;
  ban: { reason: string; until: string | null; banned_by: string } | null;
}

async function withRole(role: string): Promise<Person> {
  const person = await register(app);
  await admin.put(`/v1/admin/users/${person.id}`, { role });
  return person;
}

const account = async (id: string) => (await admin.get<Account>(`/v1/admin/users/${id}`)).data;
const ban = (by: Person, person: Person, body: object = { reason: "Spam" }) =>
  by.post<Account>(`/v1/admin/users/${person.id}/ban`, body);
const login = ({ email, password }: Person) => anonymous(app).post("/v1/auth/login", { email, password });

describe("everything under /admin", () => {
  test("is 403 for whoever does not run the server, before anything else is looked at", async () => {
    const [user, guest] = [await register(app), await withRole("guest")];
    const { person: owner } = await makeOrganization(app);
    for (const caller of [user, guest, owner]) {
      for (const path of ["users", "users/nonsense", "stats", "audit-logs?limit=nonsense"])
        expectRefusal(await caller.get(`/v1/admin/${path}`), 403, "FORBIDDEN");
      expectRefusal(
        await caller.request("POST", "/v1/admin/users/nonsense/ban", { raw: "{", headers: {} }),
        403,
        "FORBIDDEN",
      );
      expectRefusal(await caller.put(`/v1/admin/users/${admin.id}`, { role: "guest" }), 403, "FORBIDDEN");
    }
    expectRefusal(await anonymous(app).get("/v1/admin/users"), 401, "UNAUTHORIZED");
    expectRefusal(await user.get("/v1/admin/nothing"), 404, "NOT_FOUND");
  });

  test("lets moderators read the trail, ban and unban, and nothing else", async () => {
    const [moderator, user] = [await withRole("moderator"), await register(app)];
    expect((await moderator.get("/v1/admin/audit-logs")).status).toBe(200);
    expect((await ban(moderator, user)).status).toBe(200);
    expect((await moderator.delete(`/v1/admin/users/${user.id}/ban`)).status).toBe(200);
    for (const path of ["users", `users/${user.id}`, "stats"])
      expectRefusal(await moderator.get(`/v1/admin/${path}`), 403, "FORBIDDEN");
    expectRefusal(await moderator.put(`/v1/admin/users/${user.id}`, { role: "guest" }), 403, "FORBIDDEN");
    expectRefusal(await moderator.post(`/v1/admin/users/${user.id}/unlock`), 403, "FORBIDDEN");
    expectRefusal(await ban(moderator, admin), 403, "FORBIDDEN");
    expectRefusal(await ban(moderator, await withRole("moderator")), 403, "FORBIDDEN");
  });
});

describe("accounts", () => {
  test("are listed newest first or by username, searched, and chosen by role and ban, in stable pages", async () => {
    const mark = Bun.randomUUIDv7().slice(-8);
    const people: Person[] = [];
    for (const name of ["c", "a", "b"])
      people.push(await register(app, { username: `${name}-${mark}`, display_name: `Person ${mark}` }));
    const list = async (query: string) =>
      (await admin.get<{ users: Account[]; next_cursor: string | null }>(`/v1/admin/users?q=${mark}${query}`))
        .data;
    const names = ({ users }: { users: Account[] }) => users.map(({ username }) => username[0]);
    expect(names(await list(""))).toEqual(["b", "a", "c"]);
    expect(names(await list("&sort=username"))).toEqual(["a", "b", "c"]);
    for (const sort of ["username", "created_at"]) {
      const whole = names(await list(`&sort=${sort}`));
      const seen: (string | undefined)[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list(
          `&sort=${sort}&limit=1${cursor === null ? "" : `&cursor=${cursor}`}`,
        );
        seen.push(...names(page));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toEqual(whole);
    }
    await ban(admin, people[0] as Person);
    await admin.put(`/v1/admin/users/${people[1]?.id}`, { role: "guest" });
    expect(names(await list("&banned=true"))).toEqual(["c"]);
    expect(names(await list("&banned=false"))).toEqual(["b", "a"]);
    expect(names(await list("&role=guest"))).toEqual(["a"]);
    const byEmail = await admin.get<{ users: Account[] }>(`/v1/admin/users?q=${people[2]?.email}`);
    expect(byEmail.data.users.map(({ id }) => id)).toEqual([people[2]?.id ?? ""]);
  });

  test("change role, name, work as an agent and state; a new role counts for the next request", async () => {
    const person = await register(app);
    const changed = await admin.put<Account>(`/v1/admin/users/${person.id}`, {
      role: "guest",
      agent: true,
      display_name: "Somebody else",
    });
    expect(changed.data).toMatchObject({ role: "guest", agent: true, display_name: "Somebody else" });
    expectRefusal(await person.get("/v1/users"), 403, "FORBIDDEN");
    expectRefusal(
      await admin.put(`/v1/admin/users/${person.id}`, { role: "king" }),
      400,
      "VALIDATION_ERROR",
      "role",
    );
    expectRefusal(await admin.put(`/v1/admin/users/${Bun.randomUUIDv7()}`, {}), 404, "NOT_FOUND");
  });

  test("that are changed, banned and changed again at once keep each change", async () => {
    for (let round = 1; round <= 10; round++) {
      const person = await register(app);
      const path = `/v1/admin/users/${person.id}`;
      await Promise.all([
        admin.put(path, { agent: true }),
        admin.post(`${path}/ban`, { reason: "spam" }),
        admin.put(path, { display_name: `Round ${round}` }),
      ]);
      const kept = { agent: true, banned: true, display_name: `Round ${round}` };
      expect((await admin.get(path)).data).toMatchObject(kept);
    }
  });

  test("that are switched off have no sessions and no way in, until they are switched on", async () => {
    const person = await register(app);
    const socket = await TestSocket.connect(app, person);
    await admin.put(`/v1/admin/users/${person.id}`, { is_active: false });
    expect((await socket.closed).code).toBe(4401);
    expect((await person.get("/v1/users/me")).status).toBe(401);
    expectRefusal(await login(person), 403, "FORBIDDEN");
    await admin.put(`/v1/admin/users/${person.id}`, { is_active: true });
    expect((await login(person)).status).toBe(200);
  });

  test("that are switched off are not offered in the directory, but are members still", async () => {
    const [person, other] = [await register(app), await register(app)];
    const own = (await other.get<{ organizations: { id: string }[] }>("/v1/organizations")).data;
    const found = async (path: string, name: "users" | "members") =>
      (await other.get<{ [key: string]: unknown[] }>(`${path}?q=${person.username}`)).data[name]?.length;
    const seen = async () => [
      await found("/v1/users", "users"),
      await found(`/v1/organizations/${own.organizations[0]?.id}/members`, "members"),
      (await other.get(`/v1/users/${person.id}`)).status,
    ];
    expect(await seen()).toEqual([1, 1, 200]);
    await admin.put(`/v1/admin/users/${person.id}`, { is_active: false });
    expect(await seen()).toEqual([0, 1, 200]);
    await admin.put(`/v1/admin/users/${person.id}`, { is_active: true });
    expect(await seen()).toEqual([1, 1, 200]);
  });

  test("are deleted: no way in, no such account, and its sessions end at once", async () => {
    const person = await register(app);
    const socket = await TestSocket.connect(app, person);
    expect((await admin.delete(`/v1/admin/users/${person.id}`)).status).toBe(200);
    expect((await socket.closed).code).toBe(4401);
    expect((await person.get("/v1/users/me")).status).toBe(401);
    expect((await login(person)).status).toBe(401);
    expectRefusal(await admin.delete(`/v1/admin/users/${person.id}`), 404, "NOT_FOUND");
    await register(app);
    expectRefusal(await admin.delete(`/v1/admin/users/${admin.id}`), 409, "CONFLICT", "role");
  });

  test("have no password that an admin could set", async () => {
    const person = await register(app);
    await admin.put(`/v1/admin/users/${person.id}`, {
      password: "Other-Horse-8",
      new_password: "Other-Horse-8",
    });
    expect((await login(person)).status).toBe(200);
  });

  test("always hold one admin: the last is not demoted, switched off or banned, also when two go at once", async () => {
    const alone = await startApp();
    try {
      const first = await register(alone);
      const path = `/v1/admin/users/${first.id}`;
      expectRefusal(await first.put(path, { role: "user" }), 409, "CONFLICT", "role");
      expectRefusal(await first.put(path, { is_active: false }), 409, "CONFLICT", "role");
      expectRefusal(await first.post(`${path}/ban`, { reason: "x" }), 409, "CONFLICT");
      const second = await register(alone);
      const promoted = await first.put<Account>(`/v1/admin/users/${second.id}`, { role: "admin" });
      expect(promoted.data).toMatchObject({ role: "admin", organization_role: "Admin" });
      const answers = await Promise.all([
        first.put(path, { role: "user" }),
        second.put(`/v1/admin/users/${second.id}`, { role: "user" }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    } finally {
      await alone.stop();
    }
  });

  test("count as the one admin only if they can sign in: neither a key's service user nor somebody barred does", async () => {
    const alone = await startApp();
    try {
      const first = await register(alone);
      const path = `/v1/admin/users/${first.id}`;
      await first.post("/v1/api-keys", { name: "Tide table", scopes: ["admin"] });
      expectRefusal(await first.put(path, { role: "user" }), 409, "CONFLICT", "role");
      const second = await register(alone);
      const other = `/v1/admin/users/${second.id}`;
      for (const bar of [
        () => first.put(other, { role: "admin", is_active: false }),
        async () => {
          await first.put(other, { is_active: true });
          return first.post(`${other}/ban`, { reason: "x" });
        },
      ]) {
        expect((await bar()).status).toBe(200);
        expectRefusal(await first.put(path, { role: "user" }), 409, "CONFLICT", "role");
        expectRefusal(await first.delete("/v1/users/me", { password: first.password }), 409, "CONFLICT");
      }
      await first.delete(`${other}/ban`);
      expect((await first.put(path, { role: "user" })).status).toBe(200);
    } finally {
      await alone.stop();
    }
  });

  test("of other organizations can be banned, but not run the server, and their content stays closed", async () => {
    const { person, id } = await makeOrganization(app);
    const other = await addMember(app, person, id, "Developer");
    const { id: group } = await buildGroup(person, [other]);
    await sendText(person, group, "between us");
    expect((await ban(admin, other)).status).toBe(200);
    expectRefusal(
      await admin.put(`/v1/admin/users/${person.id}`, { role: "admin" }),
      409,
      "CONFLICT",
      "role",
    );
    expectRefusal(await admin.get(`/v1/messages?conversation_id=${group}`), 404, "NOT_FOUND");
  });
});

describe("a ban", () => {
  test("ends tokens and sockets at once, and the right password is answered with its reason", async () => {
    const person = await register(app);
    const socket = await TestSocket.connect(app, person);
    const banned = await ban(admin, person, { reason: "Posted advertisements" });
    expect(banned.data).toMatchObject({
      banned: true,
      ban: { reason: "Posted advertisements", until: null, banned_by: admin.id },
    });
    expect((await socket.closed).code).toBe(4401);
    expect((await person.get("/v1/users/me")).status).toBe(401);
    const refreshed = await anonymous(app).post("/v1/auth/refresh", { refresh_token: person.refreshToken });
    expect(refreshed.status).toBe(401);
    const refused = await login(person);
    expectRefusal(refused, 403, "BANNED");
    expect(refused.error?.message).toContain("Posted advertisements");
    expectRefusal(await login({ ...person, password: "Wrong-Horse-7" }), 401, "INVALID_CREDENTIALS");
    const cookie = { email: person.email, password: person.password, session: "cookie" };
    expectRefusal(await anonymous(app).post("/v1/auth/login", cookie), 403, "BANNED");
    const workspace = { email: person.email, password: person.password };
    expect((await anonymous(app).post("/api/v5/auth/login", workspace)).status).toBe(403);
  });

  test("is lifted by hand, and another person's lifted twice is 404", async () => {
    const person = await register(app);
    await ban(admin, person);
    expect((await admin.delete<Account>(`/v1/admin/users/${person.id}/ban`)).data.banned).toBe(false);
    expect((await login(person)).status).toBe(200);
    expectRefusal(await admin.delete(`/v1/admin/users/${person.id}/ban`), 404, "NOT_FOUND");
  });

  test("ends by itself at its time", async () => {
    const person = await register(app);
    const until = new Date(Date.now() + 10 * minute).toISOString();
    expect((await ban(admin, person, { reason: "Cool down", until })).data.ban?.until).toBe(until);
    expectRefusal(await login(person), 403, "BANNED");
    await inFuture(11 * minute, async () => {
      expect((await login(person)).status).toBe(200);
      const fresh = await loginAgain(app, admin);
      expect((await fresh.get<Account>(`/v1/admin/users/${person.id}`)).data).toMatchObject({
        banned: false,
        ban: null,
      });
    });
  });

  test("needs a reason and an end in the future", async () => {
    const person = await register(app);
    expectRefusal(await ban(admin, person, {}), 400, "VALIDATION_ERROR", "reason");
    const body = { reason: "x", until: "2020-01-01T00:00:00Z" };
    expectRefusal(await ban(admin, person, body), 400, "VALIDATION_ERROR", "until");
    expect(await account(person.id)).toMatchObject({ banned: false });
  });
});

describe("a lock of too many wrong passwords", () => {
  test("is lifted by an admin", async () => {
    const person = await register(app);
    for (let round = 0; round < 6; round++) await login({ ...person, password: "Wrong-Horse-7" });
    expectRefusal(await login(person), 423, "ACCOUNT_LOCKED");
    expect((await admin.post(`/v1/admin/users/${person.id}/unlock`)).status).toBe(200);
    expect((await login(person)).status).toBe(200);
    expectRefusal(await admin.post(`/v1/admin/users/${Bun.randomUUIDv7()}/unlock`), 404, "NOT_FOUND");
  });
});

describe("the numbers", () => {
  test("count what there is and who is here", async () => {
    const small = await startApp();
    try {
      const [root, ann] = [await register(small), await register(small)];
      const { id } = await buildGroup(root, [ann]);
      await sendText(root, id, "one");
      await sendText(root, id, "two");
      const socket = await TestSocket.connect(small, ann);
      const { data } = await root.get("/v1/admin/stats");
      expect(data).toMatchObject({
        users: 2,
        organizations: 1,
        conversations: 1,
        messages: 2,
        sessions: 2,
        users_online: 1,
        connections: 1,
        banned_users: 0,
      });
      await socket.close();
    } finally {
      await small.stop();
    }
  });
});
