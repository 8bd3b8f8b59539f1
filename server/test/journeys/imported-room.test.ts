import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";
import { type Person, register } from "../kit/person.ts";
import { runCommand, startServer, type TestServer } from "../kit/server.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let server: TestServer;
let database: TestDatabase;

const lineCount = 430;
const nicks = ["ada", "Ada", "b^b", "c|away", "[d]", "e`e"];
const textOf = (line: number) => (line % 50 === 0 ? "" : `line ${line} of the log`);

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.env);
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

/** Pages from the newest message to the first, as a client scrolling up does. */
async function scrollUp(person: Person, roomId: string): Promise<Message[]> {
  const messages: Message[] = [];
  let query = "";
  for (let more = true; more; ) {
    const { data } = await person.get<MessagePage>(`/v1/messages?conversation_id=${roomId}&limit=50${query}`);
    messages.push(...data.messages);
    more = data.has_more;
    query = `&page_state=${data.next_page_state}`;
  }
  return messages;
}

test("a newcomer finds an imported room, joins it, reads it all and tails it live", async () => {
  await register(server);
  const [newcomer, regular] = await Promise.all([register(server), register(server)]);
  await server.kill();
  const file = join(server.dataDir, "channel.jsonl");
  const rows = Array.from({ length: lineCount }, (_, index) => ({
    ts: 1_514_805_432 + index,
    user: nicks[index % nicks.length],
    text: textOf(index + 1),
  }));
  await Bun.write(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const env = { PARLEY_DATA_DIR: server.dataDir, ...database.env };
  const imported = await runCommand(
    ["import", file, "--room", "The Channel", "--member", regular.email],
    env,
  );
  expect(`${imported.code} ${imported.code === 0 ? "" : imported.stderr}`).toBe("0 ");
  await server.restart();

  const found = await newcomer.get<{ rooms: { id: string; name: string }[] }>("/v1/rooms?q=channel");
  const [room] = found.data.rooms;
  expect(room?.name).toBe("The Channel");
  const roomId = room?.id ?? "";
  expect((await newcomer.get(`/v1/messages?conversation_id=${roomId}`)).status).toBe(403);
  const tail = await TestSocket.connect(server, newcomer);
  expect([200, 201]).toContain((await newcomer.post(`/v1/rooms/${roomId}/members`)).status);

  const history = await scrollUp(newcomer, roomId);
  expect(history.map(({ seq }) => seq)).toEqual(
    Array.from({ length: lineCount }, (_, index) => lineCount - index),
  );
  for (const { seq, content, created_at } of history) {
    expect({ seq, content, created_at }).toEqual({
      seq,
      content: textOf(seq),
      created_at: new Date((1_514_805_432 + seq - 1) * 1000).toISOString(),
    });
  }
  const authors = new Set(history.map(({ sender_id }) => sender_id));
  expect(authors.size).toBe(nicks.length - 1);

  const talker = await TestSocket.connect(server, regular);
  talker.send({
    type: "chat",
    conversation_id: roomId,
    content: "and life goes on",
    client_message_id: "live",
  });
  expect(await talker.next("ack")).toMatchObject({ seq: lineCount + 1 });
  expect(await tail.next("chat")).toMatchObject({ seq: lineCount + 1, content: "and life goes on" });

  const seen = (await newcomer.get<Conversation>(`/v1/conversations/${roomId}`)).data.version;
  await tail.close();
  talker.send({
    type: "chat",
    conversation_id: roomId,
    content: "while you were out",
    client_message_id: "missed",
  });
  await talker.next(({ type, client_message_id }) => type === "ack" && client_message_id === "missed");
  const back = await TestSocket.connect(server, newcomer, { query: { resume: "true" } });
  back.send({ type: "resume", epoch: back.hello.epoch, conversations: { [roomId]: seen } });
  await back.next("resumed");
  const missed = back.frames.filter(({ type }) => type === "chat");
  expect(missed.map(({ seq, content }) => [seq, content])).toEqual([[lineCount + 2, "while you were out"]]);
  await Promise.all([talker.close(), back.close()]);
}, 60_000);
