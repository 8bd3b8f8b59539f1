import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, isoTime, unknownId, uuidV7 } from "../kit/expectations.ts";
import type { JsonObject } from "../kit/shapes.ts";
import {
  type AiMessage,
  beginAiConversation as create,
  foundOrganization,
  joinOrganization,
  type Member,
  type AiMessagePage as Page,
} from "../kit/workspace.ts";

setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
let ada: Member;
beforeAll(async () => {
  ada = await foundOrganization(app);
});

const path = (id: string, more = "") => `/api/v5/conversations/${id}${more}`;
const say = (who: Member, id: string, content: string, more: JsonObject = {}) =>
  who.post<AiMessage>(path(id, "/messages"), { role: "User", content, ...more });

describe("an AI conversation", () => {
  test("is made within a workspace session and answers all of its fields", async () => {
    const session = await ada.post("/api/v5/sessions", { workspace_path: "/a", name: "work" });
    const body = {
      workspace_session_id: session.data.session_id,
      title: "Backend Refactoring Discussion",
      description: "How to refactor the auth module",
      ai_provider: "lmstudio",
      tags: ["backend", "refactor"],
    };
    const answer = await ada.post("/api/v5/conversations", body);
    expect(answer.status).toBe(201);
    expect(answer.data).toEqual({
      conversation_id: expect.stringMatching(uuidV7),
      ...body,
      user_id: ada.id,
      status: "Active",
      message_count: 0,
      token_count: 0,
      created_at: expect.stringMatching(isoTime),
    });
  });

  test("needs a title only; a session that is not one's own is 404", async () => {
    expect((await ada.post("/api/v5/conversations", { title: "bare" })).data).toMatchObject({
      workspace_session_id: null,
      description: null,
      ai_provider: null,
      tags: [],
    });
    expectRefusal(await ada.post("/api/v5/conversations", {}), 400, "VALIDATION_ERROR", "title");
    const foreign = { title: "x", workspace_session_id: unknownId };
    expectRefusal(await ada.post("/api/v5/conversations", foreign), 404, "NOT_FOUND");
  });

  test("is told whole, with an ETag, with related ones best first and without its messages", async () => {
    const owner = await foundOrganization(app);
    const one = await create(owner, { tags: ["a", "b", "c"] });
    const two = await create(owner, { tags: ["a"] });
    const three = await create(owner, { tags: ["b", "a"] });
    await create(owner, { tags: ["z"] });
    const answer = await owner.get(path(one));
    expect(answer.data).toMatchObject({
      conversation_id: one,
      related_conversations: [three, two],
      summary: null,
      seq: 0,
      answer_id: null,
      created_at: expect.stringMatching(isoTime),
      updated_at: expect.stringMatching(isoTime),
    });
    expect(answer.data.messages).toBeUndefined();
    const etag = String(answer.headers.get("etag"));
    expect((await owner.get(path(one), { "if-none-match": etag })).status).toBe(304);
  });

  test("changes title, status, tags and summary by PATCH, and nothing else", async () => {
    const id = await create(ada, { tags: ["old"] });
    const changes = { title: "New", status: "Archived", tags: ["new"], summary: "Said much." };
    const answer = await ada.patch(path(id), { ...changes, user_id: unknownId, message_count: 9 });
    expect(answer.data).toMatchObject({ ...changes, user_id: ada.id, message_count: 0 });
    expect((await ada.patch(path(id), { title: "Newer" })).data).toMatchObject({
      ...changes,
      title: "Newer",
    });
    expectRefusal(await ada.patch(path(id), { status: "Gone" }), 400, "VALIDATION_ERROR", "status");
    expectRefusal(await ada.patch(path(unknownId), { title: "x" }), 404, "NOT_FOUND");
  });

  test("is deleted with its messages, and sessions forget it", async () => {
    const id = await create(ada);
    await say(ada, id, "hello");
    const session = await ada.post("/api/v5/sessions", {
      workspace_path: "/a",
      name: "b",
      conversation_id: id,
    });
    const sessionPath = `/api/v5/sessions/${session.data.session_id}`;
    expect((await ada.get(sessionPath)).data.conversation_id).toBe(id);
    const answer = await ada.delete(path(id));
    expect(answer.body).toEqual({ success: true, message: "Conversation deleted successfully" });
    for (const gone of [
      await ada.get(path(id)),
      await ada.get(path(id, "/messages")),
      await ada.delete(path(id)),
    ])
      expectRefusal(gone, 404, "NOT_FOUND");
    expect((await ada.get(sessionPath)).data.conversation_id).toBeNull();
  });

  test("outlives its workspace session", async () => {
    const session = await ada.post("/api/v5/sessions", { workspace_path: "/a", name: "b" });
    const id = await create(ada, { workspace_session_id: session.data.session_id });
    await ada.delete(`/api/v5/sessions/${session.data.session_id}`);
    expect((await ada.get(path(id))).data.workspace_session_id).toBeNull();
  });

  test("is never among the conversations of /v1", async () => {
    const id = await create(ada);
    await say(ada, id, "secret");
    expect((await ada.get<{ conversations: unknown[] }>("/v1/conversations")).data.conversations).toEqual([]);
    expectRefusal(await ada.get(`/v1/conversations/${id}`), 404, "NOT_FOUND");
    expectRefusal(await ada.get(`/v1/messages?conversation_id=${id}`), 404, "NOT_FOUND");
  });
});

describe("the list", () => {
  test("is one's own, last changed first, by session and status, in pages", async () => {
    const owner = await foundOrganization(app);
    const session = await owner.post("/api/v5/sessions", { workspace_path: "/a", name: "b" });
    const within = { workspace_session_id: session.data.session_id };
    const first = await create(owner, { title: "first", ...within });
    await create(owner, { title: "second" });
    await create(owner, { title: "third", ...within });
    await say(owner, first, "newest");
    const list = async (query: string) =>
      (
        await owner.get<{ conversations: { title: string }[]; total_count: number; has_more: boolean }>(
          `/api/v5/conversations${query}`,
        )
      ).data;
    const titles = async (query: string) => (await list(query)).conversations.map(({ title }) => title);
    expect(await titles("")).toEqual(["first", "third", "second"]);
    expect(await titles(`?workspace_session_id=${within.workspace_session_id}`)).toEqual(["first", "third"]);
    await owner.patch(path(first), { status: "Archived" });
    expect(await titles("?status=Archived")).toEqual(["first"]);
    expect(await titles("?status=Active")).toEqual(["third", "second"]);
    expect(await list("?limit=2&offset=1")).toMatchObject({
      total_count: 3,
      offset: 1,
      limit: 2,
      has_more: false,
    });
    expect(await list("?limit=2")).toMatchObject({ has_more: true });
    expectRefusal(await owner.get("/api/v5/conversations?limit=101"), 400, "VALIDATION_ERROR", "limit");
    const unknown = await owner.get(`/api/v5/conversations?workspace_session_id=${unknownId}`);
    expectRefusal(unknown, 404, "NOT_FOUND");
  });
});

describe("messages", () => {
  test("are counted by a real tokenizer, and the conversation's counters with them", async () => {
    const id = await create(ada);
    const answer = await say(ada, id, "How should I split the auth module?", { model: null });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      message_id: expect.stringMatching(uuidV7),
      conversation_id: id,
      role: "User",
      content: "How should I split the auth module?",
      model: null,
      token_count: 8,
      created_at: expect.stringMatching(isoTime),
      seq: 1,
      status: "Complete",
    });
    const reply = await say(ada, id, "hello world", { role: "Assistant", model: "qwen/qwq-32b" });
    expect(reply.data).toMatchObject({ role: "Assistant", model: "qwen/qwq-32b", token_count: 2, seq: 2 });
    expect((await ada.get(path(id))).data).toMatchObject({ message_count: 2, token_count: 10, seq: 2 });
  });

  test("of an Assistant name their model; roles and contents are checked", async () => {
    const id = await create(ada);
    expectRefusal(await say(ada, id, "x", { role: "Assistant" }), 400, "VALIDATION_ERROR", "model");
    expectRefusal(await say(ada, id, "x", { role: "Robot" }), 400, "VALIDATION_ERROR", "role");
    expectRefusal(await say(ada, id, "   "), 400, "VALIDATION_ERROR", "content");
    expectRefusal(await say(ada, id, "x".repeat(100_001)), 400, "VALIDATION_ERROR", "content");
    expectRefusal(await say(ada, unknownId, "x"), 404, "NOT_FOUND");
    expect((await ada.get(path(id))).data.message_count).toBe(0);
  });

  test("come oldest first, fifty at a time unless asked otherwise", async () => {
    const id = await create(ada);
    for (let n = 1; n <= 55; n++) await say(ada, id, `message ${n}`);
    const first = (await ada.get<Page>(path(id, "/messages"))).data;
    expect(first).toMatchObject({ total_count: 55, offset: 0, limit: 50, has_more: true });
    expect(first.messages.map((message) => message.content)).toEqual(
      Array.from({ length: 50 }, (_, n) => `message ${n + 1}`),
    );
    const rest = (await ada.get<Page>(path(id, "/messages?offset=50&limit=200"))).data;
    expect(rest).toMatchObject({ offset: 50, limit: 200, has_more: false });
    expect(rest.messages).toHaveLength(5);
    expectRefusal(await ada.get(path(id, "/messages?limit=201")), 400, "VALIDATION_ERROR", "limit");
    expectRefusal(await ada.get(path(id, "/messages?offset=-1")), 400, "VALIDATION_ERROR", "offset");
  });

  test("of forty at once get forty places without a gap, and the counters count them all", async () => {
    const id = await create(ada);
    const sent = await Promise.all(Array.from({ length: 40 }, (_, n) => say(ada, id, `at once ${n}`)));
    const seqs = sent.map((answer) => answer.data.seq).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    const tokens = sent.reduce((sum, answer) => sum + answer.data.token_count, 0);
    expect((await ada.get(path(id))).data).toMatchObject({ message_count: 40, token_count: tokens, seq: 40 });
  });

  test("with one key are stored once, also when they race", async () => {
    const id = await create(ada);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => say(ada, id, "once", { client_message_id: "k" })),
      ada.post<AiMessage>(
        path(id, "/messages"),
        { role: "User", content: "once" },
        { "idempotency-key": "k" },
      ),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map((answer) => answer.data.message_id)).size).toBe(1);
    expect((await ada.get(path(id))).data).toMatchObject({ message_count: 1, seq: 1 });
  });

  test("keep what was sent, whatever it looks like to a program or a model", async () => {
    const id = await create(ada);
    const contents = [
      "<script>alert(1)</script>",
      "<|endoftext|>",
      "'; drop table users; --",
      "👩‍👩‍👧‍👦 漢字",
    ];
    for (const content of contents) await say(ada, id, content);
    const { messages } = (await ada.get<Page>(path(id, "/messages"))).data;
    expect(messages.map((message) => message.content)).toEqual(contents);
  });
});

test("without a provider, asking says how to name one and stores nothing", async () => {
  const id = await create(ada);
  for (const answer of [
    await ada.post(path(id, "/chat"), { content: "hello" }),
    await ada.post(path(id, "/chat"), { content: "hello", stream: true }),
    await ada.get("/api/v5/models"),
  ]) {
    expect(`${answer.status} ${answer.error?.code}`).toBe("503 UNAVAILABLE");
    expect(answer.error?.message).toContain("AI_BASE_URL");
  }
  expect((await ada.get(path(id))).data.message_count).toBe(0);
});

test("a Viewer reads their AI conversations and writes nothing", async () => {
  const member = await joinOrganization(app, ada, "Viewer");
  expect((await member.get("/api/v5/conversations")).data.total_count).toBe(0);
  for (const answer of [
    await member.post("/api/v5/conversations", { title: "x" }),
    await member.patch(path(unknownId), { title: "x" }),
    await member.delete(path(unknownId)),
    await say(member, unknownId, "x"),
    await member.post(path(unknownId, "/chat"), { content: "x" }),
    await member.post(path(unknownId, "/stop")),
  ]) {
    expectRefusal(answer, 403, "FORBIDDEN");
  }
});
