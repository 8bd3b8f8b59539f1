import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { inFuture, minute } from "../kit/clock.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { anonymous, buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let outsider: Person;

const pathOf = (message: Message) => `/v1/messages/${message.message_id}`;
const edit = (person: Person, message: Message, content: unknown) =>
  person.patch<Message>(pathOf(message), { content });
const read = async (person: Person, message: Message) => (await person.get<Message>(pathOf(message))).data;
const conversationOf = async (person: Person, message: Message) =>
  (await person.get<Conversation>(`/v1/conversations/${message.conversation_id}`)).data;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat, outsider] = await Promise.all([register(app), register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("an edit", () => {
  test("of what is encrypted may be as long as a message there, 32 KiB, and no longer", async () => {
    const group = await buildGroup(ann, [bob], { is_e2ee_enabled: true });
    const sent = await sendText(ann, group.id, "a cipher", { is_encrypted: true });
    expect(outcome(await edit(ann, sent, "c".repeat(32 * 1024)))).toBe("200 ok");
    expect(outcome(await edit(ann, sent, "c".repeat(32 * 1024 + 1)))).toBe("400 VALIDATION_ERROR");
    expect((await read(bob, sent)).content).toHaveLength(32 * 1024);
  });

  test("changes the text, marks the time and leaves everything else", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(bob, group.id, "tpyo", { client_message_id: "e1", metadata: { kept: 1 } });
    const answer = await edit(bob, sent, "typo");
    expect(answer.status).toBe(200);
    const { content: _content, version, edited_at: _editedAt, status: _status, ...rest } = sent;
    expect(answer.data).toMatchObject({ ...rest, content: "typo" });
    expect(answer.data.edited_at).toBeString();
    expect(answer.data.version).toBeGreaterThan(version);
    expect(await read(ann, sent)).toMatchObject({
      content: "typo",
      edited_at: answer.data.edited_at,
      seq: sent.seq,
    });
  });

  test("is no new message: seq, unread counts and the order of the list stay", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(ann, group.id, "one");
    await sendText(ann, group.id, "two");
    await bob.post(`/v1/conversations/${group.id}/mark-read`, {});
    await edit(ann, sent, "one, edited");
    const after = await conversationOf(bob, sent);
    expect(after).toMatchObject({ seq: 2, unread_count: 0 });
    const page = await bob.get<MessagePage>(`/v1/messages?conversation_id=${group.id}`);
    expect(page.data.messages.map(({ content }) => content)).toEqual(["two", "one, edited"]);
  });

  test("is the author's alone: 403 for members, admins and non-members", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const sent = await sendText(bob, group.id, "bob's");
    for (const person of [ann, cat, outsider]) {
      expect(outcome(await edit(person, sent, "not bob's"))).toBe("403 FORBIDDEN");
    }
    expect(outcome(await anonymous(app).patch(pathOf(sent), { content: "x" }))).toBe("401 UNAUTHORIZED");
    expect((await read(ann, sent)).content).toBe("bob's");
  });

  test("keeps the rules of sending", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(ann, group.id, "before");
    for (const content of ["", "   ", "x".repeat(10_001), "a\u0000b", "\ud800", 5, null, undefined, ["x"]]) {
      const answer = await edit(ann, sent, content);
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(answer.error?.details?.map(({ path }) => path)).toContain("content");
    }
    expect((await edit(ann, sent, "😀".repeat(10_000))).status).toBe(200);
  });

  test("changes nothing but what may change", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(ann, group.id, "before");
    await ann.patch(pathOf(sent), {
      content: "after",
      sender_id: bob.id,
      seq: 90,
      created_at: "2001-01-01T00:00:00.000Z",
      conversation_id: unknownId,
      message_type: "system",
      deleted_at: "2001-01-01T00:00:00.000Z",
    });
    expect(await read(bob, sent)).toMatchObject({
      content: "after",
      sender_id: ann.id,
      seq: sent.seq,
      created_at: sent.created_at,
      conversation_id: group.id,
      message_type: "text",
      deleted_at: null,
    });
  });

  test("of a deleted message is refused and brings nothing back", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(ann, group.id, "gone");
    await ann.delete(pathOf(sent));
    const answer = await edit(ann, sent, "back");
    expect(["404 NOT_FOUND", "409 CONFLICT"]).toContain(outcome(answer));
    expect(await read(bob, sent)).toMatchObject({ content: "", deleted_at: expect.any(String) });
  });

  test("of a system message is 403 for everybody", async () => {
    const group = await buildGroup(ann, [bob]);
    await ann.put(`/v1/conversations/${group.id}/settings`, { is_e2ee_enabled: true });
    await ann.put(`/v1/conversations/${group.id}/settings`, { is_e2ee_enabled: false });
    const page = await ann.get<MessagePage>(`/v1/messages?conversation_id=${group.id}`);
    const [announcement] = page.data.messages;
    expect(announcement?.message_type).toBe("system");
    for (const person of [ann, bob]) {
      expect(outcome(await edit(person, announcement as Message, "forged"))).toBe("403 FORBIDDEN");
    }
  });

  test("of an unknown message is 404, of a malformed id 400", async () => {
    expect(outcome(await ann.patch(`/v1/messages/${unknownId}`, { content: "x" }))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.patch("/v1/messages/x", { content: "x" }))).toBe("400 VALIDATION_ERROR");
  });
});

describe("the time to edit", () => {
  test("ends for the author after the window, while deleting stays possible", async () => {
    const sent = await sendText(ann, (await buildGroup(ann, [bob])).id, "first");
    await inFuture(14 * minute, async () => {
      expect(outcome(await edit(ann, sent, "in time"))).toBe("200 ok");
    });
    await inFuture(16 * minute, async () => {
      expect(outcome(await edit(ann, sent, "too late"))).toBe("403 EDIT_WINDOW_CLOSED");
      expect((await read(bob, sent)).content).toBe("in time");
      expect(outcome(await ann.delete(pathOf(sent)))).toBe("200 ok");
    });
  });
});

describe("a deletion", () => {
  test("by the author leaves the row with its seq, and takes the text", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(bob, group.id, "Forget-This", { metadata: { mentions: [ann.id] } });
    expect(outcome(await bob.delete(pathOf(sent)))).toBe("200 ok");
    const row = await read(ann, sent);
    expect(row).toMatchObject({ content: "", attachments: [], seq: sent.seq, sender_id: bob.id });
    expect(row.deleted_at).toBeString();
    expect(row.version).toBeGreaterThan(sent.version);
    const everywhere = await Promise.all([
      ann.get(`/v1/messages?conversation_id=${group.id}`),
      ann.get(`/v1/conversations/${group.id}`),
      ann.get("/v1/conversations"),
    ]);
    for (const { text } of everywhere) expect(text).not.toContain("Forget-This");
  });

  test("leaves no hole: the next message has the next seq", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await sendText(ann, group.id, "one");
    await ann.delete(pathOf(first));
    expect((await sendText(ann, group.id, "two")).seq).toBe(2);
  });

  test("by an admin of the conversation works on anybody's message", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(bob, group.id, "rude");
    expect(outcome(await ann.delete(pathOf(sent)))).toBe("200 ok");
    expect((await read(bob, sent)).deleted_at).toBeString();
  });

  test("by anybody else is 403: members, moderators, non-members, removed authors", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const sent = await sendText(ann, group.id, "stays");
    await ann.patch(`/v1/conversations/${group.id}/participants/${cat.id}`, { role: "moderator" });
    const own = await sendText(bob, group.id, "stays too");
    await ann.delete(`/v1/conversations/${group.id}/participants/${bob.id}`);
    for (const person of [cat, bob, outsider]) {
      expect(outcome(await person.delete(pathOf(sent)))).toBe("403 FORBIDDEN");
    }
    expect(outcome(await bob.delete(pathOf(own)))).toBe("403 FORBIDDEN");
    expect(await read(ann, own)).toMatchObject({ content: "stays too", deleted_at: null });
  });

  test("in a direct conversation is each one's own", async () => {
    const direct = await buildDirect(cat, bob);
    const sent = await sendText(bob, direct.id, "mine");
    expect(outcome(await bob.delete(pathOf(sent)))).toBe("200 ok");
    expect((await read(cat, sent)).content).toBe("");
  });

  test("asked for again changes nothing more", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent = await sendText(ann, group.id, "once");
    await ann.delete(pathOf(sent));
    const [row, before] = [await read(ann, sent), await conversationOf(ann, sent)];
    const again = await ann.delete(pathOf(sent));
    expect([200, 404, 409]).toContain(again.status);
    expect(await read(ann, sent)).toEqual(row);
    expect((await conversationOf(ann, sent)).version).toBe(before.version);
  });

  test("leaves replies to it standing", async () => {
    const group = await buildGroup(ann, [bob]);
    const root = await sendText(ann, group.id, "root");
    const reply = await sendText(bob, group.id, "reply", { metadata: { reply_to: root.message_id } });
    await ann.delete(pathOf(root));
    expect(await read(ann, reply)).toMatchObject({ content: "reply", reply_to: root.message_id });
  });

  test("of an unknown message is 404, of a malformed id 400, without a token 401", async () => {
    expect(outcome(await ann.delete(`/v1/messages/${unknownId}`))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.delete("/v1/messages/x"))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await anonymous(app).delete(`/v1/messages/${unknownId}`))).toBe("401 UNAUTHORIZED");
  });
});
