import { Database as Handle } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RoomImport, readImportLine } from "../../src/features/messages/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { migrateToLatest } from "../../src/platform/db/migrator.ts";
import { openSqliteDatabase } from "../../src/platform/db/sqlite.ts";

/** SQLite alone: rows on their way from the journal to their tables when the process is killed. */

const messages = 7_000;

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-move-"));
  database = openSqliteDatabase(join(folder, "house.sqlite"), "FULL");
  await migrateToLatest(database.query);
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the tables hold, seen by another process, which knows nothing of the journal. */
function stored(file: string): { messages: number; lastSeq: number; headSeq: number; groups: number } {
  const handle = new Handle(file, { readonly: true });
  try {
    return handle
      .query(
        `select (select count(*) from messages) as messages, (select coalesce(max(seq), 0) from messages) as lastSeq,
        (select max(seq) from conversation_heads) as headSeq,
        (select count(*) from journal where carried_for is null) as groups`,
      )
      .get() as ReturnType<typeof stored>;
  } finally {
    handle.close();
  }
}

test("rows that were half moved when the process was killed are there once after the next start", async () => {
  const file = join(folder, "house.sqlite");
  const room = await RoomImport.prepare(database, { roomName: "Harbour", members: [] });
  const lines = Array.from({ length: messages }, (_, index) =>
    readImportLine(
      index + 1,
      Buffer.from(JSON.stringify({ ts: 1_500_000_000 + index, user: "Ida", text: `${index}` })),
      Date.now(),
    ),
  ).filter((line) => line !== null);
  expect(await room.add(lines)).toBe(messages);

  // A slice at most is moved in each turn of the loop.
  let half = stored(file);
  while (half.messages === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    half = stored(file);
  }
  expect(half.messages).toBeLessThan(messages);
  // Heads come last: nobody is told of messages that are not in their table.
  expect(half).toMatchObject({ headSeq: 0, groups: 1 });
  const copy = join(folder, "copy.sqlite");
  for (const part of ["", "-wal"]) await copyFile(`${file}${part}`, `${copy}${part}`);

  const again = openSqliteDatabase(copy, "FULL");
  await again.close();
  expect(stored(copy)).toEqual({ messages, lastSeq: messages, headSeq: messages, groups: 0 });
});
