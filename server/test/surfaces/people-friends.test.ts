import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { moveAway } from "../kit/organization.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";

const app = await startApp();
afterAll(() => app.stop());
await register(app);

async function pair(): Promise<[Person, Person]> {
  return [await register(app), await register(app)];
}

const ask = (from: Person, to: Person) => from.post<{ status: string }>(`/v1/users/${to.id}/friend`);
const friendsOf = async (person: Person, status?: string) => {
  const path = `/v1/users/me/friends${status === undefined ? "" : `?status=${status}`}`;
  return (await person.get<{ friends: { id: string; status: string }[] }>(path)).data.friends.map(
    ({ id }) => id,
  );
};

describe("friends", () => {
  test("are asked for and accepted, and listed on both sides", async () => {
    const [ann, bob] = await pair();
    const asked = await ask(ann, bob);
    expect([asked.status, asked.data.status]).toEqual([201, "outgoing"]);
    expect((await ask(ann, bob)).status).toBe(200);
    expect(await friendsOf(ann, "outgoing")).toEqual([bob.id]);
    expect(await friendsOf(bob, "incoming")).toEqual([ann.id]);
    expect(await friendsOf(ann)).toEqual([]);
    expectRefusal(await ann.post(`/v1/users/${bob.id}/friend/accept`), 404, "NOT_FOUND");
    expect((await bob.post(`/v1/users/${ann.id}/friend/accept`)).status).toBe(200);
    expect((await bob.post(`/v1/users/${ann.id}/friend/accept`)).status).toBe(200);
    for (const [person, other] of [
      [ann, bob],
      [bob, ann],
    ] as const) {
      expect(await friendsOf(person)).toEqual([other.id]);
      expect(await friendsOf(person, "accepted")).toEqual([other.id]);
      expect(await friendsOf(person, "incoming")).toEqual([]);
      expect(await friendsOf(person, "outgoing")).toEqual([]);
    }
  });

  test("who ask each other are friends, also when both ask at once", async () => {
    for (let round = 0; round < 5; round++) {
      const [ann, bob] = await pair();
      const answers = await Promise.all([ask(ann, bob), ask(bob, ann)]);
      expect(answers.map(({ data }) => data.status).sort()).toEqual(["accepted", "outgoing"]);
      expect(await friendsOf(ann)).toEqual([bob.id]);
    }
  });

  test("are let go, and requests taken back or refused, by either side", async () => {
    const [ann, bob] = await pair();
    const drop = (from: Person, to: Person) => from.delete(`/v1/users/${to.id}/friend`);
    expectRefusal(await drop(ann, bob), 404, "NOT_FOUND");
    await ask(ann, bob);
    expect((await drop(bob, ann)).status).toBe(200);
    expect(await friendsOf(ann, "outgoing")).toEqual([]);
    await ask(ann, bob);
    await ask(bob, ann);
    expect((await drop(ann, bob)).status).toBe(200);
    expect(await friendsOf(bob)).toEqual([]);
  });

  test("are neither oneself, nor strangers, nor anybody of another organization", async () => {
    const [ann, bob] = await pair();
    expectRefusal(await ask(ann, ann), 400, "VALIDATION_ERROR", "id");
    expectRefusal(await ann.post(`/v1/users/${Bun.randomUUIDv7()}/friend`), 404, "NOT_FOUND");
    await moveAway(app, bob);
    expectRefusal(await ask(ann, bob), 404, "NOT_FOUND");
  });

  test("end with a block, and cannot be while there is one", async () => {
    const [ann, bob] = await pair();
    await ask(ann, bob);
    await ask(bob, ann);
    await bob.post(`/v1/users/${ann.id}/block`);
    expect(await friendsOf(ann)).toEqual([]);
    expectRefusal(await ask(ann, bob), 403, "FORBIDDEN");
    expectRefusal(await ask(bob, ann), 403, "FORBIDDEN");
  });

  test("come in pages by username", async () => {
    const ann = await register(app);
    const others = await Promise.all(Array.from({ length: 5 }, () => register(app)));
    for (const other of others) await ask(other, ann);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const path = `/v1/users/me/friends?status=incoming&limit=2${query}`;
      const page = (await ann.get<{ friends: { id: string }[]; next_cursor: string | null }>(path)).data;
      seen.push(...page.friends.map(({ id }) => id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen.sort()).toEqual(others.map(({ id }) => id).sort());
    expectRefusal(await ann.get("/v1/users/me/friends?status=best"), 400, "VALIDATION_ERROR", "status");
  });
});

describe("one's settings", () => {
  test("are one object: what is given is taken over key by key, and null deletes", async () => {
    const ann = await register(app);
    const get = async () => (await ann.get("/v1/users/settings")).data;
    expect(await get()).toEqual({});
    const first = { theme: "dark", language: "pt-BR", own: { deep: [1, null, "x"] } };
    expect((await ann.put("/v1/users/settings", first)).data).toEqual(first);
    const second = await ann.put("/v1/users/settings", { theme: null, own: { deep: [] }, more: 1 });
    expect(second.data).toEqual({ language: "pt-BR", own: { deep: [] }, more: 1 });
    expect(await get()).toEqual(second.data);
    expect((await (await register(app)).get("/v1/users/settings")).data).toEqual({});
  });

  test.each([
    [{ language: 7 }, "language"],
    [{ language: "en_GB!" }, "language"],
    [{ time_zone: "Mars/Olympus" }, "time_zone"],
    [{ theme: "" }, "theme"],
    [{ presence_visible: "no" }, "presence_visible"],
  ])("refuse %j", async (body, path) => {
    const ann = await register(app);
    expectRefusal(await ann.put("/v1/users/settings", body), 400, "VALIDATION_ERROR", path);
    expectRefusal(await ann.put("/v1/users/settings", [body]), 400, "VALIDATION_ERROR");
  });

  test("take 16 KiB in all and no more, and stay as they were when there would be more", async () => {
    const ann = await register(app);
    const half = "x".repeat(8_000);
    expect((await ann.put("/v1/users/settings", { a: half })).status).toBe(200);
    expect((await ann.put("/v1/users/settings", { b: half })).status).toBe(200);
    expectRefusal(await ann.put("/v1/users/settings", { c: half }), 413, "PAYLOAD_TOO_LARGE");
    expect(Object.keys((await ann.get("/v1/users/settings")).data)).toEqual(["a", "b"]);
  });

  test("saved from ten devices at once keep every key", async () => {
    const ann = await register(app);
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => ann.put("/v1/users/settings", { [`key_${n}`]: n })),
    );
    expect(Object.keys((await ann.get("/v1/users/settings")).data)).toHaveLength(10);
  });

  test("carry an ETag", async () => {
    const ann = await register(app);
    const etag = (await ann.get("/v1/users/settings")).headers.get("etag") ?? "";
    expect((await ann.get("/v1/users/settings", { "if-none-match": etag })).status).toBe(304);
  });
});

describe("presence_visible: false", () => {
  test("hides whether one is here and since when not, at once and from everybody", async () => {
    const [ann, bob] = await pair();
    await buildGroup(ann, [bob]);
    const [annSocket, bobSocket] = [await TestSocket.connect(app, ann), await TestSocket.connect(app, bob)];
    const seen = async () =>
      (await bob.get<{ online: boolean; last_seen_at: string | null }>(`/v1/users/${ann.id}`)).data;
    expect((await seen()).online).toBe(true);
    await ann.put("/v1/users/settings", { presence_visible: false });
    const ofAnn = (online: boolean) => (frame: Record<string, unknown>) =>
      frame.type === "presence" && frame.user_id === ann.id && frame.online === online;
    await bobSocket.next(ofAnn(false));
    expect(await seen()).toMatchObject({ online: false, last_seen_at: null });
    await annSocket.close();
    const again = await TestSocket.connect(app, ann);
    await bobSocket.none((frame) => frame.user_id === ann.id && frame.type !== "user_left", 100);
    await ann.put("/v1/users/settings", { presence_visible: null });
    await bobSocket.next(ofAnn(true));
    expect((await seen()).online).toBe(true);
    await again.close();
    await bobSocket.close();
  });
});

describe("one's picture", () => {
  test("is set and removed by its URL", async () => {
    const ann = await register(app);
    const url = "https://example.test/face.png";
    const set = await ann.put("/v1/users/me/avatar", { avatar_url: url });
    expect(set.data).toMatchObject({ avatar_url: url });
    expect((await ann.get("/v1/users/me")).data).toMatchObject({ avatar_url: url });
    expect((await ann.put("/v1/users/me/avatar", { avatar_url: null })).data).toMatchObject({
      avatar_url: null,
    });
    for (const avatar_url of ["javascript:alert(1)", "face.png", 7])
      expectRefusal(
        await ann.put("/v1/users/me/avatar", { avatar_url }),
        400,
        "VALIDATION_ERROR",
        "avatar_url",
      );
    expectRefusal(await ann.put("/v1/users/me/avatar", {}), 400, "VALIDATION_ERROR", "avatar_url");
  });
});
