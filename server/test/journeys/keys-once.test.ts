import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";
import { askBundle, publicKey, publicKeys, uploadKeys } from "../kit/keys.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import { runCommand, startServer, type TestServer } from "../kit/server.ts";

/** One-time keys are handed out once, whatever happens to the server. */

let database: TestDatabase;
let server: TestServer;
let owner: Person;
let askers: Person[];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.env);
  const people = await Promise.all(Array.from({ length: 5 }, () => register(server)));
  owner = people[0] as Person;
  askers = people.slice(1);
  await buildGroup(owner, askers);
}, 30_000);

afterAll(async () => {
  await server.stop();
  await database.drop();
});

const countLeft = async () =>
  (await owner.get<{ one_time_keys: number }>("/v1/keys/count")).data.one_time_keys;

/** Asks until `isOver`; an answer that a kill cut off counts for nothing. */
async function keepAsking(asker: Person, taken: string[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const answer = await askBundle(asker, owner).catch(() => null);
    if (answer?.status === 200) taken.push(...answer.data.one_time_pre_keys);
    else await Bun.sleep(20);
  }
}

test("a server that is killed again and again while keys are asked for hands none out twice", async () => {
  await uploadKeys(owner, { one_time_pre_keys: publicKeys(100) });
  for (let more = 0; more < 4; more++) {
    const own = (await askBundle(owner, owner)).data;
    await owner.post("/v1/keys/upload", {
      identity_key: own.identity_key,
      signed_pre_key: own.signed_pre_key,
      one_time_pre_keys: publicKeys(100),
    });
  }
  const taken: string[] = [];
  let isOver = false;
  const asking = Promise.all(askers.map((asker) => keepAsking(asker, taken, () => isOver)));
  for (let round = 1; round <= 2; round++) {
    const enough = taken.length + 15;
    while (taken.length < enough) await Bun.sleep(2);
    await server.kill("SIGKILL");
    await server.restart();
  }
  isOver = true;
  await asking;
  expect(new Set(taken).size).toBe(taken.length);
  // Of those on their way at a kill each asker may have lost one.
  expect(await countLeft()).toBeWithin(500 - taken.length - 2 * askers.length, 500 - taken.length + 1);
}, 60_000);

test("after a restore none is handed out that may have been since the backup, nor taken again", async () => {
  const upload = await uploadKeys(owner);
  const env = { PARLEY_DATA_DIR: server.dataDir, ...database.env };
  const backup = join(server.dataDir, "kept.backup");
  expect((await runCommand(["backup", backup], env, 30_000)).code).toBe(0);
  const [asker] = askers as [Person];
  expect((await askBundle(asker, owner)).data.one_time_pre_keys).toEqual(
    upload.one_time_pre_keys.slice(0, 1),
  );
  await server.kill();
  expect((await runCommand(["restore", backup, "--force"], env, 30_000)).code).toBe(0);
  await server.restart();
  expect(await countLeft()).toBe(0);
  const { data } = await askBundle(asker, owner);
  expect([data.identity_key, data.one_time_pre_keys]).toEqual([upload.identity_key, []]);
  await owner.post("/v1/keys/upload", upload);
  expect(await countLeft()).toBe(0);
  const fresh = publicKeys(20);
  await owner.post("/v1/keys/rotate", { new_signed_pre_key: publicKey(), new_one_time_keys: fresh });
  expect((await askBundle(asker, owner)).data.one_time_pre_keys).toEqual(fresh.slice(0, 1));
}, 60_000);
