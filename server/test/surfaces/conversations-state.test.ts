import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { inFuture, minute } from "../kit/clock.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { type Answer, buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let outsider: Person;

interface Mark {
  last_read_seq: number;
  unread_count: number;
}

const pathOf = (conversation: Conversation) => `/v1/conversations/${conversation.id}`;
const read = async (person: Person, conversation: Conversation) =>
  (await person.get<Conversation>(pathOf(conversation))).data;
const archive = (person: Person, conversation: Conversation, body?: object) =>
  person.post<{ archived: boolean }>(`${pathOf(conversation)}/archive`, body);
const mute = (person: Person, conversation: Conversation, body: object = {}) =>
  person.post(`${pathOf(conversation)}/mute`, body);
const markRead = (person: Person, conversation: Conversation, body: object = {}) =>
  person.post<Mark>(`${pathOf(conversation)}/mark-read`, body);

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat, outsider] = await Promise.all([register(app), register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("archiving", () => {
  test("without a body toggles and answers the new state", async () => {
    const group = await buildGroup(ann, [bob]);
    expect((await archive(bob, group)).data.archived).toBe(true);
    expect((await read(bob, group)).archived).toBe(true);
    expect((await archive(bob, group)).data.archived).toBe(false);
    expect((await read(bob, group)).archived).toBe(false);
  });

  test("with archived sets, as often as it is sent", async () => {
    const group = await buildGroup(ann, [bob]);
    for (const archived of [true, true, false, false, true]) {
      expect((await archive(bob, group, { archived })).data.archived).toBe(archived);
    }
    expect(outcome(await archive(bob, group, { archived: "yes" }))).toBe("400 VALIDATION_ERROR");
    expect((await read(bob, group)).archived).toBe(true);
  });

  test("is personal: nobody else sees a difference", async () => {
    const group = await buildGroup(ann, [bob]);
    await archive(bob, group, { archived: true });
    expect((await read(ann, group)).archived).toBe(false);
  });

  test("is what DELETE of the conversation does for the caller, again and again", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await bob.delete(pathOf(group)))).toBe("200 ok");
    expect(outcome(await bob.delete(pathOf(group)))).toBe("200 ok");
    expect(await read(bob, group)).toMatchObject({ archived: true, participant_count: 2 });
    expect(await read(ann, group)).toMatchObject({ archived: false, participant_count: 2 });
  });

  test("ends with the next message, whoever sends it", async () => {
    const group = await buildGroup(ann, [bob]);
    await archive(bob, group, { archived: true });
    await archive(ann, group, { archived: true });
    await sendText(ann, group.id, "are you there?");
    expect((await read(bob, group)).archived).toBe(false);
    expect((await read(ann, group)).archived).toBe(false);
  });

  test("of a muted conversation outlives new messages", async () => {
    const group = await buildGroup(ann, [bob]);
    await mute(bob, group);
    await archive(bob, group, { archived: true });
    await sendText(ann, group.id, "still quiet");
    expect(await read(bob, group)).toMatchObject({ archived: true, muted: true, unread_count: 1 });
  });

  test("works on a direct conversation too", async () => {
    const direct = await buildDirect(ann, bob);
    await archive(ann, direct, { archived: true });
    await sendText(bob, direct.id, "hello again");
    expect((await read(ann, direct)).archived).toBe(false);
  });
});

describe("muting", () => {
  test("holds until DELETE, and is personal", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await mute(bob, group))).toBe("200 ok");
    expect(await read(bob, group)).toMatchObject({ muted: true, muted_until: null });
    expect((await read(ann, group)).muted).toBe(false);
    expect(outcome(await bob.delete(`${pathOf(group)}/mute`))).toBe("200 ok");
    expect(await read(bob, group)).toMatchObject({ muted: false, muted_until: null });
  });

  test("until a time ends by itself, and then a new message unarchives again", async () => {
    const group = await buildGroup(ann, [bob]);
    const until = new Date(Date.now() + 10 * minute).toISOString();
    await mute(bob, group, { until });
    await archive(bob, group, { archived: true });
    expect(await read(bob, group)).toMatchObject({ muted: true, muted_until: until });
    await inFuture(11 * minute, async () => {
      expect((await read(bob, group)).muted).toBe(false);
      await sendText(ann, group.id, "awake?");
      expect((await read(bob, group)).archived).toBe(false);
    });
  });

  test("until a time that has passed is 400 and mutes nothing", async () => {
    const group = await buildGroup(ann, [bob]);
    const answer = await mute(bob, group, { until: "2024-01-31T12:00:00Z" });
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect((await read(bob, group)).muted).toBe(false);
  });

  test("until something that is no time is 400 and mutes nothing", async () => {
    const group = await buildGroup(ann, [bob]);
    for (const until of ["tomorrow", 5, {}, "2024-13-45T00:00:00Z", "2124-02-30T00:00:00Z"]) {
      const answer = await mute(bob, group, { until });
      expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
      expect(answer.error?.details?.at(0)?.path).toBe("until");
    }
    expect((await read(bob, group)).muted).toBe(false);
  });
});

describe("unread counts and the read mark", () => {
  test("count the others' messages after one's mark", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    for (const content of ["1", "2", "3"]) await sendText(ann, group.id, content);
    expect(await read(bob, group)).toMatchObject({ unread_count: 3, last_read_seq: 0 });
    expect((await read(ann, group)).unread_count).toBe(0);
    await sendText(cat, group.id, "4");
    expect((await read(bob, group)).unread_count).toBe(4);
    expect((await read(ann, group)).unread_count).toBe(1);
  });

  test("sending marks everything before it as read", async () => {
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    await sendText(ann, group.id, "2");
    await sendText(bob, group.id, "3");
    const mark = await read(bob, group);
    expect(mark.unread_count).toBe(0);
    expect(mark.last_read_seq).toBeGreaterThanOrEqual(2);
    expect((await read(ann, group)).unread_count).toBe(1);
  });

  test("mark-read without a seq marks all, with one up to it", async () => {
    const group = await buildGroup(ann, [bob]);
    for (const content of ["1", "2", "3", "4", "5"]) await sendText(ann, group.id, content);
    expect((await markRead(bob, group, { seq: 2 })).data).toMatchObject({
      last_read_seq: 2,
      unread_count: 3,
    });
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 2, unread_count: 3 });
    expect((await markRead(bob, group)).data).toMatchObject({ last_read_seq: 5, unread_count: 0 });
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 5, unread_count: 0 });
    await sendText(ann, group.id, "6");
    expect((await read(bob, group)).unread_count).toBe(1);
  });

  test("the mark never goes back, nor past the last message", async () => {
    const group = await buildGroup(ann, [bob]);
    for (const content of ["1", "2", "3"]) await sendText(ann, group.id, content);
    await markRead(bob, group, { seq: 3 });
    await markRead(bob, group, { seq: 1 });
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 3, unread_count: 0 });
    await markRead(bob, group, { seq: 1_000 });
    await sendText(ann, group.id, "4");
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 3, unread_count: 1 });
  });

  test("one's own messages between others' are no part of the count", async () => {
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    await sendText(bob, group.id, "2");
    await sendText(ann, group.id, "3");
    await sendText(ann, group.id, "4");
    expect((await read(bob, group)).unread_count).toBe(2);
    expect((await read(ann, group)).unread_count).toBe(0);
  });

  test("a mark with an impossible seq is 400 and moves nothing", async () => {
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    for (const seq of [-1, 1.5, "1", null, [], 2 ** 60]) {
      const answer = await markRead(bob, group, { seq });
      expect(`${seq} ${outcome(answer)}`).toBe(`${seq} 400 VALIDATION_ERROR`);
      expect(answer.error?.details?.at(0)?.path).toBe("seq");
    }
    expect((await read(bob, group)).unread_count).toBe(1);
  });

  test("twenty marks at once leave the highest", async () => {
    const group = await buildGroup(ann, [bob]);
    for (let index = 0; index < 20; index++) await sendText(ann, group.id, String(index));
    await Promise.all(Array.from({ length: 20 }, (_, index) => markRead(bob, group, { seq: 20 - index })));
    expect(await read(bob, group)).toMatchObject({ last_read_seq: 20, unread_count: 0 });
  });
});

describe("another's conversation", () => {
  test("cannot be archived, muted, marked or left: 403, and 404 for an unknown one", async () => {
    const group = await buildGroup(ann, [bob]);
    const steps: ((person: Person, id: string) => Promise<Answer>)[] = [
      (person, id) => person.post(`/v1/conversations/${id}/archive`),
      (person, id) => person.delete(`/v1/conversations/${id}`),
      (person, id) => person.post(`/v1/conversations/${id}/mute`, {}),
      (person, id) => person.delete(`/v1/conversations/${id}/mute`),
      (person, id) => person.post(`/v1/conversations/${id}/mark-read`, {}),
      (person, id) => person.post(`/v1/conversations/${id}/leave`),
    ];
    for (const step of steps) {
      expect(outcome(await step(outsider, group.id))).toBe("403 FORBIDDEN");
      expect(outcome(await step(outsider, unknownId))).toBe("404 NOT_FOUND");
      expect(outcome(await step(outsider, "nope"))).toBe("400 VALIDATION_ERROR");
    }
  });
});
