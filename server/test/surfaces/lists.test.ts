import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { buildFile } from "../kit/files.ts";
import { anonymous, buildGroup, type Person, register } from "../kit/person.ts";
import type { JsonObject } from "../kit/shapes.ts";

setDefaultTimeout(60_000);

/** Contract 1: lists without parameters of their own take `q`, `sort`, `limit` and `cursor`. */

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app, { username: "lists_admin", display_name: "Zoë Admin" });
const ann = await register(app, { username: "lists_ann", display_name: "Ann" });
const named = (username: string, display_name: string) => register(app, { username, display_name });
const people = [
  await named("wren_b", "Alder"),
  await named("otto", "Wrenna Birch"),
  await named("wren_a", "Cedar"),
];
const own = await admin.get<{ organizations: { id: string }[] }>("/v1/organizations");
const organizationId = own.data.organizations[0]?.id ?? "";
const group = await buildGroup(ann, people);
const room = (await ann.post<{ id: string }>("/v1/rooms", { name: "Aviary", visibility: "private" })).data;

const forEach = async <T>(items: T[], make: (item: T) => Promise<unknown>) => {
  for (const item of items) await make(item);
};

interface Case {
  path: string;
  name: string;
  who: Person;
  /** What stands in each row for a person, so that a row can be told. */
  label: string;
  /** Each order, with the rows' labels in it; only those that `q` finds. */
  orders: Record<string, string[]>;
  q: string;
  fill?: () => Promise<unknown>;
}

const byUsername = ["otto", "wren_a", "wren_b"];
const asTheyCame = ["wren_b", "otto", "wren_a"];
const latestFirst = asTheyCame.toReversed();

const lists: Record<string, Case> = {
  "the directory": {
    path: "/v1/users",
    name: "users",
    who: ann,
    label: "username",
    orders: { username: byUsername, created_at: latestFirst },
    q: "WREN",
  },
  "members of an organization": {
    path: `/v1/organizations/${organizationId}/members`,
    name: "members",
    who: ann,
    label: "username",
    orders: { username: byUsername, created_at: latestFirst },
    q: "wren",
  },
  "accounts of the server": {
    path: "/v1/admin/users",
    name: "users",
    who: admin,
    label: "username",
    orders: { username: byUsername, created_at: latestFirst },
    q: "wren",
  },
  friends: {
    path: "/v1/users/me/friends",
    name: "friends",
    who: ann,
    label: "username",
    orders: { username: byUsername, since: latestFirst },
    q: "wren",
    fill: async () => {
      for (const person of [...people, admin]) {
        await ann.post(`/v1/users/${person.id}/friend`);
        await person.post(`/v1/users/${ann.id}/friend/accept`);
      }
    },
  },
  "blocked people": {
    path: "/v1/users/me/blocked",
    name: "users",
    who: admin,
    label: "username",
    orders: { username: byUsername, blocked_at: latestFirst },
    q: "wren",
    fill: () => forEach([...people, ann], ({ id }) => admin.post(`/v1/users/${id}/block`)),
  },
  participants: {
    path: `/v1/conversations/${group.id}/participants`,
    name: "participants",
    who: ann,
    label: "username",
    orders: { username: byUsername },
    q: "wren",
  },
  "members of a room": {
    path: `/v1/rooms/${room.id}/members`,
    name: "members",
    who: ann,
    label: "username",
    orders: { username: byUsername, joined_at: asTheyCame },
    q: "wren",
    fill: () => forEach(people, ({ id }) => ann.post(`/v1/rooms/${room.id}/members`, { user_ids: [id] })),
  },
  rooms: {
    path: "/v1/rooms",
    name: "rooms",
    who: ann,
    label: "name",
    orders: {
      name: ["A wren", "B wren", "Ç wren"],
      created_at: ["B wren", "A wren", "Ç wren"],
      updated_at: ["B wren", "A wren", "Ç wren"],
      last_message_at: ["B wren", "A wren", "Ç wren"],
    },
    q: "wren",
    fill: () =>
      forEach(["Ç wren", "A wren", "B wren", "Owl"], (name) =>
        ann.post("/v1/rooms", { name, visibility: "public" }),
      ),
  },
  files: {
    path: "/v1/storage/files",
    name: "files",
    who: ann,
    label: "file_name",
    orders: { name: ["a-wren.png", "B-Wren.png"], created_at: ["a-wren.png", "B-Wren.png"] },
    q: "wren",
    fill: () =>
      forEach(["B-Wren.png", "owl.png", "a-wren.png"], (file_name) =>
        buildFile(ann, undefined, { file_name }),
      ),
  },
  "API keys": {
    path: "/v1/api-keys",
    name: "api_keys",
    who: ann,
    label: "name",
    orders: { name: ["a wren", "b Wren"], created_at: ["a wren", "b Wren"] },
    q: "wren",
    fill: () =>
      forEach(["b Wren", "owl", "a wren"], (name) => ann.post("/v1/api-keys", { name, scopes: ["read"] })),
  },
  invitations: {
    path: `/v1/organizations/${organizationId}/invitations`,
    name: "invitations",
    who: admin,
    label: "email",
    orders: {
      email: ["a-wren@example.test", "b-wren@example.test"],
      created_at: ["a-wren@example.test", "b-wren@example.test"],
    },
    q: "Wren",
    fill: () =>
      forEach([{ email: "b-wren@example.test" }, {}, { email: "a-wren@example.test" }], (body: JsonObject) =>
        admin.post(`/v1/organizations/${organizationId}/invitations`, body),
      ),
  },
  organizations: {
    path: "/v1/organizations",
    name: "organizations",
    who: admin,
    label: "name",
    orders: { name: ["A Wren", "B wren"], created_at: ["B wren", "A Wren"] },
    q: "wren",
    fill: () => forEach(["B wren", "Owls", "A Wren"], (name) => admin.post("/v1/organizations", { name })),
  },
  sessions: {
    path: "/v1/sessions",
    name: "sessions",
    who: ann,
    label: "device_name",
    orders: { created_at: ["Wren's phone", "wren at work"], last_used_at: ["Wren's phone", "wren at work"] },
    q: "wren",
    fill: () =>
      forEach(["wren at work", "Owl", "Wren's phone"], (device_name) =>
        anonymous(app).post("/v1/auth/login", { email: ann.email, password: ann.password, device_name }),
      ),
  },
};

type Page = Record<string, JsonObject[]> & { next_cursor: string | null };

describe.each(Object.entries(lists))("%s", (_, { path, name, who, label, orders, q, fill }) => {
  beforeAll(async () => {
    await fill?.();
  });
  const ask = (query: Record<string, string>) => who.get<Page>(`${path}?${new URLSearchParams(query)}`);
  const walk = async (query: Record<string, string>) => {
    const labels: unknown[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { data }: { data: Page } = await ask({
        ...query,
        limit: "1",
        ...(cursor === "" ? {} : { cursor }),
      });
      labels.push(...(data[name] ?? []).map((row) => row[label]));
      cursor = data.next_cursor;
    }
    return labels;
  };

  test("are found by `q`, in each order of `sort`, page after page", async () => {
    for (const [sort, labels] of Object.entries(orders))
      expect({ sort, labels: await walk({ q, sort }) }).toEqual({ sort, labels });
    expect(await walk({ q: "nobody and nothing" })).toEqual([]);
    expect(await walk({ q: "%" })).toEqual([]);
    expect((await walk({})).length).toBeGreaterThan(Object.values(orders)[0]?.length ?? 0);
  });

  test("cannot be asked for in an order that they have not, nor go on in another one", async () => {
    expectRefusal(await ask({ sort: "colour" }), 400, "VALIDATION_ERROR", "sort");
    const [first = "", second = "id"] = Object.keys(orders);
    const { next_cursor: cursor } = (await ask({ sort: first, limit: "1" })).data;
    if (second !== "id")
      expectRefusal(await ask({ sort: second, cursor: cursor ?? "" }), 400, "VALIDATION_ERROR", "cursor");
  });
});
