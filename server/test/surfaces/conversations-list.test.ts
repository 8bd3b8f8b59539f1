import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;

interface Listed {
  conversations: Conversation[];
  limit: number;
  offset: number;
}

const list = async (person: Person, query = "") =>
  (await person.get<Listed>(`/v1/conversations${query}`)).data;
const ids = (listed: Listed) => listed.conversations.map(({ id }) => id);
const idsOf = (conversations: Conversation[]) => conversations.map(({ id }) => id);

/** People nobody else's conversations reach, so that a list holds exactly what its test made. */
async function freshPair(): Promise<[Person, Person]> {
  return await Promise.all([register(app), register(app)]);
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

describe("the conversation list", () => {
  test("of a new person is empty", async () => {
    const [ann] = await freshPair();
    expect(await list(ann)).toMatchObject({ conversations: [], limit: 20, offset: 0 });
  });

  test("has the one with the latest message first", async () => {
    const [ann, bob] = await freshPair();
    const groups: Conversation[] = [];
    for (const title of ["a", "b", "c"]) groups.push(await buildGroup(ann, [bob], { title }));
    for (const index of [1, 2, 0]) {
      await sendText(bob, groups[index]?.id ?? "", "hello");
      await Bun.sleep(2);
    }
    expect((await list(ann)).conversations.map(({ title }) => title)).toEqual(["a", "c", "b"]);
    await sendText(ann, groups[1]?.id ?? "", "newest");
    expect((await list(bob)).conversations.map(({ title }) => title)).toEqual(["b", "a", "c"]);
  });

  test("shows in each row its count of people, last message, unread count and the caller's own state", async () => {
    const [ann, bob] = await freshPair();
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "first");
    const last = await sendText(ann, group.id, "last words");
    await bob.post(`/v1/conversations/${group.id}/mute`, {});
    const [row] = (await list(bob)).conversations;
    expect(row).toMatchObject({
      id: group.id,
      type: "group",
      title: group.title,
      participant_count: 2,
      last_message_at: last.created_at,
      unread_count: 2,
      archived: false,
      muted: true,
    });
    expect(row?.last_message).toMatchObject({ message_id: last.message_id, content: "last words", seq: 2 });
    expect((await list(ann)).conversations.at(0)).toMatchObject({ unread_count: 0, muted: false });
  });

  test("shows the last message as it is now, after an edit and after a deletion", async () => {
    const [ann, bob] = await freshPair();
    const group = await buildGroup(ann, [bob]);
    const { message_id } = await sendText(ann, group.id, "tpyo");
    await ann.patch(`/v1/messages/${message_id}`, { content: "typo" });
    expect((await list(bob)).conversations.at(0)?.last_message?.content).toBe("typo");
    await ann.delete(`/v1/messages/${message_id}`);
    const [row] = (await list(bob)).conversations;
    expect(row?.last_message?.content ?? "").toBe("");
    expect(JSON.stringify(row)).not.toContain("typo");
  });

  test("can be shown as it is: it names who wrote last, and says whether the other of a direct one is here", async () => {
    const [ann, bob] = await freshPair();
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "hello");
    const direct = await buildDirect(ann, bob);
    const socket = await TestSocket.connect(app, ann);
    const rows = (await list(bob)).conversations;
    expect(rows.find(({ id }) => id === group.id)?.last_message).toMatchObject({
      sender_id: ann.id,
      sender_name: ann.displayName,
    });
    const other = async () =>
      (await list(bob)).conversations
        .find(({ id }) => id === direct.id)
        ?.participants?.find(({ user_id }) => user_id === ann.id);
    expect(await other()).toMatchObject({ online: true });
    await ann.put("/v1/users/settings", { presence_visible: false });
    expect(await other()).toMatchObject({ online: false, last_seen_at: null });
    await socket.close();
  });

  test("holds only the caller's conversations", async () => {
    const [ann, bob] = await freshPair();
    const [cat] = await freshPair();
    const own = await buildGroup(ann, [bob]);
    await buildGroup(bob, [cat]);
    expect(ids(await list(ann))).toEqual([own.id]);
  });

  test("filters by type", async () => {
    const [ann, bob] = await freshPair();
    const [group, direct] = [await buildGroup(ann, [bob]), await buildDirect(ann, bob)];
    expect(ids(await list(ann, "?type=group"))).toEqual([group.id]);
    expect(ids(await list(ann, "?type=direct"))).toEqual([direct.id]);
    expect(ids(await list(ann, "?type=support"))).toEqual([]);
  });

  test("filters by archived, for the caller alone", async () => {
    const [ann, bob] = await freshPair();
    const [kept, put] = [await buildGroup(ann, [bob]), await buildGroup(ann, [bob])];
    await ann.post(`/v1/conversations/${put.id}/archive`, { archived: true });
    expect(ids(await list(ann, "?archived=true"))).toEqual([put.id]);
    expect(ids(await list(ann, "?archived=false"))).toEqual([kept.id]);
    expect(ids(await list(bob, "?archived=true"))).toEqual([]);
  });

  test("filters by unread", async () => {
    const [ann, bob] = await freshPair();
    const [quiet, loud] = [await buildGroup(ann, [bob]), await buildGroup(ann, [bob])];
    await sendText(ann, loud.id, "hey");
    expect(ids(await list(bob, "?unread=true"))).toEqual([loud.id]);
    expect(ids(await list(bob, "?unread=false"))).toEqual([quiet.id]);
    expect(ids(await list(ann, "?unread=true"))).toEqual([]);
    await bob.post(`/v1/conversations/${loud.id}/mark-read`, {});
    expect(ids(await list(bob, "?unread=true"))).toEqual([]);
  });

  test("joins filters by and", async () => {
    const [ann, bob] = await freshPair();
    const direct = await buildDirect(ann, bob);
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, direct.id, "one");
    await sendText(ann, group.id, "two");
    expect(ids(await list(bob, "?type=direct&unread=true&archived=false"))).toEqual([direct.id]);
    expect(ids(await list(bob, "?type=direct&archived=true"))).toEqual([]);
  });

  test("sorts by created_at and updated_at with the newest first, and by title from A to Z", async () => {
    const [ann, bob] = await freshPair();
    const made: Conversation[] = [];
    for (const title of ["Beta", "Alpha", "Gamma"]) {
      made.push(await buildGroup(ann, [bob], { title }));
      await Bun.sleep(3);
    }
    const [beta, alpha, gamma] = idsOf(made) as [string, string, string];
    await sendText(ann, beta, "latest message");
    expect(ids(await list(ann, "?sort=created_at"))).toEqual([gamma, alpha, beta]);
    expect(ids(await list(ann, "?sort=title"))).toEqual([alpha, beta, gamma]);
    await Bun.sleep(3);
    await ann.patch(`/v1/conversations/${alpha}`, { description: "touched" });
    expect(ids(await list(ann, "?sort=updated_at")).at(0)).toBe(alpha);
  });

  test("goes on by limit and offset, each conversation once", async () => {
    const [ann, bob] = await freshPair();
    for (let index = 0; index < 7; index++) await buildGroup(ann, [bob], { title: `g${index}` });
    const pages = await Promise.all([0, 3, 6, 9].map((offset) => list(ann, `?limit=3&offset=${offset}`)));
    expect(pages.map(({ conversations }) => conversations.length)).toEqual([3, 3, 1, 0]);
    expect(pages.at(1)).toMatchObject({ limit: 3, offset: 3 });
    expect(new Set(pages.flatMap(ids)).size).toBe(7);
    expect(pages.flatMap(ids)).toEqual(ids(await list(ann, "?limit=100")));
  });

  const refused = [
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1000000000",
    "limit=ten",
    "limit=1.5",
    "offset=-1",
    "offset=x",
    "offset=99999999999999999999",
    "type=everything",
    "archived=maybe",
    "unread=2",
    "sort=colour",
    "sort=title;drop",
  ];
  test.each(refused)("refuses ?%s with 400 and names it", async (query) => {
    const [ann] = await freshPair();
    const answer = await ann.get(`/v1/conversations?${query}`);
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(answer.error?.details?.at(0)?.path).toBe(query.slice(0, query.indexOf("=")));
  });
});
