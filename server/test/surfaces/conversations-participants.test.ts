import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Participant } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let dan: Person;
let outsider: Person;

const pathOf = (conversation: Conversation) => `/v1/conversations/${conversation.id}`;

async function rolesIn(reader: Person, conversation: Conversation): Promise<Record<string, string>> {
  const { data } = await reader.get<Conversation>(pathOf(conversation));
  return Object.fromEntries(data.participants.map(({ user_id, role }) => [user_id, role]));
}

const add = (actor: Person, conversation: Conversation, body: JsonObject) =>
  actor.post(`${pathOf(conversation)}/participants`, body);
const remove = (actor: Person, conversation: Conversation, target: Person) =>
  actor.delete(`${pathOf(conversation)}/participants/${target.id}`);
const setRole = (actor: Person, conversation: Conversation, target: Person, role: unknown) =>
  actor.patch(`${pathOf(conversation)}/participants/${target.id}`, { role });
const leave = (actor: Person, conversation: Conversation) => actor.post(`${pathOf(conversation)}/leave`);

beforeAll(async () => {
  app = await startApp();
  await register(app);
  const people = Promise.all([register(app), register(app), register(app), register(app), register(app)]);
  [ann, bob, cat, dan, outsider] = await people;
});

afterAll(() => app.stop());

describe("adding participants", () => {
  test("takes user_ids, as members unless a role is given", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await add(ann, group, { user_ids: [cat.id] }))).toBe("200 ok");
    expect(outcome(await add(ann, group, { user_ids: [dan.id], role: "moderator" }))).toBe("200 ok");
    expect(await rolesIn(bob, group)).toEqual({
      [ann.id]: "admin",
      [bob.id]: "member",
      [cat.id]: "member",
      [dan.id]: "moderator",
    });
  });

  test("takes participants with a role each", async () => {
    const group = await buildGroup(ann, [bob]);
    const participants = [
      { user_id: cat.id, role: "admin" },
      { user_id: dan.id, role: "member" },
    ];
    expect(outcome(await add(ann, group, { participants }))).toBe("200 ok");
    expect(await rolesIn(ann, group)).toMatchObject({ [cat.id]: "admin", [dan.id]: "member" });
  });

  test("lets the added one read what was said before, and write", async () => {
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "before cat");
    await add(ann, group, { user_ids: [cat.id] });
    const page = await cat.get<{ messages: { content: string }[] }>(
      `/v1/messages?conversation_id=${group.id}`,
    );
    expect(page.data.messages.map(({ content }) => content)).toEqual(["before cat"]);
    expect((await sendText(cat, group.id, "after cat")).seq).toBe(2);
  });

  test("leaves somebody who is already in as they were", async () => {
    const group = await buildGroup(ann, [bob], { participants: [{ user_id: bob.id, role: "moderator" }] });
    expect(outcome(await add(ann, group, { user_ids: [bob.id] }))).toBe("200 ok");
    const { data } = await ann.get<Conversation>(pathOf(group));
    expect(data.participant_count).toBe(2);
    const before = group.participants.find(({ user_id }) => user_id === bob.id);
    expect(data.participants.find(({ user_id }) => user_id === bob.id)).toEqual(before as Participant);
  });

  test("is for admins: 403 for moderators, members and non-members, who change nothing", async () => {
    const group = await buildGroup(ann, [], {
      participants: [
        { user_id: bob.id, role: "moderator" },
        { user_id: cat.id, role: "member" },
      ],
    });
    for (const actor of [bob, cat, outsider, dan]) {
      expect(outcome(await add(actor, group, { user_ids: [dan.id] }))).toBe("403 FORBIDDEN");
    }
    expect(await rolesIn(ann, group)).not.toHaveProperty(dan.id);
  });

  test("of an unknown user is 404 and adds none of the others named", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await add(ann, group, { user_ids: [cat.id, unknownId] }))).toBe("404 NOT_FOUND");
    expect(await rolesIn(ann, group)).not.toHaveProperty(cat.id);
  });

  const rows: [string, () => JsonObject, string][] = [
    ["an empty body", () => ({}), "user_ids"],
    ["an empty list", () => ({ user_ids: [] }), "user_ids"],
    ["a malformed id", () => ({ user_ids: [cat.id, "x"] }), "user_ids.1"],
    ["an unknown role", () => ({ user_ids: [cat.id], role: "owner" }), "role"],
    [
      "an unknown role of one",
      () => ({ participants: [{ user_id: cat.id, role: 1 }] }),
      "participants.0.role",
    ],
  ];
  test.each(rows)("with %s is 400 and names the field", async (_what, body, path) => {
    const group = await buildGroup(ann, [bob]);
    const answer = await add(ann, group, body());
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(answer.error?.details?.map((detail) => detail.path)).toContain(path);
  });

  test("to an unknown conversation is 404", async () => {
    const answer = await ann.post(`/v1/conversations/${unknownId}/participants`, { user_ids: [bob.id] });
    expect(outcome(answer)).toBe("404 NOT_FOUND");
  });

  test("of one person twenty times at once lets them in once", async () => {
    const group = await buildGroup(ann, [bob]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => add(ann, group, { user_ids: [cat.id] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const { data } = await ann.get<Conversation>(pathOf(group));
    expect(data.participants).toHaveLength(3);
    expect(data.participant_count).toBe(3);
  });
});

describe("roles", () => {
  test("are changed by an admin, and hold at once", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    expect(outcome(await setRole(ann, group, bob, "admin"))).toBe("200 ok");
    expect(outcome(await setRole(bob, group, cat, "moderator"))).toBe("200 ok");
    expect(await rolesIn(cat, group)).toMatchObject({ [bob.id]: "admin", [cat.id]: "moderator" });
    expect(outcome(await setRole(ann, group, bob, "member"))).toBe("200 ok");
    expect(outcome(await setRole(bob, group, cat, "member"))).toBe("403 FORBIDDEN");
  });

  test("cannot be raised by oneself nor changed by moderators, members and non-members", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    await setRole(ann, group, bob, "moderator");
    for (const actor of [bob, cat, outsider]) {
      expect(outcome(await setRole(actor, group, actor === outsider ? cat : actor, "admin"))).toBe(
        "403 FORBIDDEN",
      );
      expect(outcome(await setRole(actor, group, ann, "member"))).toBe("403 FORBIDDEN");
    }
    expect(await rolesIn(ann, group)).toEqual({
      [ann.id]: "admin",
      [bob.id]: "moderator",
      [cat.id]: "member",
    });
  });

  test("of somebody who is not in it: 404; unknown or missing role: 400", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await setRole(ann, group, outsider, "admin"))).toBe("404 NOT_FOUND");
    expect(outcome(await setRole(ann, group, bob, "owner"))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await setRole(ann, group, bob, undefined))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await setRole(ann, group, bob, { $ne: "admin" }))).toBe("400 VALIDATION_ERROR");
  });

  test("never leave the conversation without an admin, also when the only one steps down", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    await setRole(ann, group, ann, "member");
    expect(Object.values(await rolesIn(bob, group))).toContain("admin");
  });
});

describe("removing a participant", () => {
  test("is for admins, and for moderators when it is a member", async () => {
    const group = await buildGroup(ann, [bob, cat, dan]);
    await setRole(ann, group, bob, "moderator");
    expect(outcome(await remove(bob, group, cat))).toBe("200 ok");
    expect(outcome(await remove(ann, group, dan))).toBe("200 ok");
    expect(await rolesIn(ann, group)).toEqual({ [ann.id]: "admin", [bob.id]: "moderator" });
  });

  test("is 403 for a moderator against an admin or moderator, for members and for non-members", async () => {
    const group = await buildGroup(ann, [bob, cat, dan]);
    await setRole(ann, group, bob, "moderator");
    await setRole(ann, group, dan, "moderator");
    expect(outcome(await remove(bob, group, ann))).toBe("403 FORBIDDEN");
    expect(outcome(await remove(bob, group, dan))).toBe("403 FORBIDDEN");
    expect(outcome(await remove(cat, group, bob))).toBe("403 FORBIDDEN");
    expect(outcome(await remove(outsider, group, cat))).toBe("403 FORBIDDEN");
    expect(Object.keys(await rolesIn(ann, group))).toHaveLength(4);
  });

  test("ends every right of theirs at once", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const own = await sendText(bob, group.id, "mine");
    await remove(ann, group, bob);
    const refused = await Promise.all([
      bob.get(pathOf(group)),
      bob.get(`/v1/messages?conversation_id=${group.id}`),
      bob.get(`/v1/messages/${own.message_id}`),
      bob.get(`/v1/messages/${own.message_id}/receipts`),
      bob.patch(`/v1/messages/${own.message_id}`, { content: "changed" }),
      bob.delete(`/v1/messages/${own.message_id}`),
      bob.post("/v1/messages", { conversation_id: group.id, content: "still here", message_type: "text" }),
      bob.post(`${pathOf(group)}/mark-read`, {}),
      bob.post(`${pathOf(group)}/mute`, {}),
      bob.post(`${pathOf(group)}/leave`),
      bob.get(`${pathOf(group)}/participants`),
    ]);
    expect(refused.map(outcome)).toEqual(refused.map(() => "403 FORBIDDEN"));
    const listed = await bob.get<{ conversations: Conversation[] }>("/v1/conversations?limit=100");
    expect(listed.data.conversations.map(({ id }) => id)).not.toContain(group.id);
  });

  test("of somebody who is not in it is 404, of a malformed id 400", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await remove(ann, group, outsider))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.delete(`${pathOf(group)}/participants/x`))).toBe("400 VALIDATION_ERROR");
  });

  test("can be undone by adding them again, as a member", async () => {
    const group = await buildGroup(ann, [], { participants: [{ user_id: bob.id, role: "admin" }] });
    await remove(ann, group, bob);
    await add(ann, group, { user_ids: [bob.id] });
    expect(await rolesIn(bob, group)).toEqual({ [ann.id]: "admin", [bob.id]: "member" });
  });
});

describe("leaving", () => {
  test("takes the leaver out and leaves the rest as they were", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    expect(outcome(await leave(cat, group))).toBe("200 ok");
    expect(await rolesIn(bob, group)).toEqual({ [ann.id]: "admin", [bob.id]: "member" });
    expect(outcome(await cat.get(pathOf(group)))).toBe("403 FORBIDDEN");
  });

  test("as the last admin promotes the member who joined first", async () => {
    const group = await buildGroup(ann, [cat]);
    await Bun.sleep(2);
    await add(ann, group, { user_ids: [bob.id] });
    await Bun.sleep(2);
    await add(ann, group, { user_ids: [dan.id] });
    await leave(ann, group);
    expect(await rolesIn(dan, group)).toEqual({ [cat.id]: "admin", [bob.id]: "member", [dan.id]: "member" });
    await leave(cat, group);
    expect(await rolesIn(dan, group)).toEqual({ [bob.id]: "admin", [dan.id]: "member" });
  });

  test("while another admin stays promotes nobody", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    await setRole(ann, group, cat, "admin");
    await leave(ann, group);
    expect(await rolesIn(bob, group)).toEqual({ [bob.id]: "member", [cat.id]: "admin" });
  });

  test("is possible down to the last one", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await leave(bob, group))).toBe("200 ok");
    expect(outcome(await leave(ann, group))).toBe("200 ok");
    expect(outcome(await ann.get(pathOf(group)))).toBe("403 FORBIDDEN");
  });

  test("is 403 for somebody who is not in it", async () => {
    expect(outcome(await leave(outsider, await buildGroup(ann, [bob])))).toBe("403 FORBIDDEN");
  });
});

describe("a direct conversation", () => {
  test("stays between its two: adding, removing and renaming are 409", async () => {
    const direct = await buildDirect(ann, bob);
    expect(outcome(await add(ann, direct, { user_ids: [cat.id] }))).toBe("409 CONFLICT");
    expect(outcome(await remove(ann, direct, bob))).toBe("409 CONFLICT");
    expect(outcome(await ann.patch(pathOf(direct), { title: "Ours" }))).toBe("409 CONFLICT");
    expect(outcome(await add(bob, direct, { user_ids: [cat.id] }))).toBe("409 CONFLICT");
    expect(Object.keys(await rolesIn(bob, direct)).sort()).toEqual([ann.id, bob.id].sort());
  });

  test("is archived for whoever leaves it, who stays in it", async () => {
    const direct = await buildDirect(ann, cat);
    expect(outcome(await leave(cat, direct))).toBe("200 ok");
    const [left, other] = await Promise.all([
      cat.get<Conversation>(pathOf(direct)),
      ann.get<Conversation>(pathOf(direct)),
    ]);
    expect(left.data).toMatchObject({ archived: true, participant_count: 2 });
    expect(other.data).toMatchObject({ archived: false, participant_count: 2 });
  });
});

describe("the list of participants", () => {
  interface Page {
    participants: (Participant & { online: boolean; last_seen_at: string | null })[];
    next_cursor: string | null;
  }

  test("pages through everyone once and carries role, names and presence", async () => {
    const group = await buildGroup(ann, [bob, cat, dan]);
    const seen: Page["participants"] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const more: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { data } = await bob.get<Page>(`${pathOf(group)}/participants?limit=3${more}`);
      expect(data.participants.length).toBeLessThanOrEqual(3);
      seen.push(...data.participants);
      cursor = data.next_cursor;
    }
    expect(seen.map(({ user_id }) => user_id).sort()).toEqual([ann.id, bob.id, cat.id, dan.id].sort());
    const shown = seen.find(({ user_id }) => user_id === dan.id);
    expect(shown).toMatchObject({ role: "member", username: dan.username, online: false });
    expect(shown).toHaveProperty("last_seen_at");
  });

  test("is for members, and refuses limits and cursors it did not give", async () => {
    const path = `${pathOf(await buildGroup(ann, [bob]))}/participants`;
    expect(outcome(await outsider.get(path))).toBe("403 FORBIDDEN");
    for (const query of ["limit=0", "limit=101", "limit=x", "limit=-1", "cursor=!!", "cursor=eyJhIjoxfQ"]) {
      expect(`${query} ${outcome(await ann.get(`${path}?${query}`))}`).toBe(`${query} 400 VALIDATION_ERROR`);
    }
  });
});
