import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { anonymous, buildDirect, register } from "../kit/person.ts";
import { rawUpgrade, TestSocket } from "../kit/socket.ts";
import { IoClient } from "../kit/socketio.ts";
import { type NotedRequest, readRequestsTrail } from "../kit/store.ts";
import { until } from "../kit/until.ts";
import { beginAiConversation, foundOrganization, type Member } from "../kit/workspace.ts";

setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
let ada: Member;
let bob: Member;
beforeAll(async () => {
  ada = await foundOrganization(app);
  bob = await foundOrganization(app);
});

/** The row of a request once it is written; it comes after the answer. */
async function noted(requestId: string): Promise<NotedRequest> {
  for (let turn = 0; turn < 100; turn++) {
    const row = (await readRequestsTrail(app)).find((each) => each.request_id === requestId);
    if (row !== undefined) return row;
    await Bun.sleep(50);
  }
  throw new Error(`${requestId} was not noted`);
}

test("every request of /api/v5 is noted with who, what and how long, and the names of its fields alone", async () => {
  const headers = { "x-request-id": "noted-1", "user-agent": "the test" };
  await ada.post("/api/v5/sessions", { workspace_path: "/very/secret", name: "Secret", junk: "x" }, headers);
  const row = await noted("noted-1");
  expect(row).toMatchObject({
    organization_id: ada.organizationId,
    user_id: ada.id,
    event_type: "request",
    endpoint: "/api/v5/sessions",
    method: "POST",
    status_code: 201,
    ip: "127.0.0.1",
    user_agent: "the test",
    fields: JSON.stringify(["workspace_path", "name"]),
  });
  expect(row.response_time_ms).toBeGreaterThanOrEqual(0);
});

test("refusals, unknown paths and requests without a token are noted too; ids and tokens in paths are not", async () => {
  const id = "01890000-0000-7000-8000-000000000000";
  await ada.get(`/api/v5/sessions/${id}`, { "x-request-id": "noted-2" });
  await anonymous(app).get("/api/v5/settings", { "x-request-id": "noted-3" });
  await ada.get("/api/v5/nothing/secret", { "x-request-id": "noted-4" });
  expect(await noted("noted-2")).toMatchObject({ endpoint: "/api/v5/sessions/:id", status_code: 404 });
  expect(await noted("noted-3")).toMatchObject({
    event_type: "authentication_failed",
    user_id: null,
    status_code: 401,
  });
  expect(await noted("noted-4")).toMatchObject({ endpoint: "/api/v5/*", status_code: 404 });
});

test("a failed sign-in is noted on every surface, without the password or the name", async () => {
  const body = { email: "somebody@example.test", password: "Wrong-Horse-7" };
  await anonymous(app).post("/api/v5/auth/login", body, { "x-request-id": "noted-5" });
  await anonymous(app).post("/v1/auth/login", body, { "x-request-id": "noted-6" });
  for (const requestId of ["noted-5", "noted-6"]) {
    const row = await noted(requestId);
    expect(row).toMatchObject({ event_type: "sign_in_failed", status_code: 401 });
    expect(JSON.stringify(row)).not.toMatch(/Wrong-Horse|somebody/);
  }
});

test("asking for another organization's id is noted on every surface; what is only unknown is not, on /v1", async () => {
  const conversation = await beginAiConversation(ada);
  await bob.get(`/api/v5/conversations/${conversation}`, { "x-request-id": "noted-7" });
  await bob.get(`/v1/users/${ada.id}`, { "x-request-id": "noted-8" });
  await bob.get("/v1/users/01890000-0000-7000-8000-000000000000", { "x-request-id": "noted-9" });
  for (const requestId of ["noted-7", "noted-8"]) {
    expect(await noted(requestId)).toMatchObject({
      event_type: "foreign_id",
      user_id: bob.id,
      status_code: 404,
    });
  }
  const trail = await readRequestsTrail(app);
  expect(trail.some((row) => row.request_id === "noted-9")).toBe(false);
});

test("so is asking over a socket, when it connects and by its frames and events", async () => {
  const [ann, stranger] = [await register(app), await register(app)];
  const talk = (await buildDirect(ann, stranger)).id;
  const headers = { authorization: `Bearer ${bob.accessToken}`, "x-request-id": "noted-12" };
  const upgrade = await rawUpgrade(app, { query: { conversation_id: talk }, headers });
  expect(upgrade.status).toBe(404);
  expect(await noted("noted-12")).toMatchObject({
    event_type: "foreign_id",
    endpoint: "/v1/ws/chat",
    user_id: bob.id,
    status_code: 404,
  });
  const socket = await TestSocket.connect(app, bob);
  const client = await IoClient.connect(app, null, { auth: { token: bob.accessToken } });
  socket.send({ type: "chat", conversation_id: talk, message_type: "text", content: "hello" });
  expect(await socket.next("error")).toMatchObject({ code: "NOT_FOUND" });
  expect(await client.send("join-chat-room", talk)).toMatchObject({ ok: false });
  const rows = async (endpoint: string, method: string) =>
    (await readRequestsTrail(app)).filter((row) => row.endpoint === endpoint && row.method === method);
  for (const [endpoint, method] of [
    ["/v1/ws/chat", "chat"],
    ["/socket.io/", "join-chat-room"],
  ] as const) {
    await until("it is noted", async () => (await rows(endpoint, method)).length > 0);
    expect(await rows(endpoint, method)).toMatchObject([
      { event_type: "foreign_id", user_id: bob.id, organization_id: bob.organizationId, status_code: 404 },
    ]);
  }
  await socket.close();
  client.socket.disconnect();
});

test("ordinary requests of /v1 are not noted", async () => {
  await ada.get("/v1/users/me", { "x-request-id": "noted-10" });
  await ada.get("/api/v5/users/me", { "x-request-id": "noted-11" });
  await noted("noted-11");
  expect((await readRequestsTrail(app)).some((row) => row.request_id === "noted-10")).toBe(false);
});

test("too many requests are noted, and a stop loses nothing of what was answered", async () => {
  const limited = await startApp({ PARLEY_RATE_LIMITS: "default" });
  try {
    const person = await register(limited);
    const count = 110;
    const answers = await Promise.all(
      Array.from({ length: count }, (_, n) =>
        person.get("/api/v5/users/me", { "x-request-id": `burst-${n}` }),
      ),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(10);
    await limited.halt();
    const trail = (await readRequestsTrail(limited)).filter((row) => row.request_id.startsWith("burst-"));
    expect(trail).toHaveLength(count);
    expect(trail.filter((row) => row.event_type === "rate_limited")).toHaveLength(10);
  } finally {
    await limited.stop();
  }
});

test("administrators read it latest first, by who and what and when, in pages; others do not", async () => {
  const server = await startApp();
  try {
    const admin = await register(server);
    const member = await foundOrganization(server);
    for (let n = 0; n < 3; n++) await member.get("/api/v5/users/me");
    await anonymous(server).post("/v1/auth/login", {
      email: "nobody@example.test",
      password: "Wrong-Horse-7",
    });
    const read = async (query: string) =>
      (
        await admin.get<{ audit_logs: Record<string, unknown>[]; next_cursor: string | null }>(
          `/v1/admin/audit-logs?trail=requests${query}`,
        )
      ).data;
    const failed = () => read("&action=sign_in_failed");
    await until("it is noted", async () => (await failed()).audit_logs.length > 0);
    expect((await failed()).audit_logs).toMatchObject([
      { endpoint: "/v1/auth/login", user_id: null, fields: ["email", "password"] },
    ]);
    const first = await read(`&actor=${member.id}&limit=2`);
    expect(first.audit_logs).toHaveLength(2);
    expect(first.audit_logs[0]).toMatchObject({ organization_id: member.organizationId, status_code: 200 });
    const rest = await read(`&actor=${member.id}&limit=2&cursor=${first.next_cursor}`);
    expect(rest.audit_logs).toHaveLength(1);
    expect(rest.next_cursor).toBeNull();
    expect((await read(`&to=${new Date(Date.now() - 3_600_000).toISOString()}`)).audit_logs).toEqual([]);
    expect((await member.get("/v1/admin/audit-logs?trail=requests")).status).toBe(403);
  } finally {
    await server.stop();
  }
});
