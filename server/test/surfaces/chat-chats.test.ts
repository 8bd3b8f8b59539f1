import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import {
  type Chat,
  type ChatList,
  chatInList,
  createChat,
  directChat,
  groupChat,
  listChat,
  sendChat,
} from "../kit/chat.ts";
import { expectRefusal, isoTime, outcome, unknownId, uuidV7 } from "../kit/expectations.ts";
import { type Answer, anonymous, type Person, register } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { foundOrganization, joinOrganization } from "../kit/workspace.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let outsider: Person;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat, outsider] = await Promise.all([register(app), register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("making a chat", () => {
  test("answers the chat in the dialect's shape, with the caller in it", async () => {
    const answer = await createChat(ann, { participantIds: [bob.id], metadata: { listing: 7 } });
    expect(answer.status).toBe(201);
    const { chat } = answer.data;
    expect(chat).toEqual({
      _id: expect.stringMatching(uuidV7),
      type: "direct",
      title: null,
      participants: expect.any(Array),
      metadata: { listing: 7 },
      lastMessage: expect.objectContaining({ type: "system", seq: 1 }),
      unreadCount: 0,
      archived: false,
      createdAt: expect.stringMatching(isoTime),
      updatedAt: expect.stringMatching(isoTime),
    });
    const people = new Map(chat.participants.map(({ user, role }) => [user._id, { user, role }]));
    expect([...people.keys()].sort()).toEqual([ann.id, bob.id].sort());
    expect(people.get(ann.id)).toEqual({
      user: { _id: ann.id, username: ann.username, displayName: ann.displayName, avatarUrl: null },
      role: "admin",
    });
    expect(people.get(bob.id)?.role).toBe("member");
  });

  test("of two who have a direct one answers that with 200, whoever asks and on whichever surface it was made", async () => {
    const first = await createChat(ann, { participantIds: [cat.id] });
    expect(first.status).toBe(201);
    const again = await createChat(cat, { type: "direct", participantIds: [ann.id, cat.id] });
    expect([again.status, again.data.chat._id]).toEqual([200, first.data.chat._id]);
    const core = await ann.post<Conversation>("/v1/conversations", {
      type: "direct",
      participant_ids: [cat.id],
    });
    expect([core.status, core.data.id]).toEqual([200, first.data.chat._id]);
  });

  test("makes a group, with a title or without", async () => {
    const titled = await groupChat(ann, [bob, cat], { title: "Deal" });
    expect([titled.type, titled.title, titled.participants.length]).toEqual(["group", "Deal", 3]);
    const bare = (await createChat(ann, { type: "group", participantIds: [bob.id] })).data.chat;
    expect(bare.title).toContain(bob.displayName);
  });

  test("says so by a system message, which counts in seq and never as unread", async () => {
    const chat = await groupChat(ann, [bob]);
    const { messages } = await listChat(bob, chat._id);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ seq: 1, type: "system", sender: { _id: ann.id } });
    expect((await chatInList(bob, chat._id))?.unreadCount).toBe(0);
    expect((await sendChat(ann, chat._id, "hello")).seq).toBe(2);
    expect((await chatInList(bob, chat._id))?.unreadCount).toBe(1);
  });

  test.each([
    ["without anybody else", () => ({ participantIds: [] }), "participantIds"],
    ["a group of oneself", () => ({ type: "group", participantIds: [ann.id] }), "participantIds"],
    ["a direct one of three", () => ({ participantIds: [bob.id, cat.id] }), "participantIds"],
    ["without participantIds", () => ({ type: "group" }), "participantIds"],
    ["of a malformed id", () => ({ participantIds: ["x"] }), "participantIds.0"],
    ["of an unknown type", () => ({ type: "room", participantIds: [bob.id] }), "type"],
    ["with metadata that is no object", () => ({ participantIds: [bob.id], metadata: [1] }), "metadata"],
    [
      "with metadata over its size",
      () => ({ participantIds: [bob.id], metadata: { a: "x".repeat(9_000) } }),
      "metadata",
    ],
  ])("%s is refused", async (_, body, path) => {
    expectRefusal(await createChat(ann, body()), 400, "VALIDATION_ERROR", path);
  });

  test("with somebody unknown is 404, without a token 401", async () => {
    expect(outcome(await createChat(ann, { participantIds: [unknownId] }))).toBe("404 NOT_FOUND");
    expect(outcome(await anonymous(app).post("/api/chat", { participantIds: [bob.id] }))).toBe(
      "401 UNAUTHORIZED",
    );
  });
});

describe("a purchase chat", () => {
  const ask = (person: Person, purchaseRequestId: unknown, seller: string) =>
    person.post<{ chat: Chat }>("/api/chat/purchase-request", { purchaseRequestId, sellerId: seller });

  test("is one for each request, buyer and seller: 201 the first time, 200 after", async () => {
    const first = await ask(ann, "req-1", bob.id);
    expect(first.status).toBe(201);
    expect(first.data.chat).toMatchObject({ type: "purchase-request", purchaseRequestId: "req-1" });
    const again = await ask(ann, "req-1", bob.id);
    expect([again.status, again.data.chat._id]).toEqual([200, first.data.chat._id]);
    const others = await Promise.all([
      ask(ann, "req-2", bob.id),
      ask(ann, "req-1", cat.id),
      ask(bob, "req-1", ann.id),
    ]);
    expect(others.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = [first, ...others].map(({ data }) => data.chat._id);
    expect(new Set(ids).size).toBe(4);
  });

  test("is one when ten ask at once", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(ann, "raced", bob.id)));
    expect(new Set(answers.map(({ data }) => data.chat._id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    const { messages } = await listChat(ann, (answers[0] as Answer<{ chat: Chat }>).data.chat._id);
    expect(messages).toHaveLength(1);
  });

  test("takes any id of the client's own of 1 to 128 characters", async () => {
    for (const id of ["507f1f77bcf86cd799439011", "заявка №7 'quoted'", "x".repeat(128)]) {
      const answer = await ask(ann, id, cat.id);
      expect([answer.status, answer.data.chat.purchaseRequestId]).toEqual([201, id]);
    }
    for (const id of ["", "x".repeat(129), 7, null])
      expectRefusal(await ask(ann, id, cat.id), 400, "VALIDATION_ERROR", "purchaseRequestId");
  });

  test("with oneself is 400, with somebody unknown 404", async () => {
    expectRefusal(await ask(ann, "own", ann.id), 400, "VALIDATION_ERROR", "sellerId");
    expect(outcome(await ask(ann, "own", unknownId))).toBe("404 NOT_FOUND");
  });

  test("stays between its two: nobody can be added or removed", async () => {
    const { chat } = (await ask(ann, "closed", bob.id)).data;
    const path = `/api/chat/${chat._id}/participants`;
    expect(outcome(await ann.post(path, { userId: cat.id }))).toBe("409 CONFLICT");
    expect(outcome(await ann.delete(`${path}/${bob.id}`))).toBe("409 CONFLICT");
  });
});

describe("the list of chats", () => {
  test("has the latest message first and comes in pages", async () => {
    const reader = await register(app);
    const chats: Chat[] = [];
    for (let index = 0; index < 5; index++)
      chats.push(await groupChat(reader, [bob], { title: `n${index}` }));
    const [first, , third] = chats as [Chat, Chat, Chat];
    await sendChat(bob, third._id, "later");
    await Bun.sleep(5);
    await sendChat(bob, first._id, "last");
    const list = async (query: string) => (await reader.get<ChatList>(`/api/chat${query}`)).data;
    const pages = [await list("?limit=2"), await list("?limit=2&page=2"), await list("?limit=2&page=3")];
    expect(pages.map(({ pagination }) => pagination)).toEqual([
      { page: 1, limit: 2, total: 5, pages: 3 },
      { page: 2, limit: 2, total: 5, pages: 3 },
      { page: 3, limit: 2, total: 5, pages: 3 },
    ]);
    const listed = pages.flatMap(({ chats: page }) => page);
    expect(listed.map(({ _id }) => _id).slice(0, 2)).toEqual([first._id, third._id]);
    expect(new Set(listed.map(({ _id }) => _id)).size).toBe(5);
    expect(listed[0]?.lastMessage).toMatchObject({
      content: "last",
      sender: { displayName: bob.displayName },
    });
    expect(listed.every(({ participants }) => participants.length === 2)).toBe(true);
    expect((await list("?limit=2&page=9")).chats).toEqual([]);
  });

  test("filters by type, unread and archived", async () => {
    const reader = await register(app);
    const direct = await directChat(reader, bob);
    const group = await groupChat(reader, [bob]);
    await reader.post("/api/chat/purchase-request", { purchaseRequestId: "f", sellerId: bob.id });
    await sendChat(bob, group._id, "news");
    await reader.put(`/api/chat/${direct._id}/archive`);
    const list = async (query: string) => {
      const { chats, pagination } = (await reader.get<ChatList>(`/api/chat${query}`)).data;
      expect(pagination.total).toBe(chats.length);
      return chats.map(({ type }) => type).sort();
    };
    expect(await list("")).toEqual(["group", "purchase-request"]);
    expect(await list("?archived=true")).toEqual(["direct"]);
    expect(await list("?type=group")).toEqual(["group"]);
    expect(await list("?type=purchase-request")).toEqual(["purchase-request"]);
    expect(await list("?type=support")).toEqual([]);
    expect(await list("?unread=true")).toEqual(["group"]);
    expect(await list("?unread=false")).toEqual(["purchase-request"]);
  });

  test.each(["limit=0", "limit=101", "page=0", "page=x", "type=room", "archived=1"])(
    "with %s is 400",
    async (query) => {
      expectRefusal(
        await ann.get(`/api/chat?${query}`),
        400,
        "VALIDATION_ERROR",
        String(query.split("=")[0]),
      );
    },
  );

  test("has rooms as groups, with what core shows of them", async () => {
    const direct = await ann.post<Conversation>("/v1/conversations", {
      type: "group",
      title: "From core",
      participant_ids: [bob.id],
    });
    expect(await chatInList(bob, direct.data.id)).toMatchObject({
      type: "group",
      title: "From core",
      metadata: {},
    });
  });
});

describe("one chat", () => {
  test("is answered to its participants, and info says how much each has not read", async () => {
    const chat = await groupChat(ann, [bob, cat]);
    await sendChat(ann, chat._id, "one");
    await sendChat(ann, chat._id, "two");
    await bob.patch(`/api/chat/${chat._id}/messages/read`, {});
    const plain = await cat.get<{ chat: Chat }>(`/api/chat/${chat._id}`);
    expect(plain.data.chat).toMatchObject({ _id: chat._id, unreadCount: 2 });
    const info = await cat.get<{ chat: Chat & { unreadCounts: { user: string; count: number }[] } }>(
      `/api/chat/${chat._id}/info`,
    );
    const counts = new Map(info.data.chat.unreadCounts.map(({ user, count }) => [user, count]));
    expect([counts.get(ann.id), counts.get(bob.id), counts.get(cat.id)]).toEqual([0, 0, 2]);
    expect(info.data.chat.lastMessage).toMatchObject({ content: "two", seq: 3 });
  });

  test("is 403 to others, 404 where there is none, 400 for a malformed id", async () => {
    const chat = await groupChat(ann, [bob]);
    for (const path of ["", "/info"]) {
      expect(outcome(await outsider.get(`/api/chat/${chat._id}${path}`))).toBe("403 FORBIDDEN");
      expect(outcome(await ann.get(`/api/chat/${unknownId}${path}`))).toBe("404 NOT_FOUND");
      expect(outcome(await ann.get(`/api/chat/x${path}`))).toBe("400 VALIDATION_ERROR");
    }
  });

  test("is archived and brought back by the same request, for oneself alone", async () => {
    const chat = await groupChat(ann, [bob]);
    const toggle = async () =>
      (await ann.put<{ archived: boolean }>(`/api/chat/${chat._id}/archive`)).data.archived;
    expect([await toggle(), await toggle(), await toggle()]).toEqual([true, false, true]);
    expect(await chatInList(ann, chat._id)).toBeUndefined();
    expect((await chatInList(ann, chat._id, "?archived=true"))?.archived).toBe(true);
    expect((await chatInList(bob, chat._id))?.archived).toBe(false);
    expect(outcome(await outsider.put(`/api/chat/${chat._id}/archive`))).toBe("403 FORBIDDEN");
  });
});

test("stats count the caller's chats, their messages and those unread", async () => {
  const reader = await register(app);
  interface Stats {
    totalChats: number;
    totalMessages: number;
    totalUnread: number;
  }
  const stats = async () => (await reader.get<Stats>("/api/chat/stats")).data;
  expect(await stats()).toEqual({ totalChats: 0, totalMessages: 0, totalUnread: 0 });
  const chat = await groupChat(reader, [bob]);
  const other = await directChat(reader, bob);
  await sendChat(bob, chat._id, "one");
  await sendChat(bob, other._id, "two");
  await sendChat(reader, other._id, "three");
  await reader.put(`/api/chat/${chat._id}/archive`);
  expect(await stats()).toEqual({ totalChats: 2, totalMessages: 5, totalUnread: 1 });
});

describe("participants", () => {
  test("are added by the admin: 201 once, 200 for whoever is in, and a system message tells", async () => {
    const chat = await groupChat(ann, [bob]);
    const path = `/api/chat/${chat._id}/participants`;
    const added = await ann.post<{ chat: Chat; participants: Chat["participants"] }>(path, {
      userId: cat.id,
    });
    expect(added.status).toBe(201);
    expect(added.data.chat.participants.map(({ user }) => user._id)).toContain(cat.id);
    expect(added.data.participants.map(({ user }) => user._id)).toEqual([cat.id]);
    expect((await ann.post(path, { userId: cat.id })).status).toBe(200);
    const { messages } = await listChat(cat, chat._id);
    expect(messages.map(({ type, seq }) => `${seq} ${type}`)).toEqual(["2 system", "1 system"]);
    expect(messages[0]?.content).toContain(cat.displayName);
    expect((await chatInList(bob, chat._id))?.unreadCount).toBe(0);
  });

  test("are removed by the admin, and go by themselves", async () => {
    const chat = await groupChat(ann, [bob, cat]);
    const path = `/api/chat/${chat._id}/participants`;
    expect((await ann.delete(`${path}/${bob.id}`)).status).toBe(200);
    expect(outcome(await bob.get(`/api/chat/${chat._id}`))).toBe("403 FORBIDDEN");
    expect(outcome(await ann.delete(`${path}/${bob.id}`))).toBe("404 NOT_FOUND");
    expect((await cat.delete(`${path}/${cat.id}`)).status).toBe(200);
  });

  test("are the admin's to change, and never a direct chat's", async () => {
    const chat = await groupChat(ann, [bob]);
    const path = `/api/chat/${chat._id}/participants`;
    expect(outcome(await bob.post(path, { userId: cat.id }))).toBe("403 FORBIDDEN");
    expect(outcome(await bob.delete(`${path}/${ann.id}`))).toBe("403 FORBIDDEN");
    expect(outcome(await outsider.post(path, { userId: cat.id }))).toBe("403 FORBIDDEN");
    expect(outcome(await ann.post(path, { userId: unknownId }))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.post(path, {}))).toBe("400 VALIDATION_ERROR");
    const direct = await directChat(ann, bob);
    expect(outcome(await ann.post(`/api/chat/${direct._id}/participants`, { userId: cat.id }))).toBe(
      "409 CONFLICT",
    );
  });
});

describe("the base path", () => {
  test("answers health and readiness, 405 to other methods and 404 to unknown paths", async () => {
    const caller = anonymous(app);
    expect((await caller.get("/api/chat/health")).status).toBe(200);
    expect((await caller.get("/api/chat/ready")).status).toBe(200);
    expect(outcome(await ann.get("/api/chat/purchase-request"))).toBe("405 METHOD_NOT_ALLOWED");
    expect(outcome(await ann.put("/api/chat"))).toBe("405 METHOD_NOT_ALLOWED");
    expect(outcome(await ann.get(`/api/chat/${unknownId}/nothing`))).toBe("404 NOT_FOUND");
  });
});

test("a Viewer of the organization reads, marks as read and archives for themselves, and writes nothing", async () => {
  const founder = await foundOrganization(app);
  const viewer = await joinOrganization(app, founder, "Viewer");
  const made = await founder.post<{ chat: Chat }>("/api/chat", { participantIds: [viewer.id] });
  const path = `/api/chat/${made.data.chat._id}`;
  await founder.post(`${path}/messages`, { content: "hello" });
  expect((await viewer.get<{ chat: Chat }>(path)).data.chat.unreadCount).toBe(1);
  expect(outcome(await viewer.patch(`${path}/messages/read`, {}))).toBe("200 ok");
  expect(outcome(await viewer.put(`${path}/archive`))).toBe("200 ok");
  for (const refused of [
    await viewer.post("/api/chat", { participantIds: [founder.id] }),
    await viewer.post("/api/chat/purchase-request", { purchaseRequestId: "v", sellerId: founder.id }),
    await viewer.post("/api/chat/support", {}),
    await viewer.post(`${path}/messages`, { content: "x" }),
    await viewer.post("/v1/storage/upload-url", {}),
  ])
    expect(outcome(refused)).toBe("403 FORBIDDEN");
});
