import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/app/open-database.ts";
import { MalformedLine, RoomImport, readImportLine } from "../../src/features/messages/index.ts";
import { readConfig } from "../../src/platform/config.ts";
import { copyTables } from "../../src/platform/db/copy.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { readNewestTime } from "../../src/platform/db/examine.ts";
import { readEpoch } from "../../src/platform/db/meta.ts";
import { migrateToLatest } from "../../src/platform/db/migrator.ts";
import { countContents, prepareBackup, putInPlace, requireBackup } from "../../src/platform/db/restore.ts";
import { openSqliteDatabase } from "../../src/platform/db/sqlite.ts";
import { SqliteReader } from "../../src/platform/db/sqlite-reader.ts";
import { across } from "../../src/platform/db/tenant-fence.ts";
import { testEnvironment } from "../kit/app.ts";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";

/** A conversation that is imported, backed up and restored by the code itself, on the engine under test. */

let folder: string;
let house: TestDatabase;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-moved-"));
  house = await createTestDatabase();
  database = await openDatabase(readConfig({ ...testEnvironment(folder), ...house.env }));
  await migrateToLatest(database.query);
});

afterEach(async () => {
  await database.close();
  await house.drop();
  await rm(folder, { recursive: true, force: true });
});

const importedAt = Date.UTC(2026, 0, 1);

function readLines(rows: unknown[]) {
  const bytes = (row: unknown) => Buffer.from(JSON.stringify(row));
  return rows
    .map((row, index) => readImportLine(index + 1, bytes(row), importedAt))
    .filter((line) => line !== null);
}

const talk = [
  { ts: 1_500_000_000, user: "Ida", text: "Is the kettle on?" },
  { ts: 1_500_000_001, user: "mo", text: "" },
  { ts: 1_500_000_002, user: "IDA", text: "Is the kettle on?" },
  { ts: 1_500_000_002, user: "IDA", text: "Is the kettle on?" },
];

async function importTalk(rows: unknown[]): Promise<number> {
  const target = await RoomImport.prepare(database, { roomName: "Harbour", members: [] });
  return target.add(readLines(rows));
}

describe("an import", () => {
  test("given twice adds nothing the second time, and only the end of a file that has grown", async () => {
    expect(await importTalk(talk)).toBe(4);
    expect(await importTalk(talk)).toBe(0);
    expect(await importTalk([...talk, { ts: 1_500_000_009, user: "mo", text: "It is now." }])).toBe(1);
    const rows = await across(database.query, "upkeep")
      .selectFrom("messages")
      .selectAll()
      .orderBy("seq")
      .execute();
    expect(rows.map((row) => `${row.seq} ${row.content}`)).toEqual([
      "1 Is the kettle on?",
      "2 ",
      "3 Is the kettle on?",
      "4 Is the kettle on?",
      "5 It is now.",
    ]);
    expect(new Set(rows.map((row) => row.sender_id)).size).toBe(2);
    expect(await readNewestTime(database.query)).toBeGreaterThan(0);
  });

  test("names what a malformed line lacks", () => {
    const read = (text: string) => readImportLine(1, Buffer.from(text), importedAt);
    for (const text of [
      "{",
      "[]",
      '{"ts":"x","user":"a","text":"b"}',
      '{"ts":1,"user":"","text":"b"}',
      '{"ts":1,"user":"a"}',
    ]) {
      expect(() => read(text)).toThrow(MalformedLine);
    }
    expect(() => read(JSON.stringify({ ts: 1, user: "a", text: "b\0" }))).toThrow(MalformedLine);
    expect(() => read(JSON.stringify({ ts: importedAt, user: "a", text: "milliseconds" }))).toThrow(
      MalformedLine,
    );
  });
});

describe("a backup", () => {
  test("holds everything, and what is restored from it begins a new epoch", async () => {
    await importTalk(talk);
    const file = join(folder, "backup.sqlite");
    await database.backup(file);
    await requireBackup(file);
    const reader = new SqliteReader(file);
    reader.requireSound("integrity_check");
    expect(reader.countMessages()).toBe(4);
    reader.close();

    const prepared = join(folder, "prepared.sqlite");
    const restored = await prepareBackup(file, prepared);
    expect(restored).toMatchObject({ messages: 4, conversations: 1, people: 0, hasSealedKeys: false });
    expect(restored.epoch).not.toBe(await readEpoch(database.query));

    const place = join(folder, "place.sqlite");
    putInPlace(prepared, place, join(folder, "aside.sqlite"));
    const moved = openSqliteDatabase(place, "FULL");
    try {
      expect(await readEpoch(moved.query)).toBe(restored.epoch);
      expect((await countContents(moved.query)).messages).toBe(4);
      // Into the engine under test again, in place of what is there.
      await database.transaction((tx) => copyTables(moved.query, tx.query));
    } finally {
      await moved.close();
    }
    expect(await readEpoch(database.query)).toBe(restored.epoch);
    expect((await countContents(database.query)).messages).toBe(4);
  });

  test("that is no database, or not ours, is refused", async () => {
    const file = join(folder, "notes.txt");
    await Bun.write(file, "not a database ".repeat(100));
    await expect(requireBackup(file)).rejects.toThrow(/not a database/);
    await expect(requireBackup(join(folder, "nowhere"))).rejects.toThrow(/no file/);
  });
});
