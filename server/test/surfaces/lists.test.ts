import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { buildFile } from "../kit/files.ts";
import { anonymous, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { JsonObject, Message } from "../kit/shapes.ts";

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

const root = await sendText(ann, group.id, "About the wren");

const forEach = async <T>(items: T[], make: (item: T) => Promise<unknown>) => {
  for (const item of items) await make(item);
};

/** What is done at two times is told apart by the millisecond. */
const inTurn = <T>(items: T[], make: (item: T) => Promise<unknown>) =>
  forEach(items, async (item) => {
    await make(item);
    await Bun.sleep(2);
  });

interface Case {
  path: string;
  name: string;
  who: Person;
  /** What stands in each row for a person, so that a row can be told; where, if not in the row itself. */
  label: string;
  within?: string;
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
  "replies of a thread": {
    path: `/v1/messages/${root.message_id}/thread`,
    name: "messages",
    who: ann,
    label: "content",
    orders: { created_at: ["b WREN", "a wren"] },
    q: "wren",
    fill: () =>
      forEach(["b WREN", "owl", "a wren"], (text) =>
        sendText(ann, group.id, text, { metadata: { reply_to: root.message_id } }),
      ),
  },
  "pinned messages": {
    path: `/v1/conversations/${group.id}/pins`,
    name: "pins",
    who: ann,
    label: "content",
    orders: { pinned_at: ["1 wren", "2 Wren"], created_at: ["2 Wren", "1 wren"] },
    q: "Wren",
    fill: async () => {
      const texts = ["1 wren", "2 Wren", "3 owl"];
      const sent = await Promise.all(texts.map((text) => sendText(ann, group.id, text)));
      const inOrder = sent.toSorted((a, b) => a.content.localeCompare(b.content)).toReversed();
      await inTurn(inOrder, ({ message_id: id }) => ann.post(`/v1/messages/${id}/pin`));
    },
  },
  "followed threads": {
    path: "/v1/threads",
    name: "threads",
    who: people[0] as Person,
    label: "content",
    within: "root",
    orders: { last_reply_at: ["1 Wren", "2 wren"], created_at: ["2 wren", "1 Wren"] },
    q: "wren",
    fill: async () => {
      const roots: Message[] = [];
      for (const text of ["1 Wren", "2 wren", "3 owl"]) roots.push(await sendText(ann, group.id, text));
      await inTurn(roots.toReversed(), ({ message_id: reply_to }) =>
        sendText(people[0] as Person, group.id, "yes", { metadata: { reply_to } }),
      );
    },
  },
  "bans from a room": {
    path: `/v1/rooms/${room.id}/bans`,
    name: "bans",
    who: ann,
    label: "reason",
    orders: { created_at: ["as wren_a", "as wren_b"], username: ["as wren_a", "as wren_b"] },
    q: "wren",
    fill: () =>
      forEach([...people.filter(({ username }) => username !== "otto"), admin], ({ id, username }) =>
        ann.post(`/v1/rooms/${room.id}/bans`, { user_id: id, reason: `as ${username}` }),
      ),
  },
  "reports of a room": {
    path: `/v1/rooms/${room.id}/reports`,
    name: "reports",
    who: ann,
    label: "content",
    orders: { created_at: ["a wren", "an owl"] },
    q: "wren",
    fill: async () => {
      for (const [text, reason] of [
        ["an owl", "Not a WREN"],
        ["a crow", "noise"],
        ["a wren", "noise"],
      ] as const) {
        const { message_id: id } = await sendText(ann, room.id, text);
        await ann.post(`/v1/messages/${id}/report`, { reason });
      }
    },
  },
  mails: {
    path: "/v1/admin/mails",
    name: "mails",
    who: admin,
    label: "to",
    orders: { created_at: ["b-mailed@example.test", "a-mailed@example.test"] },
    q: "MAILED",
    fill: () =>
      forEach(["a-mailed@example.test", "owl@example.test", "b-mailed@example.test"], (email) =>
        admin.post(`/v1/organizations/${organizationId}/invitations`, { email }),
      ),
  },
};

type Page = Record<string, JsonObject[]> & { next_cursor: string | null };

describe.each(Object.entries(lists))("%s", (_, { path, name, who, label, within, orders, q, fill }) => {
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
      const rows = (data[name] ?? []).map((row) =>
        within === undefined ? row : (row[within] as JsonObject),
      );
      labels.push(...rows.map((row) => row[label]));
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

describe("`q` knows no case, in any alphabet,", () => {
  const found = async (who: Person, path: string, name: string, label: string) => {
    const { data } = await who.get<Page>(`${path}?${new URLSearchParams({ q: "ÉTOILE ЗВЕЗДА" })}`);
    return (data[name] ?? []).map((row) => row[label]);
  };
  const star = "Étoile Звезда";

  test("for names of keys, organizations and devices, and for texts of messages", async () => {
    await ann.post("/v1/api-keys", { name: star, scopes: ["read"] });
    await admin.post("/v1/organizations", { name: star });
    await anonymous(app).post("/v1/auth/login", {
      email: ann.email,
      password: ann.password,
      device_name: star,
    });
    const { message_id: id } = await sendText(ann, group.id, star, {
      metadata: { reply_to: root.message_id },
    });
    await ann.post(`/v1/messages/${id}/pin`);
    expect(await found(ann, "/v1/api-keys", "api_keys", "name")).toEqual([star]);
    expect(await found(admin, "/v1/organizations", "organizations", "name")).toEqual([star]);
    expect(await found(ann, "/v1/sessions", "sessions", "device_name")).toEqual([star]);
    expect(await found(ann, `/v1/messages/${id}/thread`, "messages", "content")).toEqual([star]);
    expect(await found(ann, `/v1/conversations/${group.id}/pins`, "pins", "content")).toEqual([star]);
  });
});

test("`q` finds what stands behind hundreds of others, and goes on behind it", async () => {
  const long = await sendText(ann, group.id, "a long one");
  const metadata = { reply_to: long.message_id };
  const needles = [0, 230, 231, 449];
  for (let at = 0; at < 450; at += 50) {
    const texts = Array.from({ length: 50 }, (_, index) => (needles.includes(at + index) ? "Needle" : "hay"));
    for (const content of texts)
      await ann.post("/v1/messages", { conversation_id: group.id, message_type: "text", content, metadata });
  }
  const seen: JsonObject[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ q: "needle", limit: "1", ...(cursor === "" ? {} : { cursor }) });
    const page = (await ann.get<Page>(`/v1/messages/${long.message_id}/thread?${query}`)).data;
    seen.push(...(page.messages ?? []));
    cursor = page.next_cursor;
  }
  const firstSeq = Number(seen[0]?.seq);
  expect(seen.map(({ seq }) => Number(seq) - firstSeq)).toEqual(needles);
});

test("rooms, found rooms and all rooms refuse each other's cursors", async () => {
  for (const name of ["Wrens one", "Wrens two"])
    await admin.post("/v1/rooms", { name, visibility: "public" });
  const paths = ["/v1/rooms?q=wrens", "/v1/rooms/search?q=wrens", "/v1/admin/rooms?q=wrens"];
  for (const from of paths) {
    const { next_cursor: cursor } = (await admin.get<Page>(`${from}&limit=1`)).data;
    for (const to of paths) {
      const answer = await admin.get<Page>(`${to}&limit=1&cursor=${cursor}`);
      if (to === from) expect(answer.data.rooms?.length).toBe(1);
      else expectRefusal(answer, 400, "VALIDATION_ERROR", "cursor");
    }
  }
});
