import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { anonymous, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import { runCommand, startServer, type TestServer } from "../kit/server.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let server: TestServer;
let database: TestDatabase;
let ann: Person;
let bob: Person;
let cat: Person;
let roomId: string;

interface Room {
  id: string;
  name: string;
  visibility: string;
}

interface Listed {
  rooms: Room[];
  next_cursor: string | null;
}

const roomNames = ["Harbour", "Harvest", "Meadow"];
const history = ["first line", "", "third line <b>", "fourth\nwith a break", "first line"];

const list = async (person: Person, query = "") => (await person.get<Listed>(`/v1/rooms${query}`)).data;
const roomNamed = async (person: Person, name: string) => {
  const found = (await list(person, "?limit=100")).rooms.find((room) => room.name === name);
  if (!found) throw new Error(`no room ${name} is listed`);
  return found.id;
};
const joinRoom = (person: Person, id: string) => person.post(`/v1/rooms/${id}/members`);
const messagesOf = async (person: Person, id: string) =>
  (await person.get<MessagePage>(`/v1/messages?conversation_id=${id}&limit=100`)).data.messages;

/** Rooms come into being by an import into the stopped server. */
async function importRoom(name: string, members: Person[]): Promise<void> {
  const file = join(server.dataDir, `${name}.jsonl`);
  const rows = history.map((text, index) => ({
    ts: 1_500_000_000 + index,
    user: index % 2 ? "Mo|tide" : "^ida^",
    text,
  }));
  await Bun.write(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const flags = members.flatMap(({ email }) => ["--member", email]);
  const env = { PARLEY_DATA_DIR: server.dataDir, ...database.env };
  const result = await runCommand(["import", file, "--room", name, ...flags], env);
  if (result.code !== 0) throw new Error(`the import ended with ${result.code}: ${result.stderr}`);
}

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.env);
  await register(server);
  [ann, bob, cat] = await Promise.all([register(server), register(server), register(server)]);
  await server.kill();
  for (const name of roomNames) await importRoom(name, [ann]);
  await server.restart();
  roomId = await roomNamed(bob, "Harbour");
}, 60_000);

afterAll(async () => {
  await server.stop();
  await database.drop();
});

describe("the list of rooms", () => {
  test("shows public rooms to everybody of the organization, and no groups", async () => {
    const group = await buildGroup(ann, [bob], { title: "Harbour masters" });
    const { rooms, next_cursor } = await list(cat);
    expect(rooms.map(({ name }) => name).sort()).toEqual(roomNames);
    expect(rooms.every(({ visibility }) => visibility === "public")).toBe(true);
    expect(rooms.map(({ id }) => id)).not.toContain(group.id);
    expect(next_cursor).toBeNull();
  });

  test("goes on by cursor, each room once", async () => {
    const names: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const more: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const listed = await list(cat, `?limit=1${more}`);
      expect(listed.rooms.length).toBeLessThanOrEqual(1);
      names.push(...listed.rooms.map(({ name }) => name));
      cursor = listed.next_cursor;
    }
    expect(names.sort()).toEqual(roomNames);
  });

  test("is narrowed by q, whatever the case, and by visibility", async () => {
    expect((await list(cat, "?q=har")).rooms.map(({ name }) => name).sort()).toEqual(["Harbour", "Harvest"]);
    expect((await list(cat, "?q=%25")).rooms).toEqual([]);
    expect((await list(cat, "?q=nothing-like-it")).rooms).toEqual([]);
    expect((await list(cat, "?visibility=public")).rooms).toHaveLength(3);
    expect((await list(cat, "?visibility=private")).rooms).toEqual([]);
  });

  test("refuses parameters it does not know the values of", async () => {
    for (const query of [
      "limit=0",
      "limit=101",
      "limit=x",
      "cursor=!!",
      "visibility=secret",
      "sort=colour",
    ]) {
      expect(`${query} ${outcome(await cat.get(`/v1/rooms?${query}`))}`).toBe(
        `${query} 400 VALIDATION_ERROR`,
      );
    }
    expect(outcome(await anonymous(server).get("/v1/rooms"))).toBe("401 UNAUTHORIZED");
  });
});

describe("joining a public room", () => {
  test("needs no body, opens its whole history and counts once however often it is asked", async () => {
    const harvest = await roomNamed(bob, "Harvest");
    expect(outcome(await bob.get(`/v1/messages?conversation_id=${harvest}`))).toBe("403 FORBIDDEN");
    const before = (await ann.get<Conversation>(`/v1/conversations/${harvest}`)).data.participant_count;
    expect([200, 201]).toContain((await joinRoom(bob, harvest)).status);
    expect([200, 201]).toContain((await joinRoom(bob, harvest)).status);
    const after = (await bob.get<Conversation>(`/v1/conversations/${harvest}`)).data;
    expect(after).toMatchObject({ type: "room", visibility: "public", participant_count: before + 1 });
    expect(after.participants.find(({ user_id }) => user_id === bob.id)?.role).toBe("member");
    const messages = await messagesOf(bob, harvest);
    expect(messages.map(({ content }) => content)).toEqual(history.toReversed());
    expect(messages.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
  });

  test("by twenty requests at once lets the person in once", async () => {
    const meadow = await roomNamed(cat, "Meadow");
    const before = (await ann.get<Conversation>(`/v1/conversations/${meadow}`)).data.participant_count;
    const answers = await Promise.all(Array.from({ length: 20 }, () => joinRoom(cat, meadow)));
    for (const { status } of answers) expect([200, 201]).toContain(status);
    const after = (await ann.get<Conversation>(`/v1/conversations/${meadow}`)).data;
    expect(after.participant_count).toBe(before + 1);
    expect(after.participants.filter(({ user_id }) => user_id === cat.id)).toHaveLength(1);
  });

  test("is told to those in it, and what is said next reaches the new one at once", async () => {
    const [member, newcomer] = await Promise.all([
      TestSocket.connect(server, ann),
      TestSocket.connect(server, bob),
    ]);
    await joinRoom(bob, roomId);
    expect(await member.next("participant_added")).toMatchObject({ conversation_id: roomId });
    const sent = await sendText(ann, roomId, "welcome");
    expect(await newcomer.next("chat")).toMatchObject({ message_id: sent.message_id, content: "welcome" });
    await Promise.all([member.close(), newcomer.close()]);
  });

  test("of an unknown room is 404, of a malformed id 400, without a token 401", async () => {
    expect(outcome(await joinRoom(bob, unknownId))).toBe("404 NOT_FOUND");
    expect(outcome(await joinRoom(bob, "x"))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await anonymous(server).post(`/v1/rooms/${roomId}/members`))).toBe("401 UNAUTHORIZED");
  });

  test("is no way into a group or a direct conversation", async () => {
    const group = await buildGroup(ann, [bob]);
    expect([403, 404]).toContain((await joinRoom(cat, group.id)).status);
    expect(outcome(await cat.get(`/v1/conversations/${group.id}`))).toBe("403 FORBIDDEN");
  });
});

describe("a member of a room", () => {
  test("writes like anywhere: the next seq, told to all, and may leave and come back", async () => {
    await joinRoom(cat, roomId);
    const before = (await cat.get<Conversation>(`/v1/conversations/${roomId}`)).data.seq;
    expect((await sendText(cat, roomId, "ahoy")).seq).toBe(before + 1);
    expect(outcome(await cat.post(`/v1/conversations/${roomId}/leave`))).toBe("200 ok");
    const body = { conversation_id: roomId, content: "gone?", message_type: "text" };
    expect(outcome(await cat.post("/v1/messages", body))).toBe("403 FORBIDDEN");
    await joinRoom(cat, roomId);
    expect((await sendText(cat, roomId, "back")).seq).toBe(before + 2);
  });

  test("who is no admin cannot take away what others wrote", async () => {
    await joinRoom(bob, roomId);
    const imported = (await messagesOf(bob, roomId)).find(({ seq }) => seq === 1) as Message;
    expect(outcome(await bob.delete(`/v1/messages/${imported.message_id}`))).toBe("403 FORBIDDEN");
    expect(outcome(await bob.patch(`/v1/messages/${imported.message_id}`, { content: "x" }))).toBe(
      "403 FORBIDDEN",
    );
  });

  test("named at the import is in from the start and finds it among the conversations", async () => {
    const listed = await ann.get<{ conversations: Conversation[] }>("/v1/conversations?type=room");
    expect(listed.data.conversations).toHaveLength(3);
    expect(listed.data.conversations.every(({ type }) => type === "room")).toBe(true);
  });
});
