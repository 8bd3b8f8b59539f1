import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { appendFile, copyFile, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, testEnvironment } from "../server/test/kit/app.ts";
import { createTestDatabase, databaseName, type TestDatabase } from "../server/test/kit/database.ts";
import { buildFile, png } from "../server/test/kit/files.ts";
import { readHistory } from "../server/test/kit/import-trial.ts";
import { buildGroup, loginAgain, type Person, register, sendText } from "../server/test/kit/person.ts";
import { runCommand, startServer, type TestServer } from "../server/test/kit/server.ts";
import { TestSocket } from "../server/test/kit/socket.ts";
import { until } from "../server/test/kit/until.ts";

type Environment = Record<string, string>;

interface Place {
  env: Environment;
  dataDir: string;
}

let folder: string;
const databases: TestDatabase[] = [];
const servers: TestServer[] = [];
const folders: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-backup-"));
  folders.push(folder);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const database of databases.splice(0)) await database.drop();
});
afterAll(async () => {
  for (const each of folders) await rm(each, { recursive: true, force: true });
});

/** An empty data folder, and on PostgreSQL an empty database with it. */
async function emptyPlace(name: string): Promise<Place> {
  const database = await createTestDatabase();
  databases.push(database);
  const dataDir = join(folder, name);
  return { dataDir, env: { ...testEnvironment(dataDir), ...database.env } };
}

async function run(words: string[], env: Environment): Promise<string> {
  const { code, stdout, stderr } = await runCommand(words, env);
  // A slow machine makes an import say how far it is.
  expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
  return stdout;
}

async function expectRefusal(words: string[], env: Environment, message: string | RegExp): Promise<void> {
  const { code, stdout, stderr } = await runCommand(words, env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
}

/** A server of its own process with two people who talk in a group. */
async function startTalk(): Promise<{ server: TestServer; place: Place; ann: Person; groupId: string }> {
  const place = await emptyPlace("data");
  const server = await startServer({ ...place.env, PARLEY_DATA_DIR: place.dataDir });
  servers.push(server);
  const [ann, bob] = await Promise.all([register(server), register(server)]);
  const { id: groupId } = await buildGroup(ann, [bob]);
  return { server, place, ann, groupId };
}

/** Messages and epoch that a server on `place` shows to somebody who signs in there. */
async function readPlace({ env }: Place, person: Person, groupId: string) {
  const app = await startApp(env);
  try {
    const self = await loginAgain(app, person);
    const socket = await TestSocket.connect(app, self);
    const { epoch } = socket.hello;
    await socket.close();
    return { epoch, contents: (await readHistory(self, groupId)).map(({ content }) => content) };
  } finally {
    await app.stop();
  }
}

describe("backup", () => {
  test("while people write holds every message acknowledged before; restored, the epoch is a new one", async () => {
    const { server, place, ann, groupId } = await startTalk();
    const socket = await TestSocket.connect(server, ann);
    const acknowledged: string[] = [];
    let isWriting = true;
    const writing = Promise.all(
      [1, 2, 3, 4].map(async (writer) => {
        for (let count = 0; isWriting; count++) {
          const { content } = await sendText(ann, groupId, `${writer}.${count}`);
          acknowledged.push(content);
        }
      }),
    );
    await until("a hundred are acknowledged", () => acknowledged.length >= 100);
    const due = [...acknowledged];
    const file = join(folder, "backup.sqlite");
    const said = await run(["backup", file], place.env);
    isWriting = false;
    await writing;
    expect(acknowledged.length).toBeGreaterThan(due.length);
    expect(said).toMatch(/backup\.sqlite: [\d.]+ (Ki|Mi)B, [\d,]+ messages/);

    const other = await emptyPlace("restored");
    const told = await run(["restore", file], other.env);
    expect(told).toMatch(/^Restored .*: [\d,]+ messages, 1 conversation, 2 people\.$/m);
    const restored = await readPlace(other, ann, groupId);
    expect(restored.contents).toEqual(expect.arrayContaining(due));
    expect(new Set(restored.contents).size).toBe(restored.contents.length);
    expect(Number(/, ([\d,]+) messages/.exec(said)?.[1]?.replace(",", ""))).toBe(restored.contents.length);
    expect(restored.epoch).not.toBe(socket.hello.epoch);
    expect(told).toContain(`New epoch ${restored.epoch}`);
  }, 60_000);

  test("after a kill -9 holds what was acknowledged, and the server starts from what it left", async () => {
    const { server, place, ann, groupId } = await startTalk();
    await Promise.all(Array.from({ length: 30 }, (_, index) => sendText(ann, groupId, `${index}`)));
    await server.kill("SIGKILL");
    const file = join(folder, "backup.sqlite");
    await run(["backup", file], place.env);
    await server.restart();
    expect(await readHistory(ann, groupId)).toHaveLength(30);
    const other = await emptyPlace("restored");
    await run(["restore", file], other.env);
    expect((await readPlace(other, ann, groupId)).contents).toHaveLength(30);
  }, 60_000);

  test("writes a file for its owner only, nothing beside it, and never over another", async () => {
    const { env } = await emptyPlace("data");
    await run(["migrate"], env);
    const file = join(folder, "kept", "backup.sqlite");
    await expectRefusal(["backup", file], env, `The folder ${join(folder, "kept")} does not exist`);
    await Bun.write(join(folder, "kept", "other"), "");
    await run(["backup", file], env);
    expect((await readdir(join(folder, "kept"))).sort()).toEqual(["backup.sqlite", "other"]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = await Bun.file(file).bytes();
    await expectRefusal(["backup", file], env, "exists already");
    expect(await Bun.file(file).bytes()).toEqual(before);
  });

  test("of nothing is refused, and makes nothing", async () => {
    const env = { ...(await emptyPlace("data")).env };
    await expectRefusal(
      ["backup", join(folder, "file")],
      env,
      databaseName === "sqlite" ? "no database" : "migrate",
    );
    expect(existsSync(join(folder, "file"))).toBe(false);
    expect(existsSync(join(folder, "file.partial"))).toBe(false);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });
});

describe("restore", () => {
  /** A backup with one of the two messages that the server held when it was stopped. */
  async function backUpTalk() {
    const { server, place, ann, groupId } = await startTalk();
    const file = join(folder, "backup.sqlite");
    await sendText(ann, groupId, "before");
    await run(["backup", file], place.env);
    await sendText(ann, groupId, "after");
    await expectRefusal(["restore", file, "--force"], place.env, /Stop it first/);
    await server.kill();
    return { place, ann, groupId, file };
  }

  test("replaces a database only with --force, while no server runs, and keeps the former one", async () => {
    const { place, ann, groupId, file } = await backUpTalk();
    await expectRefusal(["restore", file], place.env, /already.*--force/);
    const { epoch, contents } = await readPlace(place, ann, groupId);
    expect(contents).toEqual(["before", "after"]);
    const told = await run(["restore", file, "--force"], place.env);
    const restored = await readPlace(place, ann, groupId);
    expect(restored.contents).toEqual(["before"]);
    expect(restored.epoch).not.toBe(epoch);
    const aside = /kept as (.*)\.$/m.exec(told)?.[1] ?? "";
    expect(aside).toContain(".before-restore-");
    await run(["restore", aside, "--force"], place.env);
    expect((await readPlace(place, ann, groupId)).contents).toEqual(["before", "after"]);
  }, 60_000);

  test("moves between the two kinds of database, there and back", async () => {
    const { ann, groupId, file } = await backUpTalk();
    const inFile = await emptyPlace("in-file");
    inFile.env = { ...inFile.env, DATABASE_URL: "" };
    await run(["restore", file], inFile.env);
    expect((await readPlace(inFile, ann, groupId)).contents).toEqual(["before"]);
    const again = join(folder, "again.sqlite");
    await run(["backup", again], inFile.env);
    const back = await emptyPlace("back");
    await run(["restore", again], back.env);
    expect((await readPlace(back, ann, groupId)).contents).toEqual(["before"]);
  }, 60_000);

  test("reads the file through first: what is damaged, foreign or newer changes nothing", async () => {
    const { env, dataDir } = await emptyPlace("source");
    await run(["import", "samples/boat-house.jsonl", "--room", "Boat house"], env);
    const good = join(folder, "good.sqlite");
    await run(["backup", good], env);
    const target = await emptyPlace("target");
    const damaged = async (name: string, damage: (file: string) => unknown) => {
      const file = join(folder, name);
      await copyFile(good, file);
      await damage(file);
      return file;
    };
    const cases: [string, RegExp][] = [
      [join(folder, "nowhere"), /There is no file/],
      [dataDir, /There is no file/],
      [await damaged("text", (file) => Bun.write(file, "not a database, not at all")), /is not a database/],
      [await damaged("page", flipPages), /is damaged/],
      [
        await damaged("half", async (file) =>
          Bun.write(file, (await Bun.file(file).bytes()).slice(0, 20_000)),
        ),
        /is damaged/,
      ],
      [
        await damaged("foreign", (file) => change(file, "pragma application_id = 7")),
        /is not a Parley database/,
      ],
      [
        await damaged("newer", (file) =>
          change(file, "insert into kysely_migration values ('2099-01-01-01-moon', '')"),
        ),
        /newer Parley \(2099-01-01-01-moon\)/,
      ],
    ];
    for (const [file, message] of cases) await expectRefusal(["restore", file], target.env, message);
    expect(existsSync(target.dataDir)).toBe(false);
    await run(["restore", good], target.env);
  }, 60_000);

  test("leaves nothing behind but the database", async () => {
    const { env } = await emptyPlace("source");
    await run(["migrate"], env);
    const file = join(folder, "backup.sqlite");
    await run(["backup", file], env);
    const target = await emptyPlace("target");
    await run(["restore", file], target.env);
    const names = (await readdir(target.dataDir)).filter((name) => !name.startsWith("lock"));
    expect(names).toEqual(databaseName === "sqlite" ? ["parley.sqlite"] : []);
    if (databaseName === "sqlite") {
      expect((await stat(join(target.dataDir, "parley.sqlite"))).mode & 0o777).toBe(0o600);
    }
  });
});

function change(file: string, statement: string): void {
  const handle = new Database(file, { readwrite: true });
  handle.run(statement);
  handle.close();
}

async function flipPages(file: string): Promise<void> {
  const bytes = await Bun.file(file).bytes();
  for (let at = 8_192; at < bytes.length; at += 4_096) bytes.fill(0x5a, at, at + 64);
  await Bun.write(file, bytes);
}

describe("uploaded files", () => {
  /** A person with two files, of which one is deleted, and a backup of both. */
  async function backUpPictures(...flags: string[]) {
    const { server, place, ann } = await startTalk();
    const kept = await buildFile(ann);
    const deleted = await buildFile(ann, png, { file_name: "old.png" });
    await ann.delete(`/v1/storage/files/${deleted.file_id}`);
    const file = join(folder, "backup.sqlite");
    const said = await run(["backup", file, ...flags], place.env);
    return { server, place, ann, kept, deleted, file, said };
  }

  const contentOf = (person: Person, fileId: string) =>
    person.request("GET", `/v1/storage/files/${fileId}/content`, {});
  const filesOf = async (place: string) =>
    (await readdir(place, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test("go with a backup and come back with it, deleted ones too", async () => {
    const { ann, kept, deleted, file, said } = await backUpPictures();
    expect(said).toContain(`${file}.files: ${2 * png.length} bytes, 2 files`);
    const other = await emptyPlace("restored");
    expect(await run(["restore", file], other.env)).toContain(", 2 files.");
    const app = await startApp(other.env);
    try {
      const self = await loginAgain(app, ann);
      expect((await contentOf(self, kept.file_id)).status).toBe(200);
      expect((await self.post(`/v1/storage/files/${deleted.file_id}/restore`)).status).toBe(200);
      expect((await contentOf(self, deleted.file_id)).status).toBe(200);
    } finally {
      await app.stop();
    }
  });

  test("stay out of a backup without them, and a restore says which are missing", async () => {
    const { server, place, file } = await backUpPictures("--without-files");
    expect(existsSync(`${file}.files`)).toBe(false);
    const other = await emptyPlace("restored");
    const told = await run(["restore", file], other.env);
    expect(told).toContain(`Of 2 files there are no bytes: copy them into ${join(other.dataDir, "files")}.`);
    await server.kill();
    expect(await run(["restore", file, "--force"], place.env)).not.toContain("no bytes");
  });

  test("that are damaged in the backup stop a restore before anything is replaced", async () => {
    const { server, place, kept, ann, file } = await backUpPictures();
    await server.kill();
    for (const path of await filesOf(join(place.dataDir, "files"))) await rm(path);
    for (const path of await filesOf(`${file}.files`))
      if (path.includes(kept.file_id)) await appendFile(path, "x");
    await expectRefusal(["restore", file, "--force"], place.env, /is damaged/);
    expect(existsSync(join(place.dataDir, "restoring.sqlite"))).toBe(false);
    const app = await startApp(place.env);
    try {
      expect((await loginAgain(app, ann)).id).toBe(ann.id);
    } finally {
      await app.stop();
    }
  });

  test("that are lost are counted, and the others are copied", async () => {
    const { place, kept } = await backUpPictures("--without-files");
    for (const path of await filesOf(join(place.dataDir, "files")))
      if (path.includes(kept.file_id)) await rm(path);
    const said = await run(["backup", join(folder, "second.sqlite")], place.env);
    expect(said).toContain("1 file\n");
    expect(said).toContain("Of 1 file there are no bytes");
  });
});
