import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { openBrowser } from "../kit/browser.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { addMember, makeOrganization } from "../kit/organization.ts";
import {
  buildGroup,
  callerWith,
  loginAgain,
  type Person,
  register,
  sendText,
  withToken,
} from "../kit/person.ts";
import { endOf, TestSocket } from "../kit/socket.ts";
import { readStore } from "../kit/store.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);
const ann = await register(app);

interface ApiKey {
  id: string;
  key: string;
  name: string;
  scopes: string[];
  user_id: string;
  last_used_at: string | null;
}

const makeKey = async (person: Person, scopes: string[]) =>
  (await person.post<ApiKey>("/v1/api-keys", { name: "Tide table", scopes })).data;
const listKeys = async (person: Person) =>
  (await person.get<{ api_keys: ApiKey[] }>("/v1/api-keys")).data.api_keys;
const withKey = (key: string) => callerWith(app, { "x-api-key": key });

describe("an API key", () => {
  test("is shown once, and acts as a service user of its own", async () => {
    const answer = await ann.post<ApiKey>("/v1/api-keys", { name: "Tide table", scopes: ["read", "read"] });
    expect(answer.status).toBe(201);
    const { id, key, user_id, scopes } = answer.data;
    expect(scopes).toEqual(["read"]);
    expect(user_id).not.toBe(ann.id);
    const me = await withKey(key).get<{ id: string; display_name: string }>("/v1/users/me");
    expect(me.data).toMatchObject({ id: user_id, display_name: "Tide table" });
    expect((await ann.get(`/v1/users/${user_id}`)).data).toMatchObject({ is_bot: true });
    expect((await ann.get(`/v1/users/${ann.id}`)).data).toMatchObject({ is_bot: false });
    const listed = await ann.get("/v1/api-keys");
    expect(listed.text).toContain(id);
    expect(listed.text).not.toContain(key);
    expect(await readStore(app)).not.toContain(key.slice(-43));
  });

  test("works as X-API-Key and as Bearer, on every surface, and neither in the URL nor as a cookie", async () => {
    const { id, key } = await makeKey(ann, ["read"]);
    for (const path of ["/v1/users/me", "/api/v1/users/me", "/api/v5/users/me", "/api/chat"]) {
      expect([path, (await withKey(key).get(path)).status]).toEqual([path, 200]);
      expect([path, (await withToken(app, key).get(path)).status]).toEqual([path, 200]);
    }
    const anonymous = callerWith(app, {});
    expect((await anonymous.get(`/v1/users/me?api_key=${key}`)).status).toBe(401);
    const secret = key.slice(-43);
    expect((await callerWith(app, { cookie: `parley=${id}.${secret}` }).get("/v1/users/me")).status).toBe(
      401,
    );
  });

  test.each(["pak_", "pak_x", "pak_00000000-0000-7000-8000-000000000000_x"])("%s is 401", async (key) => {
    expectRefusal(await withKey(key).get("/v1/users/me"), 401, "UNAUTHORIZED");
    expectRefusal(await withToken(app, key).get("/v1/users/me"), 401, "UNAUTHORIZED");
  });

  test("with another key's secret, or a person's session in place of its own, is 401", async () => {
    const [one, two] = [await makeKey(ann, ["read"]), await makeKey(ann, ["read"])];
    expect((await withKey(`pak_${one.id}_${two.key.slice(-43)}`).get("/v1/users/me")).status).toBe(401);
    expect((await withKey(`pak_${ann.sessionId}_${one.key.slice(-43)}`).get("/v1/users/me")).status).toBe(
      401,
    );
  });

  test("beside another credential is judged by the one that counts: no scope adds to another (AN-14)", async () => {
    const [reading, writing] = [await makeKey(ann, ["read"]), await makeKey(ann, ["write"])];
    const both = { authorization: `Bearer ${reading.key}`, "x-api-key": writing.key };
    expectRefusal(await callerWith(app, both).put("/v1/users/settings", { a: 1 }), 403, "FORBIDDEN");
    const browser = await openBrowser(app, ann);
    const beside = { cookie: browser.cookie, "x-csrf-token": browser.csrfToken, origin: app.url };
    const withCookie = callerWith(app, { ...beside, "x-api-key": reading.key });
    expectRefusal(await withCookie.put("/v1/users/settings", { a: 1 }), 403, "FORBIDDEN");
  });

  test("tells its maker when it was last used", async () => {
    const { id, key } = await makeKey(ann, ["read"]);
    const lastUse = async () => (await listKeys(ann)).find((each) => each.id === id)?.last_used_at;
    expect(await lastUse()).toBeNull();
    await Bun.sleep(5);
    await withKey(key).get("/v1/users/me");
    expect(await lastUse()).toBeString();
  });
});

describe("scopes", () => {
  test("read reads and changes nothing, the same by both headers and on every surface", async () => {
    const { key } = await makeKey(ann, ["read"]);
    for (const caller of [withKey(key), withToken(app, key)]) {
      expect((await caller.get("/v1/users")).status).toBe(200);
      expectRefusal(await caller.post("/v1/conversations", {}), 403, "FORBIDDEN");
      expectRefusal(await caller.patch("/v1/users/me", { display_name: "x" }), 403, "FORBIDDEN");
      expect((await caller.post("/api/chat", {})).status).toBe(403);
      expectRefusal(await caller.get("/v1/admin/mails"), 403, "FORBIDDEN");
    }
  });

  test("write sends messages, also over the socket, where a reading key may only listen", async () => {
    const [writer, reader] = [await makeKey(ann, ["write"]), await makeKey(ann, ["read"])];
    const { id } = await buildGroup(ann, [], { participant_ids: [writer.user_id, reader.user_id] });
    const body = { conversation_id: id, content: "High water at noon", message_type: "text" };
    expect((await withKey(writer.key).post("/v1/messages", body)).status).toBe(201);
    const open = (key: string) => TestSocket.connect(app, { ...ann, accessToken: key });
    const [writing, reading] = [await open(writer.key), await open(reader.key)];
    const frame = { type: "chat", ...body, client_message_id: "tide-1" };
    reading.send({ ...frame, client_message_id: "tide-2" });
    expect(await reading.next("error")).toMatchObject({ code: "FORBIDDEN" });
    writing.send(frame);
    expect(await writing.next("ack")).toMatchObject({ client_message_id: "tide-1" });
    expect(await reading.next("chat")).toMatchObject({ content: "High water at noon" });
    await Promise.all([writing.close(), reading.close()]);
  });

  test("admin is for the server's administrators to give, and needs no less for their routes", async () => {
    expectRefusal(await ann.post("/v1/api-keys", { name: "x", scopes: ["admin"] }), 403, "FORBIDDEN");
    const [full, plain] = [await makeKey(admin, ["admin"]), await makeKey(admin, ["write"])];
    expect((await withKey(full.key).get("/v1/admin/mails")).status).toBe(200);
    expectRefusal(await withKey(plain.key).get("/v1/admin/mails"), 403, "FORBIDDEN");
  });

  test.each([
    ["none", []],
    ["an unknown one", ["everything"]],
    ["no list", "read"],
  ])("%s is 400", async (_what, scopes) => {
    expectRefusal(await ann.post("/v1/api-keys", { name: "x", scopes }), 400, "VALIDATION_ERROR");
  });
});

describe("revoking", () => {
  test("works at once: 401, the socket closes with 4401, and what it wrote stays", async () => {
    const bot = await makeKey(ann, ["write"]);
    const group = await buildGroup(ann, [], { participant_ids: [bot.user_id] });
    const caller = { ...ann, ...withKey(bot.key) };
    const message = await sendText(caller, group.id, "still here");
    const socket = await TestSocket.connect(app, { ...ann, accessToken: bot.key });
    expect((await ann.delete(`/v1/api-keys/${bot.id}`)).status).toBe(200);
    expect((await withKey(bot.key).get("/v1/users/me")).status).toBe(401);
    expect(await endOf(socket)).toBe(4401);
    expect((await ann.get(`/v1/messages/${message.message_id}`)).status).toBe(200);
    expect((await listKeys(ann)).some(({ id }) => id === bot.id)).toBe(false);
    expectRefusal(await ann.delete(`/v1/api-keys/${bot.id}`), 404, "NOT_FOUND");
  });

  test("another's key is 404 and goes on", async () => {
    const { id, key } = await makeKey(ann, ["read"]);
    expectRefusal(await admin.delete(`/v1/api-keys/${id}`), 404, "NOT_FOUND");
    expect((await withKey(key).get("/v1/users/me")).status).toBe(200);
  });

  test("a key makes and revokes no keys", async () => {
    const { id, key } = await makeKey(admin, ["admin"]);
    const caller = withKey(key);
    expectRefusal(await caller.post("/v1/api-keys", { name: "x", scopes: ["read"] }), 403, "FORBIDDEN");
    expectRefusal(await caller.delete(`/v1/api-keys/${id}`), 403, "FORBIDDEN");
  });
});

describe("the keys of somebody who may do less than before", () => {
  const statusOf = async (key: string, path = "/v1/users/me") => (await withKey(key).get(path)).status;
  const change = (person: Person, changes: object) => admin.put(`/v1/admin/users/${person.id}`, changes);

  test.each([
    ["a ban", (person: Person) => admin.post(`/v1/admin/users/${person.id}/ban`, { reason: "x" })],
    ["being switched off", (person: Person) => change(person, { is_active: false })],
    ["becoming a guest", (person: Person) => change(person, { role: "guest" })],
  ])("end with %s, their sockets too, and do not come back", async (_what, bar) => {
    const person = await register(app);
    const { key } = await makeKey(person, ["write"]);
    const socket = await TestSocket.connect(app, { ...person, accessToken: key });
    expect((await bar(person)).status).toBe(200);
    expect(await statusOf(key)).toBe(401);
    expect(await endOf(socket)).toBe(4401);
    await admin.delete(`/v1/admin/users/${person.id}/ban`);
    expect((await change(person, { role: "user", is_active: true })).status).toBe(200);
    expect(await statusOf(key)).toBe(401);
    expect(await listKeys(await loginAgain(app, person))).toEqual([]);
  });

  test("end with it also if they are made in the same moment", async () => {
    const bars: ((person: Person) => Promise<{ status: number }>)[] = [
      (person) => admin.post(`/v1/admin/users/${person.id}/ban`, { reason: "x" }),
      (person) => change(person, { is_active: false }),
      (person) => change(person, { role: "guest" }),
      (person) => admin.delete(`/v1/admin/users/${person.id}`),
      (person) => person.delete("/v1/users/me", { password: person.password }),
    ];
    for (const bar of [...bars, ...bars]) {
      const person = await register(app);
      const make = () => person.post<ApiKey>("/v1/api-keys", { name: "Tide table", scopes: ["write"] });
      const [barred, ...made] = await Promise.all([bar(person), make(), make(), make()]);
      expect(barred.status).toBe(200);
      for (const answer of made) {
        expect([201, 401, 403]).toContain(answer.status);
        if (answer.status === 201) expect(await statusOf(answer.data.key)).toBe(401);
      }
    }
  });

  test("with the scope admin end when their maker runs the server no more; others go on", async () => {
    const second = await register(app);
    await change(second, { role: "admin" });
    const person = await loginAgain(app, second);
    const [full, plain] = [await makeKey(person, ["admin", "write"]), await makeKey(person, ["write"])];
    expect(await statusOf(full.key, "/v1/admin/users")).toBe(200);
    expect((await change(person, { role: "user" })).status).toBe(200);
    expectRefusal(
      await withKey(full.key).put(`/v1/admin/users/${person.id}`, { role: "admin" }),
      401,
      "UNAUTHORIZED",
    );
    expect(await statusOf(plain.key)).toBe(200);
    expect((await listKeys(person)).map(({ id }) => id)).toEqual([plain.id]);
  });

  test("end when their maker leaves the organization: nothing of it is seen any more", async () => {
    const { person: founder, id } = await makeOrganization(app);
    const member = await addMember(app, founder, id, "Developer");
    const { key } = await makeKey(await loginAgain(app, member), ["read"]);
    expect(await statusOf(key, `/v1/organizations/${id}/members`)).toBe(200);
    expect((await founder.delete(`/v1/organizations/${id}/members/${member.id}`)).status).toBe(200);
    expect(await statusOf(key, `/v1/organizations/${id}/members`)).toBe(401);
  });

  test("of a Viewer only read, at once, until the Viewer writes again", async () => {
    const { person: founder, id } = await makeOrganization(app);
    const member = await addMember(app, founder, id, "Developer");
    const { key } = await makeKey(await loginAgain(app, member), ["write"]);
    const makeRoom = () => withKey(key).post("/v1/rooms", { name: "Pier", visibility: "private" });
    const path = `/v1/organizations/${id}/members/${member.id}`;
    expect((await makeRoom()).status).toBe(201);
    expect((await founder.patch(path, { role: "Viewer" })).status).toBe(200);
    expectRefusal(await makeRoom(), 403, "FORBIDDEN");
    expect(await statusOf(key)).toBe(200);
    expect((await founder.patch(path, { role: "Manager" })).status).toBe(200);
    expect((await makeRoom()).status).toBe(201);
  });
});
