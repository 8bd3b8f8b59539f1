import { expect, test } from "bun:test";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "../../src/app/open-database.ts";
import type { Memberships } from "../../src/features/conversations/index.ts";
import { Files } from "../../src/features/storage/index.ts";
import { DiskBlobs } from "../../src/platform/blobs/disk-blobs.ts";
import { readConfig } from "../../src/platform/config.ts";
import { newId } from "../../src/platform/ids.ts";
import { startApp, testEnvironment } from "../kit/app.ts";
import { announce, buildFile, png, put } from "../kit/files.ts";
import { register } from "../kit/person.ts";

const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);

async function* once(bytes: Uint8Array) {
  yield bytes;
}

async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("bytes of no file are gone after a day; those of files, of uploads on their way and of today stay", async () => {
  const app = await startApp();
  const person = await register(app);
  const file = await buildFile(person);
  const { data: pending } = await announce(person, {});
  await put(pending.upload_url, png);
  const folder = join(app.dataDir, "files");
  const blobs = new DiskBlobs(folder);
  const [stray, strayPart, fresh] = [newId(), `${newId()}.3`, newId()];
  for (const name of [stray, strayPart]) await blobs.write(name, once(png), png.length);
  for (const path of await pathsIn(folder)) await utimes(path, twoDaysAgo, twoDaysAgo);
  await blobs.write(fresh, once(png), png.length);

  const env = app.databaseUrl === null ? {} : { DATABASE_URL: app.databaseUrl };
  if (app.databaseUrl === null) await app.halt();
  const database = await openDatabase(readConfig({ ...testEnvironment(app.dataDir), ...env }));
  try {
    const rules = { types: [], most: 1, quota: 1 };
    const files = new Files(database, blobs, null as unknown as Memberships, rules);
    for (let part = 0; part < 256; part++) await files.maintain();
    const left = (await pathsIn(folder)).map((path) => path.split("/").at(-1));
    expect(left.toSorted()).toEqual([file.file_id, `${pending.file_id}.1`, fresh].toSorted());
  } finally {
    await database.close();
    await app.stop();
  }
});
