import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal, isoTime, outcome, unknownId, uuidV7 } from "../kit/expectations.ts";
import { type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Message, MessagePage, Participant } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface Room {
  id: string;
  name: string;
  description: string | null;
  visibility: string;
  permissions: Record<string, string>;
  participant_count: number;
  is_member: boolean;
  role: string | null;
  version: number;
}

interface RoomPage {
  rooms: Room[];
  next_cursor: string | null;
}

interface MemberPage {
  members: (Participant & { online: boolean })[];
  next_cursor: string | null;
}

let app: TestApp;
/** The server's administrator. */
let root: Person;
let ann: Person;
let bob: Person;
let cat: Person;

const makeRoom = async (who: Person, body: JsonObject = {}) =>
  (await who.post<Room>("/v1/rooms", { name: "Dock", visibility: "public", ...body })).data;
const join = (who: Person, id: string) => who.post(`/v1/rooms/${id}/members`);
const getRoom = (who: Person, id: string) => who.get<Room>(`/v1/rooms/${id}`);
const say = (who: Person, id: string, content: string) =>
  who.post<Message>(`/v1/rooms/${id}/messages`, { content });

beforeAll(async () => {
  app = await startApp();
  root = await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
});
afterAll(() => app.stop());

describe("a new room", () => {
  test("has its maker as admin, the permissions of the contract, and shows as a conversation", async () => {
    const answer = await ann.post<Room>("/api/v1/rooms", {
      name: "Sail loft",
      description: "needles and thread",
      visibility: "public",
    });
    expect(answer.status).toBe(201);
    expect(answer.data.id).toMatch(uuidV7);
    expect(answer.data).toMatchObject({
      name: "Sail loft",
      description: "needles and thread",
      visibility: "public",
      permissions: { post: "member", invite: "member", pin: "moderator", manage: "admin" },
      participant_count: 1,
      is_member: true,
      role: "admin",
    });
    const conversation = (await ann.get<Conversation>(`/v1/conversations/${answer.data.id}`)).data;
    expect(conversation).toMatchObject({ type: "room", title: "Sail loft", participant_count: 1 });
  });

  test("may begin with people and permissions of its own", async () => {
    const room = await makeRoom(ann, {
      visibility: "private",
      user_ids: [bob.id],
      permissions: { post: "admin" },
    });
    expect(room).toMatchObject({ participant_count: 2, permissions: { post: "admin", pin: "moderator" } });
    expect((await getRoom(bob, room.id)).data.role).toBe("member");
  });

  test("is refused where a field is wrong, and nothing is made", async () => {
    const before = (await ann.get<RoomPage>("/v1/rooms?limit=100")).data.rooms.length;
    const wrong: [JsonObject, string][] = [
      [{ name: undefined }, "name"],
      [{ name: " " }, "name"],
      [{ name: "x".repeat(201) }, "name"],
      [{ visibility: "secret" }, "visibility"],
      [{ permissions: { post: "owner" } }, "permissions.post"],
      [{ user_ids: ["x"] }, "user_ids.0"],
    ];
    for (const [body, path] of wrong) {
      expectRefusal(await ann.post("/v1/rooms", { name: "Dock", ...body }), 400, "VALIDATION_ERROR", path);
    }
    expectRefusal(await ann.post("/v1/rooms", { name: "Dock", user_ids: [unknownId] }), 404, "NOT_FOUND");
    expect((await ann.get<RoomPage>("/v1/rooms?limit=100")).data.rooms).toHaveLength(before);
  });
});

describe("the directory", () => {
  test("is searched by name, and keeps private rooms from others", async () => {
    const open = await makeRoom(ann, { name: "Ölzeug open" });
    const closed = await makeRoom(ann, { name: "Ölzeug closed", visibility: "private" });
    const search = async (who: Person) =>
      (await who.get<RoomPage>(`/v1/rooms/search?q=${encodeURIComponent("ölZEUG")}`)).data.rooms
        .map(({ id }) => id)
        .toSorted();
    expect(await search(ann)).toEqual([open.id, closed.id].toSorted());
    expect(await search(bob)).toEqual([open.id]);
    expectRefusal(await bob.get("/v1/rooms/search"), 400, "VALIDATION_ERROR", "q");
    expectRefusal(await getRoom(bob, closed.id), 403, "FORBIDDEN");
    expect((await getRoom(bob, open.id)).data).toMatchObject({ is_member: false, role: null });
    expectRefusal(await getRoom(bob, unknownId), 404, "NOT_FOUND");
  });

  test("sorts by how many are in", async () => {
    const crowd = await makeRoom(ann, { name: "Crowd", user_ids: [bob.id, cat.id] });
    const pair = await makeRoom(ann, { name: "Pair", user_ids: [bob.id] });
    const { rooms } = (await cat.get<RoomPage>("/v1/rooms?sort=participant_count&limit=100")).data;
    const counts = rooms.map(({ participant_count }) => participant_count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    const place = (id: string) => rooms.findIndex((room) => room.id === id);
    expect(place(crowd.id)).toBeLessThan(place(pair.id));
  });
});

describe("the members of a room", () => {
  test("come in by themselves where it is public, and by invitation where it is private", async () => {
    const room = await makeRoom(ann);
    expect(outcome(await join(bob, room.id))).toBe("200 ok");
    expect(outcome(await join(bob, room.id))).toBe("200 ok");
    expect((await getRoom(ann, room.id)).data.participant_count).toBe(2);
    const closed = await makeRoom(ann, { visibility: "private" });
    expectRefusal(await join(bob, closed.id), 403, "FORBIDDEN");
    const invited = await ann.post(`/v1/rooms/${closed.id}/invitations`, { user_ids: [bob.id] });
    expect(invited.status).toBe(201);
    expect((await ann.post(`/v1/rooms/${closed.id}/invitations`, { email: cat.email })).status).toBe(201);
    expect((await getRoom(cat, closed.id)).data.participant_count).toBe(3);
    expectRefusal(
      await ann.post(`/v1/rooms/${closed.id}/invitations`, { email: "nobody@example.test" }),
      404,
      "NOT_FOUND",
    );
    expectRefusal(
      await ann.post(`/v1/rooms/${closed.id}/invitations`, { email: "nobody" }),
      400,
      "VALIDATION_ERROR",
      "email",
    );
    expectRefusal(
      await ann.post(`/v1/rooms/${closed.id}/invitations`, {}),
      400,
      "VALIDATION_ERROR",
      "user_ids",
    );
  });

  test("may invite unless the room says otherwise, but give nobody more rights than their own", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id] });
    expect((await bob.post(`/v1/rooms/${room.id}/members`, { user_ids: [cat.id] })).status).toBe(200);
    const asAdmin = { participants: [{ user_id: root.id, role: "admin" }] };
    expectRefusal(await bob.post(`/v1/conversations/${room.id}/participants`, asAdmin), 403, "FORBIDDEN");
    await ann.put(`/v1/rooms/${room.id}`, { permissions: { invite: "moderator" } });
    expectRefusal(
      await bob.post(`/v1/rooms/${room.id}/invitations`, { user_ids: [root.id] }),
      403,
      "FORBIDDEN",
    );
    expectRefusal(await root.post(`/v1/rooms/${room.id}/members`, { user_ids: [cat.id] }), 403, "FORBIDDEN");
  });

  test("are listed oldest first by cursor, each with presence", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id] });
    await join(cat, room.id);
    const first = (await bob.get<MemberPage>(`/v1/rooms/${room.id}/members?limit=2`)).data;
    const rest = (
      await bob.get<MemberPage>(`/v1/rooms/${room.id}/members?limit=2&cursor=${first.next_cursor}`)
    ).data;
    expect([...first.members, ...rest.members].map(({ user_id }) => user_id).at(-1)).toBe(cat.id);
    expect(first.members[0]).toHaveProperty("online");
    expect(rest.next_cursor).toBeNull();
    expectRefusal(await root.get(`/v1/rooms/${room.id}/members`), 403, "FORBIDDEN");
  });

  test("are found by a part of their names", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id, cat.id] });
    await cat.patch("/v1/users/me", { display_name: "Zoë 100% Katze" });
    const found = async (q: string) =>
      (await bob.get<MemberPage>(`/v1/rooms/${room.id}/members?q=${encodeURIComponent(q)}`)).data.members.map(
        ({ user_id }) => user_id,
      );
    expect(await found(bob.username.slice(1).toUpperCase())).toEqual([bob.id]);
    expect(await found("zoë")).toEqual([cat.id]);
    expect(await found("0% k")).toEqual([cat.id]);
    expect(await found("nobody has this name")).toEqual([]);
    await cat.patch("/v1/users/me", { display_name: cat.displayName });
  });

  test("leave, are removed, and hear and read nothing from then on", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id, cat.id] });
    expectRefusal(await bob.delete(`/v1/rooms/${room.id}/members/${cat.id}`), 403, "FORBIDDEN");
    expect((await ann.delete(`/v1/rooms/${room.id}/members/${cat.id}`)).status).toBe(200);
    expect((await bob.delete(`/v1/rooms/${room.id}/members`)).status).toBe(200);
    for (const person of [bob, cat]) {
      expectRefusal(await person.get(`/v1/rooms/${room.id}/messages`), 403, "FORBIDDEN");
      expectRefusal(await say(person, room.id, "still here"), 403, "FORBIDDEN");
    }
    expect((await getRoom(ann, room.id)).data.participant_count).toBe(1);
  });

  test("who enters a room that everybody left takes it over", async () => {
    const room = await makeRoom(ann);
    await ann.delete(`/v1/rooms/${room.id}/members`);
    await join(bob, room.id);
    expect((await getRoom(bob, room.id)).data).toMatchObject({ role: "admin", participant_count: 1 });
  });
});

describe("messages of a room", () => {
  test("are sent and read on the room's own path, with the answers of `/v1/messages`", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id] });
    const sent = await say(ann, room.id, "first");
    expect(sent.status).toBe(201);
    expect(sent.data).toMatchObject({ conversation_id: room.id, message_type: "text", seq: 1 });
    for (const content of ["second", "third"]) await say(bob, room.id, content);
    const page = (await bob.get<MessagePage>(`/v1/rooms/${room.id}/messages?limit=2`)).data;
    expect(page.messages.map(({ content }) => content)).toEqual(["third", "second"]);
    expect(page.has_more).toBe(true);
    const rest = (
      await bob.get<MessagePage>(`/v1/rooms/${room.id}/messages?limit=2&page_state=${page.next_page_state}`)
    ).data;
    expect(rest).toMatchObject({ has_more: false, next_page_state: null });
    expect(rest.messages.map(({ content }) => content)).toEqual(["first"]);
    const twice = { content: "once", client_message_id: "k1" };
    expect((await ann.post(`/v1/rooms/${room.id}/messages`, twice)).status).toBe(201);
    expect((await ann.post(`/v1/rooms/${room.id}/messages`, twice)).status).toBe(200);
  });

  test("are refused to whoever may only read", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id], permissions: { post: "admin" } });
    expectRefusal(await say(bob, room.id, "hello"), 403, "FORBIDDEN");
    expect((await say(ann, room.id, "hear ye")).status).toBe(201);
    await ann.patch(`/v1/conversations/${room.id}/participants/${bob.id}`, { role: "admin" });
    expect((await say(bob, room.id, "hello")).status).toBe(201);
  });

  test("are found on rooms only: a group is no room", async () => {
    const group = (
      await ann.post<Conversation>("/v1/conversations", {
        type: "group",
        title: "g",
        participant_ids: [bob.id],
      })
    ).data;
    expectRefusal(await ann.get(`/v1/rooms/${group.id}/messages`), 404, "NOT_FOUND");
    expectRefusal(await getRoom(ann, group.id), 404, "NOT_FOUND");
    expectRefusal(await ann.delete(`/v1/rooms/${group.id}`), 404, "NOT_FOUND");
  });
});

describe("a room that changes", () => {
  test("keeps what is not given, tells everybody, and takes back what it gave", async () => {
    const room = await makeRoom(ann, { description: "old", user_ids: [bob.id] });
    const socket = await TestSocket.connect(app, bob);
    const changed = await ann.put<Room>(`/v1/rooms/${room.id}`, {
      name: "Quay",
      permissions: { pin: "member" },
    });
    expect(changed.data).toMatchObject({
      name: "Quay",
      description: "old",
      permissions: { post: "member", pin: "member" },
    });
    expect(await socket.next("conversation_updated")).toMatchObject({
      conversation_id: room.id,
      title: "Quay",
      version: changed.data.version,
    });
    const again = await ann.put<Room>(`/v1/rooms/${room.id}`, changed.data);
    expect(again.status).toBe(200);
    expect(again.data).toMatchObject({ name: "Quay", permissions: changed.data.permissions });
    expectRefusal(await bob.put(`/v1/rooms/${room.id}`, { name: "Mine" }), 403, "FORBIDDEN");
    await socket.close();
  });

  test("answers 304 to whoever has its latest state", async () => {
    const room = await makeRoom(ann);
    const first = await getRoom(ann, room.id);
    const tag = first.headers.get("etag") ?? "";
    const headers = { "if-none-match": tag };
    expect((await ann.get(`/v1/rooms/${room.id}`, headers)).status).toBe(304);
    await ann.put(`/v1/rooms/${room.id}`, { description: "new" });
    expect((await ann.get(`/v1/rooms/${room.id}`, headers)).status).toBe(200);
  });

  test("from public to private stays open to those who are in", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id] });
    await ann.put(`/v1/rooms/${room.id}`, { visibility: "private" });
    expectRefusal(await getRoom(cat, room.id), 403, "FORBIDDEN");
    expectRefusal(await join(cat, room.id), 403, "FORBIDDEN");
    expect((await getRoom(bob, room.id)).status).toBe(200);
  });
});

describe("a room that is deleted", () => {
  test("has ended for everybody: no reading, no sending, no list, and its sockets hear so last", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id] });
    const { message_id: id } = (await say(ann, room.id, "goodbye")).data;
    const socket = await TestSocket.connect(app, bob);
    expectRefusal(await bob.delete(`/v1/rooms/${room.id}`), 403, "FORBIDDEN");
    expect((await ann.delete(`/v1/rooms/${room.id}`)).status).toBe(200);
    expect(await socket.next("participant_removed")).toMatchObject({
      conversation_id: room.id,
      user_id: bob.id,
    });
    for (const who of [ann, bob]) {
      expectRefusal(await getRoom(who, room.id), 404, "NOT_FOUND");
      expectRefusal(await who.get(`/v1/rooms/${room.id}/messages`), 404, "NOT_FOUND");
      expectRefusal(await who.get(`/v1/conversations/${room.id}`), 404, "NOT_FOUND");
      expectRefusal(await say(who, room.id, "anybody?"), 404, "NOT_FOUND");
      expectRefusal(await who.get(`/v1/messages/${id}`), 404, "NOT_FOUND");
      expectRefusal(await join(who, room.id), 404, "NOT_FOUND");
    }
    const { rooms } = (await ann.get<RoomPage>("/v1/rooms?limit=100")).data;
    expect(rooms.map((each) => each.id)).not.toContain(room.id);
    const { conversations } = (
      await bob.get<{ conversations: Conversation[] }>("/v1/conversations?limit=100")
    ).data;
    expect(conversations.map((each) => each.id)).not.toContain(room.id);
    const { epoch } = socket.hello;
    await socket.close();
    const back = await TestSocket.connect(app, bob, { query: { resume: "true" } });
    back.send({ type: "resume", epoch, conversations: { [room.id]: 1 } });
    const { conversations: standings } = await back.next("resumed");
    expect((standings as Record<string, unknown>)[room.id]).toEqual({ gone: true });
    await back.close();
  });

  test("while others enter and write ends all the same", async () => {
    const room = await makeRoom(ann, { user_ids: [bob.id] });
    const racing = await Promise.all([
      join(cat, room.id),
      say(bob, room.id, "x"),
      ann.delete(`/v1/rooms/${room.id}`),
      join(root, room.id),
      say(ann, room.id, "y"),
    ]);
    expect(racing[2]?.status).toBe(200);
    for (const { status } of racing) expect([200, 201, 403, 404]).toContain(status);
    for (const who of [ann, bob, cat, root]) expectRefusal(await getRoom(who, room.id), 404, "NOT_FOUND");
    const { conversations } = (
      await cat.get<{ conversations: Conversation[] }>("/v1/conversations?limit=100")
    ).data;
    expect(conversations.map((each) => each.id)).not.toContain(room.id);
  });
});

describe("administrators of the server", () => {
  test("list, read, change and end any room, without becoming a member", async () => {
    const room = await makeRoom(ann, { name: "Hidden", visibility: "private" });
    const { rooms } = (await root.get<RoomPage>("/v1/admin/rooms?q=hidden")).data;
    expect(rooms).toMatchObject([{ id: room.id, is_member: false, participant_count: 1 }]);
    expect((await root.get<Room>(`/v1/admin/rooms/${room.id}`)).data.name).toBe("Hidden");
    expectRefusal(await root.get(`/v1/rooms/${room.id}/messages`), 403, "FORBIDDEN");
    const changed = await root.put<Room>(`/v1/admin/rooms/${room.id}`, { visibility: "public" });
    expect(changed.data.visibility).toBe("public");
    expect((await root.delete(`/v1/admin/rooms/${room.id}`)).status).toBe(200);
    expectRefusal(await getRoom(ann, room.id), 404, "NOT_FOUND");
    expectRefusal(await root.get(`/v1/admin/rooms/${room.id}`), 404, "NOT_FOUND");
  });

  test("nobody else, whether the room exists or not", async () => {
    const room = await makeRoom(ann);
    for (const path of ["/v1/admin/rooms", `/v1/admin/rooms/${room.id}`, `/v1/admin/rooms/${unknownId}`]) {
      expectRefusal(await ann.get(path), 403, "FORBIDDEN");
    }
    expectRefusal(await ann.put(`/v1/admin/rooms/${room.id}`, { name: "" }), 403, "FORBIDDEN");
    expectRefusal(await ann.delete("/v1/admin/rooms/x"), 403, "FORBIDDEN");
    expect((await getRoom(ann, room.id)).data.name).toBe(room.name);
  });

  test("close public rooms on the room's own path too", async () => {
    const room = await makeRoom(ann);
    const closed = await makeRoom(ann, { visibility: "private" });
    expect((await root.delete(`/v1/rooms/${room.id}`)).status).toBe(200);
    expectRefusal(await root.delete(`/v1/rooms/${closed.id}`), 403, "FORBIDDEN");
  });
});

test("times of a room are ISO 8601", async () => {
  const room = (await getRoom(ann, (await makeRoom(ann)).id)).data as unknown as Record<string, unknown>;
  expect(room.created_at).toMatch(isoTime);
  expect(room.updated_at).toMatch(isoTime);
  await sendText(ann, String(room.id), "now");
  expect(((await getRoom(ann, String(room.id))).data as unknown as JsonObject).last_message_at).toMatch(
    isoTime,
  );
});
