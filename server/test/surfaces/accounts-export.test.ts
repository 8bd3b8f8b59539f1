import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { buildFile } from "../kit/files.ts";
import { anonymous, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import { beginAiConversation, foundOrganization, type Member } from "../kit/workspace.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);

type Row = Record<string, unknown>;
interface Export {
  exported_at: string;
  profile: Row;
  settings: Row;
  second_factor: Row;
  sessions: Row[];
  api_keys: Row[];
  blocked: Row[];
  friends: Row[];
  conversations: Row[];
  messages: Row[];
  files: Row[];
  notifications: Row[];
  workspace_settings: Row[];
  workspace_sessions: Row[];
  ai_conversations: Row[];
  ai_messages: Row[];
}

async function exported(who: Person | Member): Promise<Export> {
  const answer = await who.get("/v1/users/me/export");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="parley-export.json"');
  expect(answer.headers.get("cache-control")).toContain("no-store");
  return JSON.parse(answer.text) as Export;
}

test("a download of one's own data holds all that is one's own, and nothing of others", async () => {
  const [ann, bob, cat] = [await register(app), await register(app), await register(app)];
  await ann.put("/v1/users/settings", { theme: "dark", shelf: ["a", "b"] });
  await ann.post(`/v1/users/${cat.id}/block`);
  await bob.post(`/v1/users/${ann.id}/friend`);
  await ann.post("/v1/api-keys", { name: "Reader", scopes: ["read"] });
  const group = await buildGroup(ann, [bob], { title: "Boats" });
  await sendText(ann, group.id, 'mine, «quoted» "and" 🙂');
  await sendText(bob, group.id, "theirs");
  const left = await buildGroup(bob, [ann, cat], { title: "Left since" });
  await sendText(ann, left.id, "said before leaving");
  await ann.post(`/v1/conversations/${left.id}/leave`);
  const file = await buildFile(ann);
  const data = await exported(ann);
  expect(data.profile).toMatchObject({ id: ann.id, email: ann.email, username: ann.username });
  expect(data.settings).toEqual({ theme: "dark", shelf: ["a", "b"] });
  expect(data.second_factor).toEqual({ enabled: false });
  expect(data.sessions).toMatchObject([{ id: ann.sessionId, current: true }]);
  expect(data.api_keys).toMatchObject([{ name: "Reader", scopes: ["read"] }]);
  expect(data.blocked).toMatchObject([{ id: cat.id, username: cat.username }]);
  expect(data.friends).toMatchObject([{ id: bob.id, status: "incoming" }]);
  expect(data.conversations).toMatchObject([{ id: group.id, title: "Boats" }]);
  expect(data.messages.map(({ content }) => content).sort()).toEqual([
    'mine, «quoted» "and" 🙂',
    "said before leaving",
  ]);
  expect(data.files).toMatchObject([{ file_id: file.file_id, file_name: "pixel.png" }]);
  expect(data.notifications.map(({ kind }) => kind)).toContain("friend_request");
  // A notification tells what was said to her; others' messages and addresses are theirs.
  expect(JSON.stringify(data.messages)).not.toContain("theirs");
  for (const address of [bob.email, cat.email]) expect(JSON.stringify(data)).not.toContain(address);
});

test("it holds workspaces and AI conversations with what was said in them", async () => {
  const founder = await foundOrganization(app);
  await founder.put("/api/v5/settings/editor/tab_size", { value: 4 });
  await founder.post("/api/v5/sessions", { workspace_path: "/boat", name: "Hull", memory: { keel: "oak" } });
  const id = await beginAiConversation(founder, { title: "Knots" });
  await founder.post(`/api/v5/conversations/${id}/messages`, { role: "User", content: "Which knot holds?" });
  const data = await exported(founder);
  expect(data.workspace_settings).toMatchObject([{ category: "editor", key: "tab_size", value: 4 }]);
  expect(data.workspace_sessions).toMatchObject([{ name: "Hull", memory: { keel: "oak" } }]);
  expect(data.ai_conversations).toMatchObject([{ conversation_id: id, title: "Knots" }]);
  expect(data.ai_messages).toMatchObject([{ conversation_id: id, content: "Which knot holds?" }]);
});

test("it holds every message of many, each once", async () => {
  const [ann, bob] = [await register(app), await register(app)];
  const groups = await Promise.all([1, 2, 3].map(() => buildGroup(ann, [bob])));
  const sent: string[] = [];
  for (const group of groups)
    for (let part = 0; part < 3; part++) {
      const messages = await Promise.all(
        Array.from({ length: 90 }, (_, n) => sendText(ann, group.id, `part ${part}, ${n}`)),
      );
      sent.push(...messages.map((message) => message.message_id));
    }
  const { messages } = await exported(ann);
  expect(messages.map(({ message_id }) => String(message_id)).sort()).toEqual(sent.sort());
});

test("a reader who goes away in the middle costs nothing, and the trail says who asked", async () => {
  const ann = await register(app);
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${ann.accessToken}` };
  const response = await fetch(`${app.url}/v1/users/me/export`, { headers, signal: stop.signal });
  expect(response.status).toBe(200);
  stop.abort();
  const { audit_logs: rows } = (
    await admin.get<{ audit_logs: Row[] }>(`/v1/admin/audit-logs?actor=${ann.id}&action=account.exported`)
  ).data;
  expect(rows).toMatchObject([{ actor_id: ann.id, target_id: ann.id, ip: expect.any(String) }]);
  expect((await exported(ann)).profile.id).toBe(ann.id);
});

test("it needs a sign-in, and comes three times an hour", async () => {
  expectRefusal(await anonymous(app).get("/v1/users/me/export"), 401, "UNAUTHORIZED");
  const limited = await startApp({ PARLEY_RATE_LIMITS: "default" });
  try {
    const ann = await register(limited);
    for (let turn = 0; turn < 3; turn++) expect((await ann.get("/v1/users/me/export")).status).toBe(200);
    expectRefusal(await ann.get("/v1/users/me/export"), 429, "RATE_LIMIT_EXCEEDED");
  } finally {
    await limited.stop();
  }
});
