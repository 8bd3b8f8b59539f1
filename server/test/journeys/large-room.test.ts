import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";
import { buildGroup, loginAgain, type Person, register, sendText } from "../kit/person.ts";
import { runCommand, startServer, type TestServer } from "../kit/server.ts";
import type { Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let server: TestServer;
let database: TestDatabase;
let ann: Person;
let bob: Person;
let roomId: string;

/** A room of 250 authors, who cannot sign in, and two people. */
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.env);
  [ann, bob] = [await register(server), await register(server)];
  await server.kill();
  const file = join(server.dataDir, "crowd.jsonl");
  const lines = Array.from({ length: 250 }, (_, index) => ({
    ts: 1_500_000_000 + index,
    user: `author${index}`,
    text: "here",
  }));
  await Bun.write(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const members = [ann, bob].flatMap(({ email }) => ["--member", email]);
  const env = { PARLEY_DATA_DIR: server.dataDir, ...database.env };
  const { code, stderr } = await runCommand(["import", file, "--room", "Crowd", ...members], env);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${stderr}`);
  await server.restart();
  const { rooms } = (await ann.get<{ rooms: { id: string; participant_count: number }[] }>("/v1/rooms")).data;
  expect(rooms[0]?.participant_count).toBe(252);
  roomId = rooms[0]?.id ?? "";
}, 60_000);

afterAll(async () => {
  await server.stop();
  await database.drop();
});

test("in a room of hundreds nobody is told how far each of the others has read, but one's own devices are", async () => {
  const { seq } = await sendText(bob, roomId, "anybody?");
  const [onlooker, device] = [await TestSocket.connect(server, bob), await TestSocket.connect(server, ann)];
  await ann.post(`/v1/conversations/${roomId}/mark-read`, { seq });
  expect(await device.next("read_receipt")).toMatchObject({ user_id: ann.id, seq });
  await onlooker.none("read_receipt");
  await sendText(ann, roomId, "I am");
  expect(await onlooker.next("chat")).toMatchObject({ content: "I am" });
  await Promise.all([onlooker.close(), device.close()]);
});

test("a resume answers where one stands oneself in a large room, and everybody in a small one", async () => {
  const group = await buildGroup(ann, [bob]);
  const { seq } = await sendText(ann, roomId, "unread by bob");
  const socket = await TestSocket.connect(server, bob);
  socket.send({
    type: "resume",
    epoch: socket.hello.epoch,
    conversations: { [roomId]: 0, [group.id]: 0 },
  });
  const { conversations } = await socket.next("resumed");
  const standings = conversations as Record<
    string,
    { receipts: unknown[]; unread_count: number; seq: number }
  >;
  expect(standings[roomId]).toMatchObject({ receipts: [], seq });
  expect(standings[roomId]?.unread_count).toBeGreaterThan(0);
  expect(standings[group.id]?.receipts).toHaveLength(2);
  await socket.close();
});

test("a message's status is right all the same, whoever reads in whatever order", async () => {
  const group = await buildGroup(ann, [bob, await register(server)]);
  const carl = await loginAgain(server, bob);
  const statusOf = async (id: string) => (await ann.get<Message>(`/v1/messages/${id}`)).data.status;
  const sent = await sendText(ann, group.id, "read me");
  expect(await statusOf(sent.message_id)).toBe("sent");
  await carl.post(`/v1/conversations/${group.id}/mark-read`, {});
  expect(await statusOf(sent.message_id)).toBe("sent");
  const { participants } = (
    await ann.get<{ participants: { user_id: string }[] }>(`/v1/conversations/${group.id}/participants`)
  ).data;
  const last = participants.find(({ user_id }) => user_id !== ann.id && user_id !== bob.id)?.user_id;
  await ann.delete(`/v1/conversations/${group.id}/participants/${last}`);
  expect(await statusOf(sent.message_id)).toBe("read");
});
