import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { day, inFuture } from "../kit/clock.ts";
import { expectRefusal, expectTime, outcome, unknownId } from "../kit/expectations.ts";
import { askBundle, buildUpload, publicKey, publicKeys, uploadKeys } from "../kit/keys.ts";
import { makeOrganization } from "../kit/organization.ts";
import { buildDirect, buildGroup, loginAgain, type Person, register } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";
import { until } from "../kit/until.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);

/** Somebody with keys, and somebody in a conversation with them. */
async function pair(): Promise<[Person, Person]> {
  const [owner, asker] = [await register(app), await register(app)];
  await buildDirect(owner, asker);
  return [owner, asker];
}

const countOf = async (person: Person) =>
  (await person.get<{ one_time_keys: number }>("/v1/keys/count")).data.one_time_keys;
const historyOf = async (person: Person, query = "") =>
  (
    await person.get<{
      keys: { version: number; created_at: string; expires_at: string; revoked_at: string | null }[];
      next_cursor: string | null;
    }>(`/v1/keys/history${query}`)
  ).data;

describe("publishing keys", () => {
  test("answers how many one-time keys wait, and counts and dates them", async () => {
    const person = await register(app);
    expect(await countOf(person)).toBe(0);
    expect((await historyOf(person)).keys).toEqual([]);
    const answer = await person.post("/v1/keys/upload", buildUpload({ one_time_pre_keys: publicKeys(100) }));
    expect([answer.status, answer.data.message, answer.data.one_time_keys, answer.data.version]).toEqual([
      201,
      "Keys uploaded successfully",
      100,
      1,
    ]);
    expectTime(answer.data.expires_at, 30 * day);
    expect(await countOf(person)).toBe(100);
    const [only, ...others] = (await historyOf(person)).keys;
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      version: 1,
      revoked_at: null,
      expires_at: answer.data.expires_at as string,
    });
  });

  test("again changes nothing; more one-time keys are added, and ones that wait are there once", async () => {
    const person = await register(app);
    const upload = await uploadKeys(person);
    const again = await person.post("/v1/keys/upload", upload);
    expect([again.status, again.data.one_time_keys, again.data.version]).toEqual([201, 20, 1]);
    const mixed = [...upload.one_time_pre_keys.slice(0, 5), ...publicKeys(20)];
    const more = await person.post("/v1/keys/upload", { ...upload, one_time_pre_keys: mixed });
    expect([more.data.one_time_keys, more.data.version]).toEqual([40, 1]);
  });

  test("with another signed prekey is another version; the one-time keys stay", async () => {
    const person = await register(app);
    const upload = await uploadKeys(person);
    const next = await person.post("/v1/keys/upload", { ...upload, signed_pre_key: publicKey() });
    expect([next.data.one_time_keys, next.data.version]).toEqual([20, 2]);
    const [latest, first] = (await historyOf(person)).keys;
    expect([latest?.version, latest?.revoked_at, first?.version]).toEqual([2, null, 1]);
    expectTime(first?.revoked_at, 0);
  });

  test("with another identity takes the place of everything, and is in the trail", async () => {
    const [owner, asker] = await pair();
    const old = await uploadKeys(owner);
    const renewed = await uploadKeys(owner);
    expect(await countOf(owner)).toBe(20);
    const { data } = await askBundle(asker, owner);
    expect([data.identity_key, data.version]).toEqual([renewed.identity_key, 2]);
    expect(old.one_time_pre_keys).not.toContain(data.one_time_pre_keys[0] ?? "");
    const trail = await admin.get<{ logs: { action: string; target_id: string }[] }>(
      `/v1/admin/audit-logs?trail=changes&actor=${owner.id}`,
    );
    expect(JSON.stringify(trail.data)).toContain("keys.identity_changed");
    expect(JSON.stringify(trail.data)).not.toContain(renewed.identity_key);
  });

  test("takes the base64 of public keys alone, 20 to 100 of them, none twice, and stores nothing else", async () => {
    const person = await register(app);
    const keys = publicKeys(20);
    const refused: [Record<string, unknown>, string][] = [
      [{ one_time_pre_keys: publicKeys(19) }, "one_time_pre_keys"],
      [{ one_time_pre_keys: publicKeys(101) }, "one_time_pre_keys"],
      [{ one_time_pre_keys: [...keys.slice(1), "base64_encoded_key1"] }, "one_time_pre_keys.19"],
      [{ one_time_pre_keys: [...keys.slice(1), publicKey(31)] }, "one_time_pre_keys.19"],
      [{ one_time_pre_keys: [...keys, keys[3]] }, "one_time_pre_keys.20"],
      [{ one_time_pre_keys: [...keys, keys[3]?.replace(/=+$/, "")] }, "one_time_pre_keys.20"],
      [{ one_time_pre_keys: [...keys.slice(1), 7] }, "one_time_pre_keys.19"],
      [{ one_time_pre_keys: undefined }, "one_time_pre_keys"],
      [{ identity_key: undefined }, "identity_key"],
      [{ identity_key: "" }, "identity_key"],
      [{ identity_key: `${publicKey()}\n` }, "identity_key"],
      [{ signed_pre_key: publicKey(16) }, "signed_pre_key"],
      [{ signed_pre_key: { key_id: 1, public_key: publicKey() } }, "signed_pre_key"],
      [
        { signed_pre_key: { key_id: -1, public_key: publicKey(), signature: publicKey(64) } },
        "signed_pre_key.key_id",
      ],
      [
        { signed_pre_key: { key_id: 1, public_key: publicKey(), signature: "§" } },
        "signed_pre_key.signature",
      ],
    ];
    for (const [wrong, path] of refused) {
      const answer = await person.post("/v1/keys/upload", { ...buildUpload(), ...wrong });
      expectRefusal(answer, 400, "VALIDATION_ERROR");
      expect(answer.error?.details?.map((detail) => detail.path)).toContain(path);
    }
    expect(await countOf(person)).toBe(0);
    expectRefusal(await askBundle(person, person), 404, "NOT_FOUND");
  });

  test("stops where a thousand would wait", async () => {
    const person = await register(app);
    const upload = await uploadKeys(person, { one_time_pre_keys: publicKeys(100) });
    for (let round = 1; round < 10; round++)
      await person.post("/v1/keys/upload", { ...upload, one_time_pre_keys: publicKeys(100) });
    const more = await person.post("/v1/keys/upload", { ...upload, one_time_pre_keys: publicKeys(20) });
    expectRefusal(more, 409, "CONFLICT");
    expect(await countOf(person)).toBe(1_000);
  });

  test("of one user from two devices at once leaves one version that counts, and no gap", async () => {
    const person = await register(app);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => person.post("/v1/keys/upload", buildUpload())),
    );
    expect(answers.map(outcome)).toEqual(Array.from({ length: 6 }, () => "201 ok"));
    const { keys } = await historyOf(person);
    expect(keys.map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(keys.filter(({ revoked_at }) => revoked_at === null).map(({ version }) => version)).toEqual([6]);
    expect(await countOf(person)).toBe(20);
  });
});

describe("a rotation", () => {
  test("replaces the signed prekey and the one-time keys that wait", async () => {
    const [owner, asker] = await pair();
    const upload = await uploadKeys(owner, { one_time_pre_keys: publicKeys(50) });
    const [signed, keys] = [publicKey(), publicKeys(25)];
    const answer = await owner.post("/v1/keys/rotate", {
      new_signed_pre_key: signed,
      new_one_time_keys: keys,
    });
    expect([answer.status, answer.data.message]).toEqual([200, "Keys rotated successfully"]);
    expect(await countOf(owner)).toBe(25);
    const { data } = await askBundle(asker, owner);
    expect([data.identity_key, data.signed_pre_key, data.version]).toEqual([upload.identity_key, signed, 2]);
    expect(data.one_time_pre_keys).toEqual(keys.slice(0, 1));
  });

  test("does not take a key again that was handed out", async () => {
    const [owner, asker] = await pair();
    const upload = await uploadKeys(owner);
    const handedOut = (await askBundle(asker, owner)).data.one_time_pre_keys[0] ?? "";
    const again = { new_signed_pre_key: publicKey(), new_one_time_keys: upload.one_time_pre_keys };
    expect((await owner.post("/v1/keys/rotate", again)).status).toBe(200);
    expect(await countOf(owner)).toBe(19);
    await owner.post("/v1/keys/upload", upload);
    for (let left = 19; left > 0; left--)
      expect((await askBundle(asker, owner)).data.one_time_pre_keys).not.toContain(handedOut);
    expect((await askBundle(asker, owner)).data.one_time_pre_keys).toEqual([]);
  });

  test("needs an identity key, and both parts", async () => {
    const person = await register(app);
    const rotation = { new_signed_pre_key: publicKey(), new_one_time_keys: publicKeys(20) };
    expectRefusal(await person.post("/v1/keys/rotate", rotation), 404, "NOT_FOUND");
    await uploadKeys(person);
    for (const part of ["new_signed_pre_key", "new_one_time_keys"])
      expectRefusal(
        await person.post("/v1/keys/rotate", { ...rotation, [part]: undefined }),
        400,
        "VALIDATION_ERROR",
      );
    expect((await historyOf(person)).keys.length).toBe(1);
  });

  test("shows in the history, latest first, page by page", async () => {
    const person = await register(app);
    await uploadKeys(person);
    for (let version = 2; version <= 5; version++)
      await person.post("/v1/keys/rotate", {
        new_signed_pre_key: publicKey(),
        new_one_time_keys: publicKeys(20),
      });
    const first = await historyOf(person, "?limit=3");
    const rest = await historyOf(person, `?limit=3&cursor=${first.next_cursor}`);
    expect([...first.keys, ...rest.keys].map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
    expect(rest.next_cursor).toBeNull();
    expectRefusal(await person.get("/v1/keys/history?cursor=x"), 400, "VALIDATION_ERROR");
  });
});

describe("a bundle", () => {
  test("carries the identity, the signed prekey with its id and end, and one one-time key, the oldest", async () => {
    const [owner, asker] = await pair();
    const upload = await uploadKeys(owner);
    const { status, data } = await askBundle(asker, owner);
    expect(status).toBe(200);
    expect(data).toEqual({
      user_id: owner.id,
      identity_key: upload.identity_key,
      signed_pre_key: upload.signed_pre_key,
      signed_pre_key_id: 1,
      version: 1,
      expires_at: data.expires_at,
      expired: false,
      one_time_pre_keys: upload.one_time_pre_keys.slice(0, 1),
    });
    expectTime(data.expires_at, 30 * day);
  });

  test("gives the signed prekey in the form in which it came", async () => {
    const [owner, asker] = await pair();
    for (const key_id of [7, "2026-11"]) {
      const signed = { key_id, public_key: publicKey(33), signature: publicKey(64) };
      await uploadKeys(owner, { signed_pre_key: signed });
      const { data } = await askBundle(asker, owner);
      expect([data.signed_pre_key, data.signed_pre_key_id]).toEqual([signed, key_id]);
    }
  });

  test("hands out each one-time key once, also when many ask at once, and then none", async () => {
    const [owner, ...askers] = await Promise.all(Array.from({ length: 6 }, () => register(app)));
    await buildGroup(owner as Person, askers);
    const upload = await uploadKeys(owner as Person, { one_time_pre_keys: publicKeys(40) });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => askBundle(askers[n % askers.length] as Person, owner as Person)),
    );
    expect(answers.map(outcome)).toEqual(answers.map(() => "200 ok"));
    const handedOut = answers.flatMap(({ data }) => data.one_time_pre_keys);
    expect(handedOut.sort()).toEqual([...upload.one_time_pre_keys].sort());
    expect(await countOf(owner as Person)).toBe(0);
  });

  test("is not handed out twice while its owner rotates", async () => {
    const [owner, asker] = await pair();
    const first = publicKeys(30);
    await uploadKeys(owner, { one_time_pre_keys: first });
    const rotation = { new_signed_pre_key: publicKey(), new_one_time_keys: first };
    const work = Array.from({ length: 20 }, () => askBundle(asker, owner));
    const rotations = Array.from({ length: 4 }, () => owner.post("/v1/keys/rotate", rotation));
    const [answers] = await Promise.all([Promise.all(work), Promise.all(rotations)]);
    const taken = answers.flatMap(({ data }) => data.one_time_pre_keys);
    expect(new Set(taken).size).toBe(20);
    expect(await countOf(owner)).toBe(10);
  });

  test("of oneself shows all that wait and hands out none", async () => {
    const [owner, asker] = await pair();
    const upload = await uploadKeys(owner);
    const own = await askBundle(owner, owner);
    expect(own.data.one_time_pre_keys).toEqual(upload.one_time_pre_keys);
    await askBundle(asker, owner);
    expect((await askBundle(owner, owner)).data.one_time_pre_keys).toEqual(upload.one_time_pre_keys.slice(1));
    expect(await countOf(owner)).toBe(19);
  });

  test("is for whoever shares a conversation or a friendship, and uses up nothing for others", async () => {
    const [owner, friend, stranger, former] = await Promise.all(
      Array.from({ length: 4 }, () => register(app)),
    );
    if (owner === undefined || friend === undefined || stranger === undefined || former === undefined)
      throw new Error("somebody is missing");
    await uploadKeys(owner);
    await friend.post(`/v1/users/${owner.id}/friend`);
    expectRefusal(await askBundle(friend, owner), 403, "FORBIDDEN");
    await owner.post(`/v1/users/${friend.id}/friend`);
    expect((await askBundle(friend, owner)).status).toBe(200);
    expectRefusal(await askBundle(stranger, owner), 403, "FORBIDDEN");
    expectRefusal(await askBundle(admin, owner), 403, "FORBIDDEN");
    const group = await buildGroup(owner, [former, stranger]);
    expect((await askBundle(former, owner)).status).toBe(200);
    await owner.delete(`/v1/conversations/${group.id}/participants/${former.id}`);
    expectRefusal(await askBundle(former, owner), 403, "FORBIDDEN");
    const { person: foreigner } = await makeOrganization(app);
    expectRefusal(await askBundle(foreigner, owner), 404, "NOT_FOUND");
    expectRefusal(await askBundle(stranger, { id: unknownId }), 404, "NOT_FOUND");
    expectRefusal(await askBundle(stranger, { id: "nobody" }), 400, "VALIDATION_ERROR");
    expectRefusal(await askBundle(owner, former), 403, "FORBIDDEN");
    expectRefusal(await askBundle(owner, stranger), 404, "NOT_FOUND");
    expect(await countOf(owner)).toBe(18);
  });

  test("is for nobody whom a block keeps apart, but in a group that both are in", async () => {
    const [owner, asker] = await pair();
    await uploadKeys(owner);
    await owner.post(`/v1/users/${asker.id}/block`);
    expectRefusal(await askBundle(asker, owner), 403, "FORBIDDEN");
    await buildGroup(admin, [owner, asker]);
    expect((await askBundle(asker, owner)).status).toBe(200);
  });

  test("is handed out when its signed prekey has ended too, and says so", async () => {
    const [owner, asker] = await pair();
    await uploadKeys(owner);
    await inFuture(31 * day, async () => {
      const later = await loginAgain(app, asker);
      const { status, data } = await askBundle(later, owner);
      expect([status, data.expired, data.one_time_pre_keys.length]).toEqual([200, true, 1]);
    });
  });

  test("is asked for 30 times a minute of one person, and 60 times of all", async () => {
    const limited = await startApp({ PARLEY_RATE_LIMITS: "default" });
    try {
      const [asker, one, other] = await Promise.all([
        register(limited),
        register(limited),
        register(limited),
      ]);
      await buildGroup(asker, [one, other]);
      await uploadKeys(one, { one_time_pre_keys: publicKeys(100) });
      await uploadKeys(other, { one_time_pre_keys: publicKeys(100) });
      const ask = async (owner: Person, times: number) => {
        const told: string[] = [];
        for (let time = 0; time < times; time++) told.push(outcome(await askBundle(asker, owner)));
        return told;
      };
      const good = (times: number) => Array.from({ length: times }, () => "200 ok");
      expect(await ask(one, 31)).toEqual([...good(30), "429 RATE_LIMIT_EXCEEDED"]);
      expect(await ask(other, 30)).toEqual([...good(29), "429 RATE_LIMIT_EXCEEDED"]);
    } finally {
      await limited.stop();
    }
  });
});

describe("the owner", () => {
  test("hears at once when fewer than 20 one-time keys are left, and has one notification of it", async () => {
    const [owner, asker] = await pair();
    await uploadKeys(owner, { one_time_pre_keys: publicKeys(21) });
    const [socket, others] = [await TestSocket.connect(app, owner), await TestSocket.connect(app, asker)];
    await askBundle(asker, owner);
    await socket.none("keys_low");
    await askBundle(asker, owner);
    expect(await socket.next("keys_low")).toEqual({ type: "keys_low", one_time_keys: 19 });
    await askBundle(asker, owner);
    expect((await socket.next("keys_low")).one_time_keys).toBe(18);
    await others.none("keys_low");
    const told = async () =>
      (
        await owner.get<{ notifications: { kind: string; data: unknown }[] }>("/v1/notifications")
      ).data.notifications.filter(({ kind }) => kind === "keys_low");
    await until("the owner is told", async () => (await told()).length > 0);
    expect((await told()).map(({ data }) => data)).toEqual([{ one_time_keys: 19 }]);
    await uploadKeys(owner);
    await askBundle(asker, owner);
    await until("the owner is told again", async () => (await told()).length > 1);
  });

  test("hears once, while connected, that the signed prekey ends within seven days", async () => {
    const owner = await register(app);
    await uploadKeys(owner);
    await inFuture(24 * day, async () => {
      const later = await loginAgain(app, owner);
      const socket = await TestSocket.connect(app, later);
      const frame = await socket.next("keys_expiring", 10_000);
      expect(frame.version).toBe(1);
      expectTime(frame.expires_at, 6 * day);
      await later.post("/v1/keys/rotate", {
        new_signed_pre_key: publicKey(),
        new_one_time_keys: publicKeys(20),
      });
      await socket.none("keys_expiring", 2_100);
    });
  });

  test("finds the versions in the export, and takes everything along with the account", async () => {
    const [owner, asker] = await pair();
    const { identity_key } = await uploadKeys(owner);
    const { body } = await owner.get("/v1/users/me/export");
    expect(JSON.stringify(body)).toContain(identity_key);
    await owner.delete("/v1/users/me", { password: owner.password });
    expectRefusal(await askBundle(asker, owner), 404, "NOT_FOUND");
  });
});
