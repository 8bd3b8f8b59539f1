import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { isoTime, outcome, unknownId, uuidV7 } from "../kit/expectations.ts";
import {
  type Answer,
  anonymous,
  buildDirect,
  buildGroup,
  type Person,
  register,
  sendText,
} from "../kit/person.ts";
import type { Conversation, JsonObject, Message, MessagePage } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;
let group: Conversation;
let elsewhere: Conversation;

const pathsOf = (answer: Answer<unknown>) => answer.error?.details?.map(({ path }) => path) ?? [];

const post = (person: Person, body: JsonObject) =>
  person.post<Message>("/v1/messages", { conversation_id: group.id, message_type: "text", ...body });
const seqNow = async () => (await ann.get<Conversation>(`/v1/conversations/${group.id}`)).data.seq;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
  elsewhere = await buildDirect(ann, outsider);
});

afterAll(() => app.stop());

describe("a sent message", () => {
  test("is answered whole with 201, and reads the same afterwards", async () => {
    const before = await seqNow();
    const answer = await post(bob, { content: "Hello world!", client_message_id: "whole-1" });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      conversation_id: group.id,
      sender_id: bob.id,
      content: "Hello world!",
      is_encrypted: false,
      message_type: "text",
      metadata: {},
      seq: before + 1,
      reply_to: null,
      thread_root_id: null,
      mentions: [],
      attachments: [],
      reactions: [],
      edited_at: null,
      deleted_at: null,
      client_message_id: "whole-1",
      status: "sent",
    });
    expect(answer.data.message_id).toMatch(uuidV7);
    expect(answer.data.created_at).toMatch(isoTime);
    const read = await ann.get<Message>(`/v1/messages/${answer.data.message_id}`);
    const { status: _status, ...stored } = answer.data;
    expect(read.data).toMatchObject(stored);
  });

  test.each(["text", "image", "video", "file"])("may be of type %s", async (message_type) => {
    const answer = await post(ann, { content: "x", message_type });
    expect(answer.data.message_type).toBe(message_type);
  });

  test("keeps metadata of its own as sent", async () => {
    const metadata = { width: 640, nested: { list: [1, null, "ä", false] }, "odd key \u202e": "" };
    const answer = await post(ann, { content: "x", metadata });
    expect(answer.data.metadata).toMatchObject(metadata);
    const read = await bob.get<Message>(`/v1/messages/${answer.data.message_id}`);
    expect(read.data.metadata).toMatchObject(metadata);
  });

  test("is stamped by the server: no field of the request decides author, time, place or state", async () => {
    const before = await seqNow();
    const answer = await post(ann, {
      content: "forged?",
      sender_id: bob.id,
      user_id: bob.id,
      message_id: unknownId,
      seq: 4_000,
      version: 4_000,
      created_at: "2001-01-01T00:00:00.000Z",
      edited_at: "2001-01-01T00:00:00.000Z",
      deleted_at: "2001-01-01T00:00:00.000Z",
      status: "read",
      thread_root_id: unknownId,
      tenant_id: unknownId,
    });
    expect(answer.data).toMatchObject({
      sender_id: ann.id,
      seq: before + 1,
      edited_at: null,
      deleted_at: null,
      status: "sent",
      thread_root_id: null,
    });
    expect(answer.data.message_id).not.toBe(unknownId);
    expect(Date.now() - Date.parse(answer.data.created_at)).toBeLessThan(60_000);
  });
});

describe("text", () => {
  const samples: [string, string][] = [
    ["HTML", "<script>alert(1)</script> <b>&amp;</b> a<b && c>d"],
    ["a dangerous link", "[x](javascript:alert(1))"],
    ["SQL", "'; DROP TABLE messages; -- \" \\ %_"],
    ["a right-to-left override", "user\u202egnp.exe"],
    ["a family in one emoji", "👨‍👩‍👧‍👦 🏳️‍🌈"],
    ["decomposed letters", "e\u0301 A\u030a"],
    ["a thousand combining marks", `a${"\u0301".repeat(1_000)}`],
    ["control characters but NUL", "\u0001\u0007\u001b[31m\u007f"],
    ["spaces around words", "  two\n\tlines \r\n "],
    ["a byte order mark and zero width spaces", "\ufeffa\u200bb"],
    ["names of JavaScript's own", "__proto__ constructor toString"],
  ];
  test.each(samples)("holding %s comes back as it was sent", async (_what, content) => {
    const sent = await post(ann, { content });
    expect(sent.data.content).toBe(content);
    const read = await bob.get<Message>(`/v1/messages/${sent.data.message_id}`);
    expect(read.data.content).toBe(content);
    const page = await bob.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=1`);
    expect(page.data.messages.at(0)?.content).toBe(content);
  });

  test("may have 10,000 code points, whatever their bytes, and not one more", async () => {
    for (const character of ["a", "ä", "😀"]) {
      const longest = await post(ann, { content: character.repeat(10_000) });
      expect(longest.status).toBe(201);
      expect(longest.data.content).toBe(character.repeat(10_000));
      const over = await post(ann, { content: character.repeat(10_001) });
      expect(outcome(over)).toBe("400 VALIDATION_ERROR");
      expect(pathsOf(over)).toContain("content");
    }
  });

  const refused: [string, string][] = [
    ["a NUL", String.raw`"a\u0000b"`],
    ["a lone high surrogate", String.raw`"a\ud800b"`],
    ["a lone low surrogate", String.raw`"\udc00"`],
    ["surrogates in the wrong order", String.raw`"\udc00\ud800"`],
  ];
  test.each(refused)("holding %s is 400 and stores nothing", async (_what, literal) => {
    const before = await seqNow();
    const raw = `{"conversation_id":"${group.id}","message_type":"text","content":${literal}}`;
    const headers = { "content-type": "application/json" };
    const answer = await ann.request("POST", "/v1/messages", { raw, headers });
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(await seqNow()).toBe(before);
  });

  test("with a lone surrogate or NUL inside metadata is 400 too", async () => {
    for (const literal of [
      String.raw`{"k":"\ud800"}`,
      String.raw`{"\u0000":1}`,
      String.raw`{"a":[{"b":"\u0000"}]}`,
    ]) {
      const raw = `{"conversation_id":"${group.id}","message_type":"text","content":"x","metadata":${literal}}`;
      const headers = { "content-type": "application/json" };
      const answer = await ann.request("POST", "/v1/messages", { raw, headers });
      expect(`${literal} ${outcome(answer)}`).toBe(`${literal} 400 VALIDATION_ERROR`);
    }
  });
});

describe("a refused send", () => {
  const rows: [string, JsonObject, string][] = [
    ["without a conversation", { conversation_id: undefined, content: "x" }, "conversation_id"],
    ["with a malformed conversation", { conversation_id: "x", content: "x" }, "conversation_id"],
    ["without a type", { content: "x", message_type: undefined }, "message_type"],
    ["of the server's own type", { content: "x", message_type: "system" }, "message_type"],
    ["of an unknown type", { content: "x", message_type: "poem" }, "message_type"],
    ["without content", {}, "content"],
    ["with empty content", { content: "" }, "content"],
    ["with spaces only", { content: " \n\t  " }, "content"],
    ["with content of another kind", { content: { $ne: null } }, "content"],
    ["with a list as content", { content: ["a"] }, "content"],
    ["with an encryption flag that is no boolean", { content: "x", is_encrypted: "no" }, "is_encrypted"],
    ["with a list as metadata", { content: "x", metadata: [] }, "metadata"],
    ["with text as metadata", { content: "x", metadata: "{}" }, "metadata"],
    ["with mentions that are no list", { content: "x", metadata: { mentions: "ann" } }, "metadata.mentions"],
    ["with a malformed mention", { content: "x", metadata: { mentions: ["ann"] } }, "metadata.mentions.0"],
    [
      "with attachments that are no list",
      { content: "x", metadata: { attachments: 1 } },
      "metadata.attachments",
    ],
    ["with a malformed reply_to", { content: "x", metadata: { reply_to: 12 } }, "metadata.reply_to"],
    ["with a key of no characters", { content: "x", client_message_id: "" }, "client_message_id"],
    ["with a key of 65 characters", { content: "x", client_message_id: "k".repeat(65) }, "client_message_id"],
    ["with a key of another kind", { content: "x", client_message_id: 7 }, "client_message_id"],
  ];
  test.each(rows)("%s is 400, names the field and stores nothing", async (_what, body, path) => {
    const before = await seqNow();
    const answer = await post(ann, body);
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(pathsOf(answer)).toContain(path);
    expect(await seqNow()).toBe(before);
  });

  test("to an unknown conversation is 404, to another's 403, without a token 401", async () => {
    expect(outcome(await post(ann, { conversation_id: unknownId, content: "x" }))).toBe("404 NOT_FOUND");
    expect(outcome(await post(outsider, { content: "x" }))).toBe("403 FORBIDDEN");
    const body = { conversation_id: group.id, content: "x", message_type: "text" };
    expect(outcome(await anonymous(app).post("/v1/messages", body))).toBe("401 UNAUTHORIZED");
  });

  test("is judged by its fields before its conversation is looked for", async () => {
    expect(outcome(await post(ann, { conversation_id: unknownId, content: "" }))).toBe(
      "400 VALIDATION_ERROR",
    );
  });
});

describe("metadata", () => {
  const ofSize = (bytes: number) => ({ pad: "x".repeat(bytes - JSON.stringify({ pad: "" }).length) });

  test("may have 8 KiB as JSON and not one byte more", async () => {
    expect((await post(ann, { content: "x", metadata: ofSize(8 * 1024) })).status).toBe(201);
    const over = await post(ann, { content: "x", metadata: ofSize(8 * 1024 + 1) });
    expect(outcome(over)).toBe("400 VALIDATION_ERROR");
    expect(pathsOf(over)).toContain("metadata");
  });

  test("with names that JavaScript treats specially stays plain data", async () => {
    const raw = `{"conversation_id":"${group.id}","message_type":"text","content":"x","metadata":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}`;
    const answer = await ann.request<Message>("POST", "/v1/messages", {
      raw,
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBeLessThan(500);
    expect(({} as JsonObject).polluted).toBeUndefined();
    const after = await post(ann, { content: "plain" });
    expect(after.data.metadata).not.toHaveProperty("polluted");
  });
});

describe("a reply", () => {
  test("names the message it answers, and its thread begins at the first of them", async () => {
    const root = await sendText(ann, group.id, "root");
    const reply = await post(bob, { content: "reply", metadata: { reply_to: root.message_id } });
    expect(reply.data).toMatchObject({ reply_to: root.message_id, thread_root_id: root.message_id });
    const deeper = await post(ann, { content: "deeper", metadata: { reply_to: reply.data.message_id } });
    expect(deeper.data).toMatchObject({ reply_to: reply.data.message_id, thread_root_id: root.message_id });
    const read = await bob.get<Message>(`/v1/messages/${deeper.data.message_id}`);
    expect(read.data).toMatchObject({ reply_to: reply.data.message_id, thread_root_id: root.message_id });
  });

  test("to a message of another conversation or of none is 400 and tells nothing of it", async () => {
    const foreign = await sendText(ann, elsewhere.id, "Other-Room-Secret");
    for (const reply_to of [foreign.message_id, unknownId]) {
      const answer = await post(bob, { content: "x", metadata: { reply_to } });
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(pathsOf(answer)).toContain("metadata.reply_to");
      expect(answer.text).not.toContain("Other-Room-Secret");
    }
  });
});

describe("mentions", () => {
  test("of participants are kept", async () => {
    const answer = await post(ann, { content: "@bob", metadata: { mentions: [bob.id] } });
    expect(answer.data.mentions).toEqual([bob.id]);
    const read = await bob.get<Message>(`/v1/messages/${answer.data.message_id}`);
    expect(read.data.mentions).toEqual([bob.id]);
  });

  test("of anybody else are 400 and store nothing", async () => {
    const before = await seqNow();
    for (const mentions of [[outsider.id], [bob.id, outsider.id], [unknownId]]) {
      const answer = await post(ann, { content: "@all", metadata: { mentions } });
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(pathsOf(answer).some((path) => path.startsWith("metadata.mentions"))).toBe(true);
    }
    expect(await seqNow()).toBe(before);
  });
});

test("an attachment the sender may not share is refused and nothing is stored", async () => {
  const before = await seqNow();
  const answer = await post(ann, { content: "see", metadata: { attachments: [unknownId] } });
  expect([400, 404]).toContain(answer.status);
  expect(await seqNow()).toBe(before);
});
