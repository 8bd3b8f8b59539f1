import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { isoTime, outcome, unknownId, uuidV7 } from "../kit/expectations.ts";
import { anonymous, buildDirect, buildGroup, type Person, register } from "../kit/person.ts";
import type { Conversation, JsonObject } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let outsider: Person;

const create = (person: Person, body: JsonObject) => person.post<Conversation>("/v1/conversations", body);
const rolesOf = (conversation: Conversation) =>
  Object.fromEntries(conversation.participants.map(({ user_id, role }) => [user_id, role]));

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat, outsider] = await Promise.all([register(app), register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("creating a group", () => {
  test("makes the creator its admin and everyone named a member, and answers the whole conversation", async () => {
    const answer = await create(ann, { type: "group", title: "Team", participant_ids: [bob.id, cat.id] });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      type: "group",
      title: "Team",
      created_by: ann.id,
      is_e2ee_enabled: false,
      participant_count: 3,
      seq: 0,
      last_message_at: null,
      last_message: null,
      unread_count: 0,
      archived: false,
      muted: false,
    });
    expect(answer.data.id).toMatch(uuidV7);
    expect(answer.data.created_at).toMatch(isoTime);
    expect(rolesOf(answer.data)).toEqual({ [ann.id]: "admin", [bob.id]: "member", [cat.id]: "member" });
  });

  test("shows each participant's names, picture and time of joining", async () => {
    const { participants } = await buildGroup(ann, [bob]);
    const shown = participants.find(({ user_id }) => user_id === bob.id);
    expect(shown).toMatchObject({
      username: bob.username,
      display_name: bob.displayName,
      avatar_url: null,
      role: "member",
    });
    expect(shown?.joined_at).toMatch(isoTime);
  });

  test("counts the caller once whether or not the request names them, and anybody named twice once", async () => {
    const answer = await create(ann, {
      type: "group",
      title: "Team",
      participant_ids: [ann.id, bob.id, bob.id],
    });
    expect(answer.status).toBe(201);
    expect(rolesOf(answer.data)).toEqual({ [ann.id]: "admin", [bob.id]: "member" });
    expect(answer.data.participants).toHaveLength(2);
  });

  test("takes roles from participants in place of participant_ids", async () => {
    const answer = await create(ann, {
      type: "group",
      title: "Team",
      participants: [
        { user_id: bob.id, role: "admin" },
        { user_id: cat.id, role: "moderator" },
      ],
    });
    expect(answer.status).toBe(201);
    expect(rolesOf(answer.data)).toEqual({ [ann.id]: "admin", [bob.id]: "admin", [cat.id]: "moderator" });
  });

  test("keeps description, avatar_url and the E2EE flag", async () => {
    const wanted = {
      description: "All of us",
      avatar_url: "https://example.test/a.png",
      is_e2ee_enabled: true,
    };
    const made = await buildGroup(ann, [bob], wanted);
    expect(made).toMatchObject(wanted);
    const read = await bob.get<Conversation>(`/v1/conversations/${made.id}`);
    expect(read.data).toMatchObject(wanted);
  });

  test("writes no message: the first one sent has seq 1", async () => {
    const { id } = await buildGroup(ann, [bob]);
    const sent = await bob.post("/v1/messages", { conversation_id: id, content: "hi", message_type: "text" });
    expect(sent.data.seq).toBe(1);
  });

  test("ignores unknown fields and lets none of them decide what the server decides", async () => {
    const made = await buildGroup(ann, [bob], {
      id: unknownId,
      created_by: bob.id,
      created_at: "2001-01-01T00:00:00.000Z",
      seq: 77,
      version: 77,
      tenant_id: unknownId,
      visibility: "public",
    });
    expect(made).toMatchObject({ created_by: ann.id, seq: 0 });
    expect(made.id).not.toBe(unknownId);
    expect(made.version).toBeLessThan(77);
    expect(made.created_at > "2002").toBe(true);
    expect(rolesOf(made)).toEqual({ [ann.id]: "admin", [bob.id]: "member" });
    const listed = await outsider.get<{ rooms: { id: string }[] }>("/v1/rooms");
    expect(listed.data.rooms).toEqual([]);
  });
});

describe("creating a direct conversation", () => {
  test("is 201 the first time and 200 with the same one after, from either side", async () => {
    const [a, b] = await Promise.all([register(app), register(app)]);
    const first = await create(a, { type: "direct", participant_ids: [b.id] });
    const again = await create(a, { type: "direct", participant_ids: [a.id, b.id] });
    const back = await create(b, { type: "direct", participant_ids: [a.id] });
    expect([first.status, again.status, back.status]).toEqual([201, 200, 200]);
    expect(new Set([first.data.id, again.data.id, back.data.id]).size).toBe(1);
    expect(first.data).toMatchObject({ type: "direct", participant_count: 2 });
  });

  test("makes one conversation when both sides create it twenty times at once", async () => {
    const [a, b] = await Promise.all([register(app), register(app)]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? create(a, { type: "direct", participant_ids: [b.id] })
          : create(b, { type: "direct", participant_ids: [a.id] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map(({ data }) => data.id)).size).toBe(1);
    const listed = await a.get<{ conversations: Conversation[] }>("/v1/conversations?type=direct");
    expect(listed.data.conversations).toHaveLength(1);
  });

  test("is the same for each pair only", async () => {
    const [withBob, withCat] = await Promise.all([buildDirect(ann, bob), buildDirect(ann, cat)]);
    expect(withBob.id).not.toBe(withCat.id);
  });
});

describe("a refused creation", () => {
  const rows: [string, () => JsonObject, string][] = [
    ["without a type", () => ({ title: "t", participant_ids: [bob.id] }), "type"],
    [
      "with a type of another kind of value",
      () => ({ type: 7, title: "t", participant_ids: [bob.id] }),
      "type",
    ],
    ["of a room", () => ({ type: "room", title: "t", participant_ids: [bob.id] }), "type"],
    ["of a support conversation", () => ({ type: "support", title: "t", participant_ids: [bob.id] }), "type"],
    ["of a purchase", () => ({ type: "purchase", title: "t", participant_ids: [bob.id] }), "type"],
    ["of a group without a title", () => ({ type: "group", participant_ids: [bob.id] }), "title"],
    [
      "of a group with an empty title",
      () => ({ type: "group", title: "", participant_ids: [bob.id] }),
      "title",
    ],
    [
      "with a title that is no text",
      () => ({ type: "group", title: ["t"], participant_ids: [bob.id] }),
      "title",
    ],
    ["without participants", () => ({ type: "group", title: "t" }), "participant_ids"],
    ["of a group of one", () => ({ type: "group", title: "t", participant_ids: [] }), "participant_ids"],
    [
      "of a group with oneself",
      () => ({ type: "group", title: "t", participant_ids: [ann.id] }),
      "participant_ids",
    ],
    [
      "of a direct one with oneself",
      () => ({ type: "direct", participant_ids: [ann.id] }),
      "participant_ids",
    ],
    [
      "of a direct one of three",
      () => ({ type: "direct", participant_ids: [bob.id, cat.id] }),
      "participant_ids",
    ],
    [
      "with a malformed participant id",
      () => ({ type: "group", title: "t", participant_ids: [bob.id, "x"] }),
      "participant_ids.1",
    ],
    [
      "with participants that are no list",
      () => ({ type: "group", title: "t", participant_ids: bob.id }),
      "participant_ids",
    ],
    [
      "with an unknown role",
      () => ({ type: "group", title: "t", participants: [{ user_id: bob.id, role: "king" }] }),
      "participants.0.role",
    ],
    [
      "with an E2EE flag that is no boolean",
      () => ({ type: "group", title: "t", participant_ids: [bob.id], is_e2ee_enabled: "yes" }),
      "is_e2ee_enabled",
    ],
  ];
  test.each(rows)("%s is 400 and names the field", async (_what, body, path) => {
    const answer = await create(ann, body());
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(answer.error?.details?.map((detail) => detail.path)).toContain(path);
  });

  test("for an unknown user is 404 and makes nothing", async () => {
    const person = await register(app);
    const body = { type: "group", title: "t", participant_ids: [bob.id, unknownId] };
    expect(outcome(await create(person, body))).toBe("404 NOT_FOUND");
    expect(outcome(await create(person, { type: "direct", participant_ids: [unknownId] }))).toBe(
      "404 NOT_FOUND",
    );
    const listed = await person.get<{ conversations: Conversation[] }>("/v1/conversations");
    expect(listed.data.conversations).toEqual([]);
  });

  test("without a token is 401 before the body is looked at", async () => {
    expect(outcome(await anonymous(app).post("/v1/conversations", { type: 7 }))).toBe("401 UNAUTHORIZED");
  });
});

describe("reading one conversation", () => {
  test("answers every member the same facts, under /v1 and /api/v1", async () => {
    const made = await buildGroup(ann, [bob]);
    const core = await bob.get<Conversation>(`/v1/conversations/${made.id}`);
    const again = await bob.get<Conversation>(`/api/v1/conversations/${made.id}`);
    expect(core.data).toMatchObject({
      id: made.id,
      title: made.title,
      created_by: ann.id,
      version: made.version,
    });
    expect(again.data).toEqual(core.data);
    expect(rolesOf(core.data)).toEqual(rolesOf(made));
  });

  test("is 403 for a non-member, 404 for an unknown id, 400 for a malformed one, 401 without a token", async () => {
    const made = await buildGroup(ann, [bob]);
    expect(outcome(await outsider.get(`/v1/conversations/${made.id}`))).toBe("403 FORBIDDEN");
    expect(outcome(await outsider.get(`/v1/conversations/${unknownId}`))).toBe("404 NOT_FOUND");
    expect(outcome(await outsider.get("/v1/conversations/not-an-id"))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await anonymous(app).get(`/v1/conversations/${made.id}`))).toBe("401 UNAUTHORIZED");
  });

  test("tells a non-member nothing of what is in it", async () => {
    const made = await buildGroup(ann, [bob], { title: "Secret-Title-42" });
    const answer = await outsider.get(`/v1/conversations/${made.id}`);
    expect(answer.text).not.toContain("Secret-Title-42");
    expect(answer.text).not.toContain(bob.username);
  });

  test("carries an ETag that answers 304 until the conversation changes", async () => {
    const path = `/v1/conversations/${(await buildGroup(ann, [bob])).id}`;
    const etag = (await ann.get(path)).headers.get("etag") ?? "";
    expect(etag).not.toBe("");
    expect((await ann.get(path, { "if-none-match": etag })).status).toBe(304);
    await ann.patch(path, { title: "Renamed" });
    const changed = await ann.get<Conversation>(path, { "if-none-match": etag });
    expect(changed.status).toBe(200);
    expect(changed.data.title).toBe("Renamed");
  });
});
