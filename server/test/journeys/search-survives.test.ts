import { afterAll, beforeAll, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import { runCommand, startServer, type TestServer } from "../kit/server.ts";
import type { Conversation, Message } from "../kit/shapes.ts";

interface Found {
  results: { message: Message }[];
}

let database: TestDatabase;
let server: TestServer;
let ann: Person;
let bob: Person;
let group: Conversation;

/** Contents of the hits, once there are `wanted`, or after some seconds: an index may have to be made from nothing. */
async function found(who: Person, q: string, wanted: number): Promise<string[]> {
  const until = performance.now() + 8_000;
  for (;;) {
    const { results } = (await who.get<Found>(`/v1/messages/search?q=${q}`)).data;
    if (results.length === wanted || performance.now() > until)
      return results.map(({ message }) => message.content).toSorted();
    await Bun.sleep(50);
  }
}

/** With SQLite; the index on PostgreSQL is in the database. */
async function loseIndex(): Promise<void> {
  await server.kill();
  for (const end of ["", "-wal", "-shm"])
    await rm(join(server.dataDir, `search.sqlite${end}`), { force: true });
  await server.restart();
}

async function command(...args: string[]): Promise<void> {
  const env = { PARLEY_DATA_DIR: server.dataDir, ...database.env };
  const { code, stderr } = await runCommand(args, env, 30_000);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
}

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.env);
  [ann, bob] = [await register(server), await register(server)];
  group = await buildGroup(ann, [bob]);
}, 30_000);

afterAll(async () => {
  await server.stop();
  await database.drop();
});

test("a server killed before it indexed a message finds it after the restart", async () => {
  await sendText(ann, group.id, "kelp before");
  await found(bob, "kelp", 1);
  await sendText(ann, group.id, "kelp at the last moment");
  await server.kill("SIGKILL");
  await server.restart();
  expect(await found(bob, "kelp", 2)).toEqual(["kelp at the last moment", "kelp before"]);
}, 30_000);

test("an index that is lost is made again, edits and deletions included", async () => {
  const edited = await sendText(ann, group.id, "wrack");
  const gone = await sendText(ann, group.id, "wrack and gone");
  await ann.patch(`/v1/messages/${edited.message_id}`, { content: "wrack, corrected" });
  await ann.delete(`/v1/messages/${gone.message_id}`);
  await loseIndex();
  expect(await found(bob, "wrack", 1)).toEqual(["wrack, corrected"]);
}, 30_000);

test("what the server says amid messages, such as who joined, is found by no index, however it was made", async () => {
  await sendText(ann, group.id, "has anybody joined");
  const added = await ann.post(`/api/chat/${group.id}/participants`, { userId: (await register(server)).id });
  expect(added.status).toBe(201);
  await sendText(ann, group.id, "one more joined");
  await loseIndex();
  expect(await found(bob, "joined", 2)).toEqual(["has anybody joined", "one more joined"]);
}, 30_000);

test("a damaged index is thrown away and made again", async () => {
  await sendText(ann, group.id, "lugworm");
  await server.kill();
  if (database.env.DATABASE_URL === undefined) {
    await Bun.write(join(server.dataDir, "search.sqlite"), "no database at all".repeat(500));
  }
  await server.restart();
  expect(await found(bob, "lugworm", 1)).toEqual(["lugworm"]);
}, 30_000);

test("what was imported is found, and after a restore only what was restored", async () => {
  await server.kill();
  const backup = join(server.dataDir, "kept.backup");
  await command("backup", backup);
  const file = join(server.dataDir, "history.jsonl");
  await Bun.write(
    file,
    `${JSON.stringify({ ts: 1_500_000_000, user: "ida", text: "cockles by the pier" })}\n`,
  );
  await command("import", file, "--room", "Beach", "--member", bob.email);
  await server.restart();
  expect(await found(bob, "cockles", 1)).toEqual(["cockles by the pier"]);
  await server.kill();
  await command("restore", backup, "--force");
  await server.restart();
  expect(await found(bob, "lugworm", 1)).toEqual(["lugworm"]);
  expect(await found(bob, "cockles", 0)).toEqual([]);
  await sendText(ann, group.id, "cockles of another life");
  expect(await found(bob, "cockles", 1)).toEqual(["cockles of another life"]);
}, 60_000);
