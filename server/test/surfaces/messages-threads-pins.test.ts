import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal, isoTime, unknownId } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface Thread {
  root: Message;
  messages: Message[];
  reply_count: number;
  next_cursor: string | null;
}

interface PinPage {
  pins: Message[];
  next_cursor: string | null;
}

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;
let group: Conversation;

const threadOf = async (id: string, query = "") =>
  (await bob.get<Thread>(`/v1/messages/${id}/thread${query}`)).data;
const reply = (who: Person, to: Message, text: string) =>
  sendText(who, to.conversation_id, text, { metadata: { reply_to: to.message_id } });
const pin = (who: Person, id: string) => who.post<Message>(`/v1/messages/${id}/pin`);
const unpin = (who: Person, id: string) => who.delete<Message>(`/v1/messages/${id}/pin`);
const pinsOf = async (id: string, query = "") =>
  (await bob.get<PinPage>(`/v1/conversations/${id}/pins${query}`)).data;

beforeAll(async () => {
  app = await startApp();
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
});
afterAll(() => app.stop());

describe("a thread", () => {
  test("is the root with its replies, oldest first, asked for by any message in it", async () => {
    const root = await sendText(ann, group.id, "shall we?");
    const first = await reply(bob, root, "yes");
    await sendText(ann, group.id, "something else");
    const second = await reply(ann, first, "good");
    for (const id of [root.message_id, second.message_id]) {
      const thread = await threadOf(id);
      expect(thread.root.message_id).toBe(root.message_id);
      expect(thread.messages.map(({ content }) => content)).toEqual(["yes", "good"]);
      expect(thread.messages.every(({ thread_root_id }) => thread_root_id === root.message_id)).toBe(true);
      expect(thread).toMatchObject({ reply_count: 2, next_cursor: null });
    }
    expect(second.reply_to).toBe(first.message_id);
  });

  test("shows its size on the root wherever that is read", async () => {
    const root = await sendText(ann, group.id, "root");
    expect(root.reply_count).toBeUndefined();
    const answer = await reply(bob, root, "one");
    const page = await ann.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=2`);
    expect(page.data.messages.map(({ reply_count }) => reply_count)).toEqual([undefined, 1]);
    const read = (await ann.get<Message>(`/v1/messages/${root.message_id}`)).data;
    expect(read).toMatchObject({ reply_count: 1, last_reply_at: answer.created_at });
  });

  test("goes on by cursor while new replies arrive, each reply once", async () => {
    const root = await sendText(ann, group.id, "long one");
    for (const text of ["1", "2", "3", "4"]) await reply(bob, root, text);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: Thread = await threadOf(root.message_id, `?limit=2${more}`);
      seen.push(...page.messages.map(({ content }) => content));
      if (seen.length === 2) await reply(ann, root, "5");
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(["1", "2", "3", "4", "5"]);
    const other = await sendText(ann, group.id, "another");
    const foreign = (await threadOf(root.message_id, "?limit=1")).next_cursor;
    expectRefusal(
      await bob.get(`/v1/messages/${other.message_id}/thread?cursor=${foreign}`),
      400,
      "VALIDATION_ERROR",
      "cursor",
    );
  });

  test("keeps the place of a deleted reply", async () => {
    const root = await sendText(ann, group.id, "root");
    const gone = await reply(bob, root, "oops");
    await bob.delete(`/v1/messages/${gone.message_id}`);
    const thread = await threadOf(root.message_id);
    expect(thread.reply_count).toBe(1);
    expect(thread.messages[0]).toMatchObject({ content: "", message_id: gone.message_id });
    expect(thread.messages[0]?.deleted_at).toMatch(isoTime);
  });

  test("is for members: 403 for others, 404 for an unknown message", async () => {
    const root = await sendText(ann, group.id, "root");
    expectRefusal(await outsider.get(`/v1/messages/${root.message_id}/thread`), 403, "FORBIDDEN");
    expectRefusal(await ann.get(`/v1/messages/${unknownId}/thread`), 404, "NOT_FOUND");
  });
});

describe("a pin", () => {
  test("is listed, latest first, and shows on the message with who set it", async () => {
    const place = await buildGroup(ann, [bob]);
    const [one, two] = [await sendText(bob, place.id, "one"), await sendText(bob, place.id, "two")];
    const pinned = (await pin(ann, two.message_id)).data;
    expect(pinned.pinned_by).toBe(ann.id);
    expect(pinned.pinned_at).toMatch(isoTime);
    await Bun.sleep(2);
    await pin(ann, one.message_id);
    const listed = await pinsOf(place.id);
    expect(listed.pins.map(({ content }) => content)).toEqual(["one", "two"]);
    const first = await pinsOf(place.id, "?limit=1");
    const rest = await pinsOf(place.id, `?limit=1&cursor=${first.next_cursor}`);
    expect([...first.pins, ...rest.pins].map(({ content }) => content)).toEqual(["one", "two"]);
    expect(rest.next_cursor).toBeNull();
  });

  test("set or taken off twice stays as it is", async () => {
    const { message_id: id } = await sendText(ann, group.id, "keep");
    const first = (await pin(ann, id)).data;
    expect((await pin(ann, id)).data).toMatchObject({ version: first.version, pinned_at: first.pinned_at });
    const off = (await unpin(ann, id)).data;
    expect(off).toMatchObject({ pinned_at: null, pinned_by: null, version: first.version + 1 });
    expect((await unpin(ann, id)).data.version).toBe(off.version);
  });

  test("is told as message_edited, and leaves the text as never edited", async () => {
    const message = await sendText(ann, group.id, "look here");
    const socket = await TestSocket.connect(app, bob);
    await pin(ann, message.message_id);
    expect(await socket.next("message_edited")).toMatchObject({
      message_id: message.message_id,
      content: "look here",
      pinned_by: ann.id,
      edited_at: null,
    });
    await socket.close();
  });

  test("is for everybody in a direct conversation or a group, and for nobody else", async () => {
    const { message_id: id } = await sendText(bob, group.id, "mine");
    expectRefusal(await pin(outsider, id), 403, "FORBIDDEN");
    expectRefusal(await outsider.get(`/v1/conversations/${group.id}/pins`), 403, "FORBIDDEN");
    expect((await pin(bob, id)).status).toBe(200);
    const direct = await buildDirect(ann, bob);
    const note = await sendText(ann, direct.id, "note");
    expect((await pin(bob, note.message_id)).status).toBe(200);
  });

  test("goes with the message when that is deleted, and a deleted one takes none", async () => {
    const place = await buildGroup(ann, [bob]);
    const { message_id: id } = await sendText(ann, place.id, "gone soon");
    await pin(ann, id);
    await ann.delete(`/v1/messages/${id}`);
    expect((await pinsOf(place.id)).pins).toEqual([]);
    expectRefusal(await pin(ann, id), 409, "CONFLICT");
  });

  test("is one of at most a hundred, also when two set the last one at once", async () => {
    const place = await buildGroup(ann, [bob]);
    const sent = await Promise.all(Array.from({ length: 101 }, () => sendText(ann, place.id, "x")));
    for (const { message_id: id } of sent.slice(0, 99)) await pin(ann, id);
    const last = await Promise.all(sent.slice(99).map(({ message_id: id }) => pin(ann, id)));
    expect(last.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await pinsOf(place.id, "?limit=100")).pins).toHaveLength(100);
  });
});

describe("former texts", () => {
  test("of an edited message are kept, oldest first, for who manages the conversation", async () => {
    const message = await sendText(bob, group.id, "first");
    await bob.patch(`/v1/messages/${message.message_id}`, { content: "second" });
    await bob.patch(`/v1/messages/${message.message_id}`, { content: "third" });
    const { edits } = (
      await ann.get<{ edits: { content: string; edited_by: string }[] }>(
        `/v1/messages/${message.message_id}/edits`,
      )
    ).data;
    expect(edits.map(({ content, edited_by }) => [content, edited_by])).toEqual([
      ["first", bob.id],
      ["second", bob.id],
    ]);
    expectRefusal(await bob.get(`/v1/messages/${message.message_id}/edits`), 403, "FORBIDDEN");
    expectRefusal(await outsider.get(`/v1/messages/${message.message_id}/edits`), 403, "FORBIDDEN");
  });
});
