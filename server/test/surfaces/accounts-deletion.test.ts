import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { TestProvider } from "../kit/ai-provider.ts";
import { startApp } from "../kit/app.ts";
import { openBrowser } from "../kit/browser.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { buildFile } from "../kit/files.ts";
import {
  anonymous,
  buildDirect,
  buildGroup,
  callerWith,
  loginAgain,
  type Person,
  register,
  sendText,
} from "../kit/person.ts";
import { endOf, TestSocket } from "../kit/socket.ts";
import { countRowsOf, listRows } from "../kit/store.ts";
import { until } from "../kit/until.ts";
import { beginAiConversation, foundOrganization, readAiMessages } from "../kit/workspace.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);
const remove = (person: Person, password = person.password) => person.delete("/v1/users/me", { password });

describe("deleting one's account", () => {
  test("ends all sessions and sockets, and nothing signs in any more", async () => {
    const ann = await register(app);
    const browser = await openBrowser(app, ann);
    const key = (await ann.post<{ key: string }>("/v1/api-keys", { name: "x", scopes: ["read"] })).data.key;
    const socket = await TestSocket.connect(app, ann);
    const answer = await browser.delete("/v1/users/me", { password: ann.password });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
    for (const caller of [ann, browser, callerWith(app, { "x-api-key": key })])
      expect((await caller.get("/v1/users/me")).status).toBe(401);
    expect(await endOf(socket)).toBe(4401);
    const visitor = anonymous(app);
    const login = await visitor.post("/v1/auth/login", { email: ann.email, password: ann.password });
    expectRefusal(login, 401, "INVALID_CREDENTIALS");
    expect((await visitor.post("/v1/auth/refresh", { refresh_token: ann.refreshToken })).status).toBe(401);
  });

  test("leaves the messages, under «Deleted user», and frees name and address", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const direct = await buildDirect(ann, bob);
    const group = await buildGroup(bob, [ann]);
    const said = await sendText(ann, direct.id, "I was here");
    await sendText(ann, group.id, "Here too");
    expect((await remove(ann)).status).toBe(200);
    const kept = await bob.get<{ content: string; sender_id: string }>(`/v1/messages/${said.message_id}`);
    expect(kept.data).toMatchObject({ content: "I was here", sender_id: ann.id });
    const shown = await bob.get<{ display_name: string; username: string }>(`/v1/users/${ann.id}`);
    expect(shown.data.display_name).toBe("Deleted user");
    expect(shown.text).not.toContain(ann.username);
    const directory = await bob.get(`/v1/users?q=${ann.username}`);
    expect(directory.text).not.toContain(ann.id);
    const participants = await bob.get(`/v1/conversations/${group.id}/participants`);
    expect(participants.text).not.toContain(ann.id);
    const again = await register(app, { email: ann.email, username: ann.username });
    expect(again.id).not.toBe(ann.id);
  });

  test("leaves nobody to write to: neither a conversation nor a room takes who is gone", async () => {
    const [ann, bob, cat] = [await register(app), await register(app), await register(app)];
    const group = await buildGroup(bob, [cat]);
    const room = await bob.post<{ id: string }>("/v1/rooms", { name: "Attic", visibility: "public" });
    await remove(ann);
    const asked = [
      bob.post("/v1/conversations", { type: "direct", participant_ids: [ann.id] }),
      bob.post("/v1/conversations", { type: "group", title: "Us", participant_ids: [ann.id, cat.id] }),
      bob.post(`/v1/conversations/${group.id}/participants`, { user_ids: [ann.id] }),
      bob.post(`/v1/rooms/${room.data.id}/members`, { user_ids: [ann.id] }),
    ];
    for (const answer of await Promise.all(asked)) expectRefusal(answer, 404, "NOT_FOUND");
  });

  test("takes settings, second factor and mailed tokens along", async () => {
    const ann = await register(app);
    await ann.put("/v1/users/settings", { theme: "dark" });
    await ann.post("/v1/auth/2fa/setup");
    const tables = ["user_settings", "authenticators", "account_tokens"];
    const counts = () => Promise.all(tables.map((table) => countRowsOf(app, table, ann.id)));
    expect(await counts()).toEqual([1, 1, 1]);
    expect((await remove(ann)).status).toBe(200);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  test("leaves no row that names or belongs to them but what others have a part in", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [bob]);
    const file = await buildFile(ann);
    const attachments = { message_type: "file", metadata: { attachments: [file.file_id] } };
    await sendText(ann, group.id, "See here", attachments);
    await ann.post(`/v1/users/${bob.id}/friend`);
    await bob.post(`/v1/users/${ann.id}/friend`);
    await ann.post(`/v1/users/${admin.id}/block`);
    await ann.post("/v1/api-keys", { name: "Reader", scopes: ["read"] });
    await ann.post("/v1/notifications/settings", { settings: { message: { email: true } } });
    await anonymous(app).post("/v1/auth/password/forgot", { email: ann.email });
    await bob.post("/v1/conversations", { type: "group", title: "Another", participant_ids: [ann.id] });
    const has = async (what: string) => {
      const rows = (await listRows(app)).filter((row) => row.includes(what));
      return [...new Set(rows.map((row) => row.split(" ", 1)[0] ?? ""))].sort();
    };
    for (let turn = 0; turn < 200 && !(await has(ann.id)).includes("notifications"); turn++)
      await Bun.sleep(25);
    expect(await has(ann.email)).toContain("mails");
    expect((await remove(ann)).status).toBe(200);
    expect(await has(ann.email)).toEqual([]);
    // What others were told of her at the time.
    expect((await has(ann.username)).filter((table) => table !== "notifications")).toEqual([]);
    // Besides, what she wrote and where, how she signed in (for a week), and who did what.
    const may = [
      "audit_changes",
      "audit_requests",
      "conversations",
      "files",
      "journal",
      "messages",
      "message_keys",
      "notifications",
      "participant_marks",
      "participants",
      "sessions",
      "users",
    ];
    expect((await has(ann.id)).filter((table) => !may.includes(table))).toEqual([]);
    expect(await countRowsOf(app, "notifications", ann.id)).toBe(0);
    expectRefusal(await bob.get(`/v1/storage/download-url/${file.file_id}`), 404, "NOT_FOUND");
  });

  test("takes workspaces and AI conversations along, and gives up the answer that is being written", async () => {
    const provider = await TestProvider.start();
    const server = await startApp(provider.env);
    try {
      await register(server);
      const ann = await foundOrganization(server);
      await ann.post("/api/v5/sessions", { workspace_path: "/a", name: "Mine", tags: ["x"] });
      await ann.put("/api/v5/settings/editor/theme", { value: "dark" });
      const id = await beginAiConversation(ann);
      provider.behave = () => ({ pieces: Array.from({ length: 400 }, (_, n) => `w${n} `), pieceDelayMs: 50 });
      const asked = ann.post(`/api/v5/conversations/${id}/chat`, { content: "hello" });
      await until("the answer begins", async () => (await readAiMessages(ann, id)).length > 1);
      const tables = [
        "workspace_sessions",
        "workspace_tags",
        "workspace_settings",
        "ai_conversations",
        "ai_answers",
      ];
      const counts = () => Promise.all(tables.map((table) => countRowsOf(server, table, ann.id)));
      expect(await counts()).toEqual([1, 1, 1, 1, 1]);
      expect((await ann.delete("/v1/users/me", { password: ann.password })).status).toBe(200);
      expect(await counts()).toEqual([0, 0, 0, 0, 0]);
      expect((await asked).status).toBe(404);
      await until("the provider is let go", () => provider.open === 0);
    } finally {
      await server.stop();
      await provider.stop();
    }
  });
});

describe("is refused, and changes nothing,", () => {
  test("with a wrong password or none", async () => {
    const ann = await register(app);
    expectRefusal(await remove(ann, "Wrong-Horse-8"), 401, "INVALID_PASSWORD");
    expectRefusal(await ann.delete("/v1/users/me", {}), 400, "VALIDATION_ERROR", "password");
    expectRefusal(await ann.delete("/v1/users/me"), 400, "VALIDATION_ERROR");
    expect((await ann.get("/v1/users/me")).status).toBe(200);
  });

  test("after five wrong passwords", async () => {
    const ann = await register(app);
    for (let time = 0; time < 5; time++) await remove(ann, "Wrong-Horse-8");
    expectRefusal(await remove(ann), 423, "ACCOUNT_LOCKED");
    expect((await ann.get("/v1/users/me")).status).toBe(200);
  });

  test("to the only administrator while others are here", async () => {
    await register(app);
    expectRefusal(await remove(admin), 409, "CONFLICT", "role");
    expect((await admin.get("/v1/users/me")).status).toBe(200);
  });
});

test("of the last two in charge who delete their accounts at once one stays", async () => {
  const other = await register(app);
  await register(app);
  await admin.put(`/v1/admin/users/${other.id}`, { role: "admin" });
  const last = await loginAgain(app, other);
  const answers = await Promise.all([remove(admin), remove(last)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("of two deletions at once one is carried out", async () => {
  const ann = await register(app);
  const answers = await Promise.all([remove(ann), remove(ann)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test("goes through while others take the person out of their groups", async () => {
  const bob = await register(app);
  for (let round = 0; round < 5; round++) {
    const [ann, cat] = [await register(app), await register(app)];
    const groups = await Promise.all(Array.from({ length: 4 }, () => buildGroup(bob, [ann, cat])));
    const paths = groups.map(({ id }) => `/v1/conversations/${id}/participants`);
    const [deleted, ...taken] = await Promise.all([
      remove(ann),
      ...paths.map((path) => bob.delete(`${path}/${ann.id}`)),
      ...paths.map((path) => bob.patch(`${path}/${ann.id}`, { role: "moderator" })),
    ]);
    expect(deleted?.status).toBe(200);
    for (const { status } of taken) expect([200, 404]).toContain(status);
    for (const path of paths) {
      const { participants } = (await bob.get<{ participants: { user_id: string }[] }>(path)).data;
      expect(participants.map(({ user_id }) => user_id).sort()).toEqual([bob.id, cat.id].sort());
    }
  }
});
