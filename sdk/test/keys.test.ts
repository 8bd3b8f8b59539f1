import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { publicKey, publicKeys } from "../../server/test/kit/keys.ts";
import { closeClients, refusal, signUp } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

test("keys are published, handed out one by one, and rotated when their owner hears that few are left", async () => {
  const [owner, asker] = [await signUp(app), await signUp(app)];
  const stranger = await signUp(app);
  const keys = publicKeys(20);
  await owner.client.keys.upload({
    identity_key: publicKey(),
    signed_pre_key: publicKey(),
    one_time_pre_keys: keys,
  });
  await asker.client.conversations.create({ type: "direct", participant_ids: [owner.person.id] });
  const low = Promise.withResolvers<number>();
  owner.client.on("keys_low", ({ one_time_keys }) => low.resolve(one_time_keys));
  const online = Promise.withResolvers<void>();
  owner.client.on("connection", ({ status }) => {
    if (status === "online") online.resolve();
  });
  owner.client.realtime.connect();
  await online.promise;

  expect((await asker.client.keys.bundleOf(owner.person.id)).one_time_pre_keys).toEqual(keys.slice(0, 1));
  expect(await low.promise).toBe(19);
  expect((await refusal(stranger.client.keys.bundleOf(owner.person.id))).code).toBe("FORBIDDEN");
  await owner.client.keys.rotate({ new_signed_pre_key: publicKey(), new_one_time_keys: publicKeys(30) });
  expect(await owner.client.keys.count()).toBe(30);
  expect((await owner.client.keys.history()).keys.map(({ version }) => version)).toEqual([2, 1]);
});
