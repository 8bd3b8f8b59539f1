import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome } from "../kit/expectations.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";

const rounds = 50;
const roundsTimeoutMs = 60_000;

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;

const pathOf = (conversation: Conversation) => `/v1/conversations/${conversation.id}`;
const messagesOf = async (person: Person, conversation: Conversation) =>
  (await person.get<MessagePage>(`/v1/messages?conversation_id=${conversation.id}&limit=100`)).data.messages;
const sendRaced = (person: Person, conversation: Conversation, content: string) =>
  person.post<Message>("/v1/messages", { conversation_id: conversation.id, content, message_type: "text" });

/** Starts both so that either may win: which is asked first alternates with the round. */
async function race<A, B>(round: number, a: () => Promise<A>, b: () => Promise<B>): Promise<[A, B]> {
  if (round % 2 === 0) return await Promise.all([a(), b()]);
  const second = b();
  return await Promise.all([a(), second]);
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

test(
  "an edit and a deletion of one message at once leave it deleted, with its seq and no text",
  async () => {
    const group = await buildGroup(ann, [bob]);
    for (let round = 1; round <= rounds; round++) {
      const { message_id } = await sendText(bob, group.id, `round ${round}`);
      const path = `/v1/messages/${message_id}`;
      const [edited, deleted] = await race(
        round,
        () => bob.patch<Message>(path, { content: `edited ${round}` }),
        () => ann.delete(path),
      );
      expect(outcome(deleted)).toBe("200 ok");
      expect(["200 ok", "404 NOT_FOUND", "409 CONFLICT"]).toContain(outcome(edited));
      const after = await ann.get<Message>(path);
      expect(after.data).toMatchObject({ seq: round, content: "", deleted_at: expect.any(String) });
    }
    expect((await messagesOf(ann, group)).map(({ content }) => content)).toEqual(Array(rounds).fill(""));
  },
  roundsTimeoutMs,
);

test(
  "two edits of one message at once leave one of the two texts whole",
  async () => {
    const group = await buildGroup(ann, [bob]);
    for (let round = 1; round <= rounds; round++) {
      const { message_id } = await sendText(bob, group.id, "before");
      const path = `/v1/messages/${message_id}`;
      const texts = ["left".repeat(200), "right".repeat(200)] as const;
      const answers = await race(
        round,
        () => bob.patch<Message>(path, { content: texts[0] }),
        () => bob.patch<Message>(path, { content: texts[1] }),
      );
      expect(answers.map(outcome)).toEqual(["200 ok", "200 ok"]);
      expect(new Set(answers.map(({ data }) => data.version)).size).toBe(2);
      const after = (await ann.get<Message>(path)).data;
      expect(texts as readonly string[]).toContain(after.content);
      expect(after.version).toBe(Math.max(...answers.map(({ data }) => data.version)));
    }
  },
  roundsTimeoutMs,
);

test(
  "a send by somebody being removed is either stored or refused, and nothing comes after the removal",
  async () => {
    const group = await buildGroup(ann, [cat]);
    let stored = 0;
    for (let round = 1; round <= rounds; round++) {
      await ann.post(`${pathOf(group)}/participants`, { user_ids: [bob.id] });
      const [sent, removed] = await race(
        round,
        () => sendRaced(bob, group, `round ${round}`),
        () => ann.delete(`${pathOf(group)}/participants/${bob.id}`),
      );
      expect(outcome(removed)).toBe("200 ok");
      expect(["201 ok", "403 FORBIDDEN"]).toContain(outcome(sent));
      if (sent.status === 201) {
        stored += 1;
        expect(sent.data.seq).toBe(stored);
      }
      expect(outcome(await sendRaced(bob, group, "too late"))).toBe("403 FORBIDDEN");
    }
    const messages = await messagesOf(ann, group);
    expect(messages.map(({ seq }) => seq)).toEqual(
      Array.from({ length: stored }, (_, index) => stored - index),
    );
  },
  roundsTimeoutMs,
);

test(
  "archiving while a message arrives ends in one of the two orders, and the message is there",
  async () => {
    const group = await buildGroup(ann, [bob]);
    for (let round = 1; round <= rounds; round++) {
      const [sent, archived] = await race(
        round,
        () => sendRaced(ann, group, `round ${round}`),
        () => bob.post<{ archived: boolean }>(`${pathOf(group)}/archive`, { archived: true }),
      );
      expect(outcome(sent)).toBe("201 ok");
      expect(archived.data.archived).toBe(true);
      const between = (await bob.get<Conversation>(pathOf(group))).data;
      expect(between).toMatchObject({ seq: round * 2 - 1, unread_count: round * 2 - 1 });
      const settling = await sendText(ann, group.id, "settles it");
      const after = (await bob.get<Conversation>(pathOf(group))).data;
      expect(after).toMatchObject({ archived: false, last_message_at: settling.created_at });
    }
  },
  roundsTimeoutMs,
);

test(
  "two admins who leave at once never leave the others without one",
  async () => {
    for (let round = 1; round <= rounds; round++) {
      const participants = [
        { user_id: bob.id, role: "admin" },
        { user_id: cat.id, role: "member" },
      ];
      const group = await buildGroup(ann, [], { participants });
      const answers = await race(
        round,
        () => ann.post(`${pathOf(group)}/leave`),
        () => bob.post(`${pathOf(group)}/leave`),
      );
      expect(answers.map(outcome)).toEqual(["200 ok", "200 ok"]);
      const after = (await cat.get<Conversation>(pathOf(group))).data;
      expect(after.participants.map(({ user_id, role }) => [user_id, role])).toEqual([[cat.id, "admin"]]);
    }
  },
  roundsTimeoutMs,
);

test(
  "two admins who demote each other at once leave at least one admin",
  async () => {
    for (let round = 1; round <= rounds; round++) {
      const group = await buildGroup(ann, [], { participants: [{ user_id: bob.id, role: "admin" }] });
      const answers = await race(
        round,
        () => ann.patch(`${pathOf(group)}/participants/${bob.id}`, { role: "member" }),
        () => bob.patch(`${pathOf(group)}/participants/${ann.id}`, { role: "member" }),
      );
      for (const answer of answers) expect(["200 ok", "403 FORBIDDEN"]).toContain(outcome(answer));
      const after = (await ann.get<Conversation>(pathOf(group))).data;
      expect(after.participants.map(({ role }) => role)).toContain("admin");
    }
  },
  roundsTimeoutMs,
);

test(
  "adding and removing one person at once ends with them in or out, and the count agrees",
  async () => {
    const group = await buildGroup(ann, [cat]);
    for (let round = 1; round <= rounds; round++) {
      const [added, removed] = await race(
        round,
        () => ann.post(`${pathOf(group)}/participants`, { user_ids: [bob.id] }),
        () => ann.delete(`${pathOf(group)}/participants/${bob.id}`),
      );
      expect(outcome(added)).toBe("200 ok");
      expect(["200 ok", "404 NOT_FOUND"]).toContain(outcome(removed));
      const after = (await cat.get<Conversation>(pathOf(group))).data;
      expect(after.participant_count).toBe(after.participants.length);
      const isIn = after.participants.some(({ user_id }) => user_id === bob.id);
      expect((await bob.get(pathOf(group))).status).toBe(isIn ? 200 : 403);
    }
  },
  roundsTimeoutMs,
);

test(
  "an admin who is made a member while they act has acted before, or not at all",
  async () => {
    const versionOf = (group: Conversation, userId: string) =>
      group.participants.find(({ user_id }) => user_id === userId)?.version ?? 0;
    for (let round = 1; round <= rounds; round++) {
      const group = await buildGroup(ann, [], { participants: [{ user_id: bob.id, role: "admin" }] });
      const [demoted, added] = await race(
        round,
        () => ann.patch(`${pathOf(group)}/participants/${bob.id}`, { role: "member" }),
        () => bob.post(`${pathOf(group)}/participants`, { user_ids: [cat.id] }),
      );
      expect(outcome(demoted)).toBe("200 ok");
      expect(["200 ok", "403 FORBIDDEN"]).toContain(outcome(added));
      const after = (await ann.get<Conversation>(pathOf(group))).data;
      expect(versionOf(after, cat.id) > 0).toBe(added.status === 200);
      if (added.status === 200) expect(versionOf(after, cat.id)).toBeLessThan(versionOf(after, bob.id));
    }
  },
  roundsTimeoutMs,
);

test(
  "two admins who remove each other at once leave one of them in",
  async () => {
    for (let round = 1; round <= rounds; round++) {
      const group = await buildGroup(ann, [bob, cat]);
      await ann.patch(`${pathOf(group)}/participants/${bob.id}`, { role: "admin" });
      const answers = await race(
        round,
        () => ann.delete(`${pathOf(group)}/participants/${bob.id}`),
        () => bob.delete(`${pathOf(group)}/participants/${ann.id}`),
      );
      expect(answers.map(outcome).toSorted()).toEqual(["200 ok", "403 FORBIDDEN"]);
      const after = (await cat.get<Conversation>(pathOf(group))).data;
      expect(after.participants.filter(({ role }) => role === "admin")).toHaveLength(1);
    }
  },
  roundsTimeoutMs,
);

test("one's own archiving and muting at once both count, and each turn of the archive is one turn", async () => {
  for (let round = 1; round <= 10; round++) {
    const group = await buildGroup(ann, [bob]);
    const turns = Array.from({ length: 5 }, () =>
      ann.put<{ archived: boolean }>(`/api/chat/${group.id}/archive`),
    );
    const [muted, ...turned] = await Promise.all([ann.post(`${pathOf(group)}/mute`), ...turns]);
    expect(outcome(muted)).toBe("200 ok");
    expect(turned.filter(({ data }) => data.archived)).toHaveLength(3);
    const { data } = await ann.get<Conversation>(pathOf(group));
    expect([data.archived, data.muted]).toEqual([true, true]);
  }
});
