import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";

let app: TestApp;

interface Standing {
  version: number;
  seq: number;
  last_read_seq: number;
  unread_count: number;
  archived: boolean;
  muted: boolean;
  receipts: { user_id: string; last_read_seq: number; last_delivered_seq: number }[];
  truncated?: boolean;
  gone?: boolean;
}

interface Resumption {
  /** What came between the request and its answer, without what is never stored. */
  replay: Frame[];
  standings: Record<string, Standing>;
  resumed: Frame;
}

const passing = ["hello", "presence", "typing", "user_joined", "user_left"];
const pathOf = (group: Conversation) => `/v1/conversations/${group.id}`;
const versionOf = async (person: Person, group: Conversation) =>
  (await person.get<Conversation>(pathOf(group))).data.version;
const kinds = (frames: Frame[]) => frames.map(({ type }) => type);

/** Comes back as a client that saw each conversation up to the version given. */
async function resume(person: Person, seen: Record<string, unknown>, epoch?: string): Promise<Resumption> {
  const socket = await TestSocket.connect(app, person, { query: { resume: "true" } });
  socket.send({ type: "resume", epoch: epoch ?? socket.hello.epoch, conversations: seen });
  const resumed = await socket.next((frame) => frame.type === "resumed" || frame.type === "error", 10_000);
  const replay = socket.frames.slice(0, socket.frames.indexOf(resumed));
  await socket.close();
  return {
    replay: replay.filter(({ type }) => !passing.includes(type)),
    standings: (resumed.conversations ?? {}) as Record<string, Standing>,
    resumed,
  };
}

/** People with no other conversations, so that a replay holds what its test did and nothing else. */
function freshPeople(): Promise<[Person, Person, Person]> {
  return Promise.all([register(app), register(app), register(app)]);
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

describe("resume", () => {
  test("when nothing changed answers the numbers and replays nothing", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    for (const content of ["1", "2", "3"]) await sendText(ann, group.id, content);
    await bob.post(`${pathOf(group)}/mark-read`, { seq: 2 });
    await bob.post(`${pathOf(group)}/mute`, {});
    const version = await versionOf(bob, group);
    const { replay, standings } = await resume(bob, { [group.id]: version });
    expect(replay).toEqual([]);
    expect(Object.keys(standings)).toEqual([group.id]);
    expect(standings[group.id]).toMatchObject({
      version,
      seq: 3,
      last_read_seq: 2,
      unread_count: 1,
      archived: false,
      muted: true,
    });
    const receipts = standings[group.id]?.receipts ?? [];
    expect(receipts.find(({ user_id }) => user_id === bob.id)).toMatchObject({
      last_read_seq: 2,
      last_delivered_seq: expect.any(Number),
    });
  });

  test("replays what was sent since, whole and in seq order", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const seen = await sendText(ann, group.id, "seen");
    const missed: Message[] = [];
    for (let number = 2; number <= 31; number++) {
      missed.push(await sendText(number % 2 ? ann : bob, group.id, `m${number}`));
    }
    const { replay, standings } = await resume(bob, { [group.id]: seen.version });
    expect(replay).toHaveLength(30);
    for (const [index, frame] of replay.entries()) {
      const { status: _status, ...message } = missed[index] as Message;
      expect(frame).toMatchObject({ ...message, type: "chat" });
    }
    expect(standings[group.id]).toMatchObject({ seq: 31, version: missed.at(-1)?.version });
  });

  test("from version 0 replays the whole conversation", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    for (const content of ["1", "2", "3"]) await sendText(ann, group.id, content);
    const { replay } = await resume(bob, { [group.id]: 0 });
    const messages = replay.filter(({ type }) => type === "chat");
    expect(messages.map(({ seq, content }) => [seq, content])).toEqual([
      [1, "1"],
      [2, "2"],
      [3, "3"],
    ]);
  });

  test("tells each edited or deleted message once, as it is now", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const [edited, deleted, both] = [
      await sendText(ann, group.id, "edited"),
      await sendText(ann, group.id, "deleted"),
      await sendText(ann, group.id, "both"),
    ];
    const version = await versionOf(bob, group);
    for (const content of ["e1", "e2", "e3"])
      await ann.patch(`/v1/messages/${edited.message_id}`, { content });
    await ann.delete(`/v1/messages/${deleted.message_id}`);
    await ann.patch(`/v1/messages/${both.message_id}`, { content: "edited first" });
    await ann.delete(`/v1/messages/${both.message_id}`);
    const { replay } = await resume(bob, { [group.id]: version });
    expect(replay.map(({ type, message_id, content }) => [type, message_id, content]).toSorted()).toEqual(
      [
        ["message_edited", edited.message_id, "e3"],
        ["message_deleted", deleted.message_id, ""],
        ["message_deleted", both.message_id, ""],
      ].toSorted(),
    );
    expect(replay.find(({ type }) => type === "message_edited")).toMatchObject({
      edited_at: expect.any(String),
      reactions: [],
    });
    expect(JSON.stringify(replay)).not.toMatch(/"e1"|"e2"|edited first/);
  });

  test("tells a message sent and edited meanwhile once, as chat with its present text", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const version = await versionOf(bob, group);
    const sent = await sendText(ann, group.id, "draft");
    await ann.patch(`/v1/messages/${sent.message_id}`, { content: "final" });
    const { replay } = await resume(bob, { [group.id]: version });
    expect(kinds(replay)).toEqual(["chat"]);
    expect(replay.at(0)).toMatchObject({ content: "final", seq: 1, edited_at: expect.any(String) });
  });

  test("tells a message sent and deleted meanwhile once, as chat with deleted_at and no text", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const version = await versionOf(bob, group);
    const first = await sendText(ann, group.id, "never seen");
    await sendText(ann, group.id, "second");
    await ann.delete(`/v1/messages/${first.message_id}`);
    const { replay } = await resume(bob, { [group.id]: version });
    expect(replay.map(({ type, seq, content }) => [type, seq, content])).toEqual([
      ["chat", 1, ""],
      ["chat", 2, "second"],
    ]);
    expect(replay.at(0)?.deleted_at).toBeString();
  });

  test("tells new, changed and gone participants, and a changed conversation, by their own frames", async () => {
    const [ann, bob, cat] = await freshPeople();
    const [dan, eve] = await freshPeople();
    const group = await buildGroup(ann, [bob, eve]);
    const version = await versionOf(bob, group);
    await ann.post(`${pathOf(group)}/participants`, { user_ids: [cat.id, dan.id] });
    await ann.patch(`${pathOf(group)}/participants/${bob.id}`, { role: "moderator" });
    await ann.delete(`${pathOf(group)}/participants/${dan.id}`);
    await ann.delete(`${pathOf(group)}/participants/${eve.id}`);
    await ann.patch(pathOf(group), { title: "Interim" });
    await ann.patch(pathOf(group), { title: "Final" });
    const { replay, standings } = await resume(bob, { [group.id]: version });
    const named = (person: Person) => replay.filter((frame) => JSON.stringify(frame).includes(person.id));
    expect(kinds(named(cat))).toEqual(["participant_added"]);
    expect(kinds(named(eve))).toEqual(["participant_removed"]);
    expect(["", "participant_removed"]).toContain(kinds(named(dan)).join());
    const role = replay.find(({ type }) => type === "participant_updated");
    expect(role).toMatchObject({ conversation_id: group.id, user_id: bob.id, role: "moderator" });
    const updates = replay.filter(({ type }) => type === "conversation_updated");
    expect(updates).toHaveLength(1);
    expect(JSON.stringify(updates)).toContain("Final");
    expect(updates.at(0)?.new ?? false).toBe(false);
    const versions = replay.map((frame) => Number(frame.version));
    expect(versions.every((number) => number > version)).toBe(true);
    expect(standings[group.id]?.version).toBe(Math.max(...versions));
  });

  test("replays system messages like others", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const version = await versionOf(bob, group);
    await ann.put(`${pathOf(group)}/settings`, { is_e2ee_enabled: true });
    const { replay, standings } = await resume(bob, { [group.id]: version });
    expect(kinds(replay).toSorted()).toEqual(["chat", "conversation_updated"]);
    expect(replay.find(({ type }) => type === "chat")).toMatchObject({ message_type: "system", seq: 1 });
    expect(standings[group.id]).toMatchObject({ seq: 1, unread_count: 0 });
  });

  test("tells conversations it does not name as new, and keeps several apart", async () => {
    const [ann, bob] = await freshPeople();
    const known = await buildGroup(ann, [bob]);
    const seen = await sendText(ann, known.id, "seen");
    const fresh = await buildDirect(ann, bob);
    await sendText(ann, fresh.id, "in the new one");
    await sendText(ann, known.id, "in the old one");
    const { replay, standings } = await resume(bob, { [known.id]: seen.version });
    const added = replay.filter(({ new: isNew }) => isNew === true);
    expect(added.map(({ type, conversation_id }) => [type, conversation_id])).toEqual([
      ["conversation_updated", fresh.id],
    ]);
    const chats = replay.filter(
      ({ type, conversation_id }) => type === "chat" && conversation_id === known.id,
    );
    expect(chats.map(({ content }) => content)).toEqual(["in the old one"]);
    expect(standings[known.id]).toMatchObject({ seq: 2 });
  });

  test("answers gone without numbers for what is unknown, another's or no longer one's own", async () => {
    const [ann, bob, cat] = await freshPeople();
    const [left, foreign] = [await buildGroup(ann, [bob]), await buildGroup(ann, [cat])];
    const seen = await sendText(ann, left.id, "seen");
    await ann.delete(`${pathOf(left)}/participants/${bob.id}`);
    await sendText(ann, left.id, "After-Removal");
    const unknown = "01890000-0000-7000-8000-000000000000";
    const { replay, standings, resumed } = await resume(bob, {
      [left.id]: seen.version,
      [foreign.id]: 0,
      [unknown]: 3,
    });
    expect(standings).toEqual({
      [left.id]: { gone: true },
      [foreign.id]: { gone: true },
      [unknown]: { gone: true },
    } as unknown as Record<string, Standing>);
    expect(replay.filter(({ type }) => type !== "participant_removed")).toEqual([]);
    expect(JSON.stringify([replay, resumed])).not.toContain("After-Removal");
  });

  test("with another epoch answers reset and nothing else", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "kept back");
    const { replay, resumed } = await resume(bob, { [group.id]: 0 }, "an-earlier-life");
    expect(resumed).toEqual({ type: "resumed", reset: true });
    expect(replay).toEqual([]);
  });

  test("from a version the conversation never had does not pretend to be complete", async () => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const { version } = await sendText(ann, group.id, "one");
    const { resumed, standings, replay } = await resume(bob, { [group.id]: version + 1_000 });
    const admits =
      resumed.type === "error" || resumed.reset === true || standings[group.id]?.truncated === true;
    expect(admits).toBe(true);
    expect(replay).toEqual([]);
  });

  test.each([
    ["-1", -1],
    ["1.5", 1.5],
    ['"1"', "1"],
    ["null", null],
    ["{}", {}],
  ] as [string, unknown][])("refuses %s as a version", async (_shown, version) => {
    const [ann, bob] = await freshPeople();
    const group = await buildGroup(ann, [bob]);
    const { resumed } = await resume(bob, { [group.id]: version });
    expect(resumed).toMatchObject({ type: "error", code: "VALIDATION_ERROR" });
  });

  test("says of numbers what REST says, archived and muted included", async () => {
    const [ann, bob, cat] = await freshPeople();
    const group = await buildGroup(ann, [bob, cat]);
    for (const content of ["1", "2"]) await sendText(ann, group.id, content);
    await cat.post(`${pathOf(group)}/mark-read`, { seq: 1 });
    await bob.post(`${pathOf(group)}/mute`, {});
    await bob.post(`${pathOf(group)}/archive`, { archived: true });
    const { standings } = await resume(bob, { [group.id]: 0 });
    const shown = (await bob.get<Conversation>(pathOf(group))).data;
    const { version, seq, last_read_seq, unread_count, archived, muted } = shown;
    expect(standings[group.id]).toMatchObject({ version, seq, last_read_seq, unread_count, archived, muted });
    expect({ archived, muted, unread_count }).toEqual({ archived: true, muted: true, unread_count: 2 });
    const receipts = standings[group.id]?.receipts ?? [];
    expect(receipts.find(({ user_id }) => user_id === cat.id)).toMatchObject({ last_read_seq: 1 });
    expect(receipts.find(({ user_id }) => user_id === ann.id)?.last_read_seq).toBeGreaterThanOrEqual(1);
  });
});

describe("a long absence", () => {
  const sendMany = async (person: Person, group: Conversation, count: number) => {
    const socket = await TestSocket.connect(app, person);
    for (let number = 0; number < count; number++) {
      socket.send({ type: "chat", conversation_id: group.id, content: `m${number}` });
    }
    await socket.next((frame) => frame.type === "chat" && frame.seq === count, 20_000);
    await socket.close();
  };

  test("of 1,000 changes is replayed whole, of 1,001 it is truncated and nothing of it replayed", async () => {
    const [ann, bob] = await freshPeople();
    const [full, over] = [await buildGroup(ann, [bob]), await buildGroup(ann, [bob])];
    const versions = { [full.id]: await versionOf(bob, full), [over.id]: await versionOf(bob, over) };
    await sendMany(ann, full, 1_000);
    await sendMany(ann, over, 1_001);
    const { replay, standings } = await resume(bob, versions);
    const inFull = replay.filter(({ conversation_id }) => conversation_id === full.id);
    expect(inFull.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(standings[full.id]?.truncated ?? false).toBe(false);
    expect(replay.filter(({ conversation_id }) => conversation_id === over.id)).toEqual([]);
    expect(standings[over.id]).toMatchObject({ truncated: true, seq: 1_001, unread_count: 1_001 });
  }, 60_000);
});
