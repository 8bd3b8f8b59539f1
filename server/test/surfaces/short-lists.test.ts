import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { loginAgain, type Person, register } from "../kit/person.ts";

setDefaultTimeout(60_000);

const rows = 5;
const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);
const own = await admin.get<{ organizations: { id: string }[] }>("/v1/organizations");
const organizationId = own.data.organizations[0]?.id ?? "";

/** At once, so that several bear the same time. */
const times = <T>(make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: rows }, (_, n) => make(n)));

interface ShortList {
  path: string;
  name: string;
  /** Makes five rows and no other. */
  fill(person: Person): Promise<unknown>;
}

const lists: Record<string, ShortList> = {
  sessions: {
    path: "/v1/sessions",
    name: "sessions",
    fill: async (person) => {
      for (let n = 1; n < rows; n++) await loginAgain(app, person);
    },
  },
  "blocked people": {
    path: "/v1/users/me/blocked",
    name: "users",
    fill: async (person) => {
      const others = await times(() => register(app));
      await Promise.all(others.map(({ id }) => person.post(`/v1/users/${id}/block`)));
    },
  },
  "API keys": {
    path: "/v1/api-keys",
    name: "api_keys",
    fill: (person) => times((n) => person.post("/v1/api-keys", { name: `Key ${n}`, scopes: ["read"] })),
  },
  invitations: {
    path: `/v1/organizations/${organizationId}/invitations`,
    name: "invitations",
    fill: (person) => times(() => person.post(`/v1/organizations/${organizationId}/invitations`)),
  },
};

type Page = Record<string, { id: string }[]> & { next_cursor: string | null };

describe.each(Object.entries(lists))("the list of %s", (_, { path, name, fill }) => {
  let person: Person;
  beforeAll(async () => {
    person = name === "invitations" ? admin : await register(app);
    await fill(person);
  });
  const page = async (query: string) => (await person.get<Page>(`${path}${query}`)).data;

  test("comes whole to whoever names no limit", async () => {
    const whole = await page("");
    expect(whole[name]).toHaveLength(rows);
    expect(whole.next_cursor).toBeNull();
  });

  test("comes in pages of `limit`, which together are the whole in its order", async () => {
    const whole = ((await page(""))[name] ?? []).map(({ id }) => id);
    const sizes: number[] = [];
    const walked: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const shown: Page = await page(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      const ids = (shown[name] ?? []).map(({ id }) => id);
      sizes.push(ids.length);
      walked.push(...ids);
      cursor = shown.next_cursor;
    }
    expect(sizes).toEqual([2, 2, 1]);
    expect(walked).toEqual(whole);
  });

  test("refuses a limit out of 1 to 100 and a cursor of another list", async () => {
    for (const limit of ["0", "101", "-1", "x", "1.5"]) {
      expectRefusal(await person.get(`${path}?limit=${limit}`), 400, "VALIDATION_ERROR", "limit");
    }
    const foreign = Buffer.from(JSON.stringify(["notifications", 1, "x"])).toString("base64url");
    for (const cursor of [foreign, "nonsense!"]) {
      expectRefusal(await person.get(`${path}?cursor=${cursor}`), 400, "VALIDATION_ERROR", "cursor");
    }
  });
});
