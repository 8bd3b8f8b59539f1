import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { loginAgain, type Person, register } from "../kit/person.ts";
import type { User } from "../kit/shapes.ts";
import { moveToOtherOrganization } from "../kit/store.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app, { username: "root-person", display_name: "Zora Admin" });
const names = ["anna", "annabel", "Anton", "bernd", "bertha"];
const people = await Promise.all(
  names.map((name) =>
    register(app, { username: `dir-${name}`, display_name: `Display ${name.toUpperCase()}` }),
  ),
);
const asking = people[0] as Person;

interface Page {
  users: User[];
  next_cursor: string | null;
}

const search = (person: Person, query: Record<string, string>) =>
  person.get<Page>(`/v1/users?${new URLSearchParams(query)}`);
const found = async (person: Person, q: string) =>
  (await search(person, { q, limit: "100" })).data.users.map((user) => user.username).sort();

describe("the directory", () => {
  test("without a query lists everybody of the organization", async () => {
    const { users, next_cursor } = (await search(asking, { limit: "100" })).data;
    expect(users.map((user) => user.username).sort()).toEqual(
      [admin.username, ...people.map((person) => person.username)].sort(),
    );
    expect(next_cursor).toBeNull();
  });

  test("finds by the start of a username and of a display name, in any case of letters", async () => {
    expect(await found(asking, "dir-anna")).toEqual(["dir-anna", "dir-annabel"]);
    expect(await found(asking, "DIR-ANNA")).toEqual(["dir-anna", "dir-annabel"]);
    expect(await found(asking, "dir-anton")).toEqual(["dir-Anton"]);
    expect(await found(asking, "zora")).toEqual(["root-person"]);
  });

  test("does so for letters beyond ASCII, too", async () => {
    const { id } = await register(app, { username: "zz-umlaut", display_name: "Über ÉCLAIR Ñandú" });
    for (const q of ["über", "ÜBER É", "Über éclair"]) {
      expect((await search(asking, { q })).data.users.map((user) => user.id)).toEqual([id]);
    }
  });

  test("answers an empty list when nobody fits", async () => {
    const { data } = await search(asking, { q: "nobody-of-that-name" });
    expect(data).toEqual({ users: [], next_cursor: null });
  });

  test("takes every character of a query as itself", async () => {
    for (const q of ["%", "_", "dir_anna", "*", "'", '"', "\\", "dir-%", "' or 1=1 --", "[a-z]"]) {
      expect(await found(asking, q)).toEqual([]);
    }
  });

  test("shows nobody's e-mail to a user, and does not search in it", async () => {
    const { text } = await search(asking, { limit: "100" });
    for (const person of [admin, ...people.slice(1)]) expect(text).not.toContain(person.email);
    expect(await found(asking, people[1]?.email ?? "")).toEqual([]);
  });

  test("rows have id, username, display name and avatar, and no secrets", async () => {
    const { data, text } = await search(asking, { q: "dir-bernd" });
    const { id, username, displayName: display_name } = people[3] as Person;
    expect(data.users).toHaveLength(1);
    expect(data.users[0]).toMatchObject({ id, username, display_name, avatar_url: null });
    expect(text).not.toMatch(/password|hash|token|secret|organization|"role"/i);
  });
});

describe("pages of the directory", () => {
  test("together hold everybody once, also while somebody new registers", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const query: Record<string, string> = cursor === null ? { limit: "2" } : { limit: "2", cursor };
      const { users, next_cursor } = (await search(asking, query)).data;
      expect(users.length).toBeLessThanOrEqual(2);
      seen.push(...users.map((user) => user.username));
      cursor = next_cursor;
      if (pages === 0) await register(app, { username: "aaa-newcomer" });
      pages += 1;
    } while (cursor !== null && pages < 20);
    const old = seen.filter((username) => username !== "aaa-newcomer" && username !== "zz-umlaut");
    expect(new Set(seen).size).toBe(seen.length);
    expect(old.sort()).toEqual([admin.username, ...people.map((person) => person.username)].sort());
  });

  test("keep to their query", async () => {
    const first = (await search(asking, { q: "dir-b", limit: "1" })).data;
    const second = (await search(asking, { q: "dir-b", limit: "1", cursor: first.next_cursor ?? "" })).data;
    expect([...first.users, ...second.users].map((user) => user.username).sort()).toEqual([
      "dir-bernd",
      "dir-bertha",
    ]);
  });

  test.each(["0", "-1", "101", "1000000000", "x", "1.5", "1e2", " ", "10;drop", "0x10"])(
    "the limit %j is 400 and names it",
    async (limit) => {
      expectRefusal(await search(asking, { limit }), 400, "VALIDATION_ERROR", "limit");
    },
  );

  test.each(["x", "!!!!", "eyJhIjoxfQ", "eyJ1IjpbXX0=", "AAAA", "null", "W10", "😀"])(
    "the cursor %j is 400 and names it",
    async (cursor) => {
      expectRefusal(await search(asking, { cursor }), 400, "VALIDATION_ERROR", "cursor");
    },
  );
});

describe("another organization", () => {
  test("neither sees nor is seen: absent from the directory, 404 by id, on both sides", async () => {
    const mover = await register(app, { username: "dir-stranger" });
    await moveToOtherOrganization(app, mover);
    const stranger = await loginAgain(app, mover);
    expect(await found(asking, "dir-stranger")).toEqual([]);
    expect(await found(admin, "dir-stranger")).toEqual([]);
    expect(await found(stranger, "")).toEqual(["dir-stranger"]);
    const unknown = await asking.get(`/v1/users/${Bun.randomUUIDv7()}`);
    for (const answer of [
      await asking.get(`/v1/users/${stranger.id}`),
      await admin.get(`/v1/users/${stranger.id}`),
      await stranger.get(`/v1/users/${asking.id}`),
    ]) {
      expectRefusal(answer, 404, "NOT_FOUND");
      expect(answer.error?.message).toBe(unknown.error?.message ?? "");
    }
  });
});
