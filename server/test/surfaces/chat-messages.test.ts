import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import {
  type ChatMessage,
  type ChatMessageList,
  chatInList,
  directChat,
  groupChat,
  listChat,
  sendChat,
} from "../kit/chat.ts";
import { inFuture, second } from "../kit/clock.ts";
import { expectRefusal, isoTime, outcome, unknownId, uuidV7 } from "../kit/expectations.ts";
import { type Person, register } from "../kit/person.ts";
import type { JsonObject } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;

const seqs = ({ messages }: ChatMessageList) => messages.map(({ seq }) => seq);

beforeAll(async () => {
  app = await startApp({ PARLEY_EDIT_WINDOW: "900" });
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("sending", () => {
  test("answers 201 with the message in the dialect's shape", async () => {
    const chat = await directChat(ann, bob);
    const answer = await ann.post<{ message: ChatMessage }>(`/api/chat/${chat._id}/messages`, {
      content: "<b>hello</b> & \u{1F600}",
      metadata: { order: 1 },
    });
    expect(answer.status).toBe(201);
    expect(answer.data.message).toEqual({
      _id: expect.stringMatching(uuidV7),
      chatId: chat._id,
      seq: 2,
      sender: { _id: ann.id, displayName: ann.displayName, username: ann.username, avatarUrl: null },
      content: "<b>hello</b> & \u{1F600}",
      type: "text",
      replyTo: null,
      attachments: [],
      metadata: { order: 1 },
      readBy: [],
      createdAt: expect.stringMatching(isoTime),
      editedAt: null,
      deletedAt: null,
    });
  });

  test("takes a reply, to a message of the chat only", async () => {
    const chat = await groupChat(ann, [bob]);
    const first = await sendChat(ann, chat._id, "question");
    const reply = await sendChat(bob, chat._id, "answer", { replyToMessageId: first._id });
    expect([reply.replyTo, reply.metadata]).toEqual([first._id, {}]);
    const elsewhere = await sendChat(ann, (await groupChat(ann, [bob]))._id, "elsewhere");
    for (const id of [elsewhere._id, unknownId, "x"]) {
      const answer = await ann.post(`/api/chat/${chat._id}/messages`, { content: "a", replyToMessageId: id });
      expectRefusal(answer, 400, "VALIDATION_ERROR", "replyToMessageId");
    }
  });

  test("with the same clientMessageId stores it once: 201, then 200 with the first", async () => {
    const chat = await groupChat(ann, [bob]);
    const send = (extra: JsonObject, headers: Record<string, string> = {}) =>
      ann.post<{ message: ChatMessage }>(
        `/api/chat/${chat._id}/messages`,
        { content: "once", ...extra },
        headers,
      );
    const first = await send({ clientMessageId: "k1" });
    const again = await send({}, { "idempotency-key": "k1" });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.data.message._id).toBe(first.data.message._id);
  });

  test.each([
    ["empty content", { content: "" }, "content"],
    ["only spaces", { content: " \n" }, "content"],
    ["no content", {}, "content"],
    ["content that is no text", { content: 5 }, "content"],
    ["5,001 characters", { content: "x".repeat(5_001) }, "content"],
    ["a system message", { content: "x", type: "system" }, "type"],
    ["an unknown type", { content: "x", type: "html" }, "type"],
    ["metadata that is no object", { content: "x", metadata: "m" }, "metadata"],
  ])("%s is 400", async (_, body, path) => {
    const chat = await directChat(ann, bob);
    expectRefusal(await ann.post(`/api/chat/${chat._id}/messages`, body), 400, "VALIDATION_ERROR", path);
  });

  test("takes 5,000 code points, whatever they are made of", async () => {
    const chat = await directChat(ann, bob);
    const content = "\u{1F600}".repeat(5_000);
    expect((await sendChat(ann, chat._id, content)).content).toBe(content);
  });

  test("a form is 415, and its message names the path for files", async () => {
    const chat = await directChat(ann, bob);
    const answer = await ann.request("POST", `/api/chat/${chat._id}/messages`, {
      raw: "--b\r\n\r\n--b--",
      headers: { "content-type": "multipart/form-data; boundary=b" },
    });
    expectRefusal(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    expect(answer.error?.message).toContain("/messages/file");
  });

  test("is for participants: 403 to others, 404 where there is none", async () => {
    const chat = await directChat(ann, bob);
    const send = (person: Person, id: string) => person.post(`/api/chat/${id}/messages`, { content: "x" });
    expect(outcome(await send(outsider, chat._id))).toBe("403 FORBIDDEN");
    expect(outcome(await send(ann, unknownId))).toBe("404 NOT_FOUND");
    expect(outcome(await send(ann, "x"))).toBe("400 VALIDATION_ERROR");
  });
});

describe("the list of messages", () => {
  test("is newest first, in pages that count from 1", async () => {
    const chat = await groupChat(ann, [bob]);
    for (let index = 0; index < 6; index++) await sendChat(ann, chat._id, `m${index}`);
    const first = await listChat(bob, chat._id, "?limit=3");
    expect(seqs(first)).toEqual([7, 6, 5]);
    expect(first.pagination).toEqual({ page: 1, limit: 3, total: 7, pages: 3 });
    expect(seqs(await listChat(bob, chat._id, "?limit=3&page=2"))).toEqual([4, 3, 2]);
    expect(seqs(await listChat(bob, chat._id, "?limit=3&page=3"))).toEqual([1]);
    expect(seqs(await listChat(bob, chat._id, "?limit=3&page=4"))).toEqual([]);
    expect(first.pagination.total).toBe(7);
  });

  test("with the time of the oldest one known as before goes on without loss, though many came at once", async () => {
    const chat = await groupChat(ann, [bob]);
    await Promise.all(Array.from({ length: 60 }, (_, index) => sendChat(ann, chat._id, `at once ${index}`)));
    await bob.post(`/api/chat/${chat._id}/messages`, { content: "last" });
    const read: ChatMessage[] = [];
    for (let before = ""; ; before = `&before=${encodeURIComponent(read.at(-1)?.createdAt ?? "")}`) {
      const { messages } = await listChat(bob, chat._id, `?limit=7${before}`);
      if (messages.length === 0) break;
      read.push(...messages);
    }
    const all = await listChat(bob, chat._id, "?limit=100");
    expect(read.map(({ seq }) => seq)).toEqual(seqs(all));
    expect(all.messages.length).toBeGreaterThanOrEqual(61);
  });

  test("with before has only what was written earlier", async () => {
    const chat = await groupChat(ann, [bob]);
    const sent: ChatMessage[] = [];
    for (let index = 0; index < 4; index++) sent.push(await sendChat(ann, chat._id, `m${index}`));
    const before = encodeURIComponent(sent[2]?.createdAt ?? "");
    const page = await listChat(bob, chat._id, `?before=${before}&limit=2`);
    expect([seqs(page), page.pagination.total]).toEqual([[3, 2], 3]);
    expect(seqs(await listChat(bob, chat._id, `?before=${before}&limit=2&page=2`))).toEqual([1]);
    expectRefusal(
      await bob.get(`/api/chat/${chat._id}/messages?before=yesterday`),
      400,
      "VALIDATION_ERROR",
      "before",
    );
  });

  test("is for participants", async () => {
    const chat = await directChat(ann, bob);
    expect(outcome(await outsider.get(`/api/chat/${chat._id}/messages`))).toBe("403 FORBIDDEN");
    expect(outcome(await ann.get(`/api/chat/${unknownId}/messages`))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.get(`/api/chat/${chat._id}/messages?limit=101`))).toBe("400 VALIDATION_ERROR");
  });
});

describe("reading", () => {
  const read = async (person: Person, chatId: string, body?: unknown) =>
    (await person.patch<{ modifiedCount: number }>(`/api/chat/${chatId}/messages/read`, body)).data
      .modifiedCount;

  test("names messages; all before the newest become read and count, what is unknown is ignored", async () => {
    const chat = await groupChat(ann, [bob]);
    const [one, two, three] = [
      await sendChat(ann, chat._id, "one"),
      await sendChat(ann, chat._id, "two"),
      await sendChat(ann, chat._id, "three"),
    ];
    expect(await read(bob, chat._id, { messageIds: [unknownId, "507f1f77bcf86cd799439011"] })).toBe(0);
    expect(await read(bob, chat._id, { messageIds: [two._id, unknownId, one._id] })).toBe(2);
    expect(await read(bob, chat._id, { messageIds: [one._id] })).toBe(0);
    expect((await chatInList(bob, chat._id))?.unreadCount).toBe(1);
    const { messages } = await listChat(ann, chat._id);
    expect(messages.map(({ readBy }) => readBy.map(({ user }) => user))).toEqual([
      [],
      [bob.id],
      [bob.id],
      [bob.id],
    ]);
    expect(messages[1]?.readBy[0]?.readAt).toMatch(isoTime);
    expect(await read(bob, chat._id, { messageIds: [three._id.toUpperCase()] })).toBe(1);
  });

  test("without ids, with none, or without a body marks everything", async () => {
    const chat = await groupChat(ann, [bob]);
    for (const body of [{}, { messageIds: [] }, undefined]) {
      await sendChat(ann, chat._id, "one");
      await sendChat(ann, chat._id, "two");
      expect(await read(bob, chat._id, body)).toBe(2);
      expect((await chatInList(bob, chat._id))?.unreadCount).toBe(0);
    }
    expect(await read(bob, chat._id, {})).toBe(0);
  });

  test("does not count system messages, nor one's own", async () => {
    const chat = await groupChat(ann, [bob]);
    await sendChat(ann, chat._id, "one");
    await ann.post(`/api/chat/${chat._id}/participants`, { userId: outsider.id });
    expect(await read(bob, chat._id, {})).toBe(1);
    await sendChat(bob, chat._id, "mine");
    expect(await read(bob, chat._id, {})).toBe(0);
    await ann.delete(`/api/chat/${chat._id}/participants/${outsider.id}`);
  });

  test("refuses what is no list of ids, and others", async () => {
    const chat = await directChat(ann, bob);
    const path = `/api/chat/${chat._id}/messages/read`;
    expect(outcome(await bob.patch(path, { messageIds: "all" }))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await bob.patch(path, { messageIds: [7] }))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await outsider.patch(path, {}))).toBe("403 FORBIDDEN");
    expect(outcome(await ann.patch(`/api/chat/${unknownId}/messages/read`, {}))).toBe("404 NOT_FOUND");
  });
});

describe("changing a message", () => {
  const pathOf = ({ chatId, _id }: ChatMessage) => `/api/chat/${chatId}/messages/${_id}`;

  test("edits the author's own text", async () => {
    const chat = await directChat(ann, bob);
    const message = await sendChat(ann, chat._id, "befor");
    const edited = await ann.put<{ message: ChatMessage }>(pathOf(message), { content: "before" });
    expect(edited.status).toBe(200);
    expect(edited.data.message).toEqual({
      ...message,
      content: "before",
      editedAt: expect.stringMatching(isoTime),
    });
    expect(outcome(await bob.put(pathOf(message), { content: "mine" }))).toBe("403 FORBIDDEN");
    expectRefusal(
      await ann.put(pathOf(message), { content: "x".repeat(5_001) }),
      400,
      "VALIDATION_ERROR",
      "content",
    );
    expectRefusal(await ann.put(pathOf(message), {}), 400, "VALIDATION_ERROR", "content");
  });

  test("deletes softly: the row keeps its place, without content", async () => {
    const chat = await groupChat(ann, [bob]);
    const message = await sendChat(bob, chat._id, "gone", { metadata: { a: 1 } });
    const deleted = await ann.delete<{ message: ChatMessage; deletedAt: string }>(pathOf(message));
    expect(deleted.status).toBe(200);
    expect(deleted.data.deletedAt).toMatch(isoTime);
    const [latest] = (await listChat(bob, chat._id)).messages;
    expect(latest).toMatchObject({
      _id: message._id,
      seq: message.seq,
      content: "",
      metadata: {},
      deletedAt: deleted.data.deletedAt,
    });
    expect(outcome(await bob.put(pathOf(message), { content: "back" }))).toBe("409 CONFLICT");
  });

  test("is refused where the message is of another chat, to others, and for what is unknown", async () => {
    const chat = await groupChat(ann, [bob]);
    const message = await sendChat(ann, chat._id, "here");
    const other = await groupChat(ann, [bob]);
    const misplaced = `/api/chat/${other._id}/messages/${message._id}`;
    expect(outcome(await ann.put(misplaced, { content: "x" }))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.delete(misplaced))).toBe("404 NOT_FOUND");
    expect(outcome(await bob.delete(pathOf(message)))).toBe("403 FORBIDDEN");
    expect(outcome(await outsider.put(pathOf(message), { content: "x" }))).toBe("403 FORBIDDEN");
    expect(outcome(await ann.delete(`/api/chat/${chat._id}/messages/${unknownId}`))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.delete(`/api/chat/${chat._id}/messages/x`))).toBe("400 VALIDATION_ERROR");
  });

  test("system messages are nobody's to edit", async () => {
    const chat = await groupChat(ann, [bob]);
    const [announcement] = (await listChat(ann, chat._id)).messages;
    expect(outcome(await ann.put(pathOf(announcement as ChatMessage), { content: "x" }))).toBe(
      "403 FORBIDDEN",
    );
  });
});

test("after the time that the configuration gives, an edit is refused", async () => {
  const hasty = await startApp({ PARLEY_EDIT_WINDOW: "1" });
  try {
    const [one, two] = [await register(hasty), await register(hasty)];
    const chat = await directChat(one, two);
    const message = await sendChat(one, chat._id, "quick");
    const path = `/api/chat/${chat._id}/messages/${message._id}`;
    const answer = await inFuture(2 * second, () => one.put(path, { content: "late" }));
    expect(outcome(answer)).toBe("403 EDIT_WINDOW_CLOSED");
  } finally {
    await hasty.stop();
  }
});

test("twenty messages a minute are taken from a user on this surface, one more is 429", async () => {
  const strict = await startApp({ PARLEY_RATE_LIMITS: "default" });
  try {
    const [one, two] = [await register(strict), await register(strict)];
    const chat = await directChat(one, two);
    for (let index = 0; index < 20; index++) await sendChat(one, chat._id, `m${index}`);
    const refused = await one.post(`/api/chat/${chat._id}/messages`, { content: "too many" });
    expectRefusal(refused, 429, "RATE_LIMIT_EXCEEDED");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await listChat(two, chat._id)).pagination.total).toBe(21);
    await sendChat(two, chat._id, "the other may");
  } finally {
    await strict.stop();
  }
});
