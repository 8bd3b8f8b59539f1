import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { buildGroup, loginAgain, register, sendText } from "../kit/person.ts";
import { until } from "../kit/until.ts";

setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);
const others = [await register(app), await register(app)];
const group = await buildGroup(admin, others);
const root = await sendText(admin, group.id, "a word");

const organization = (await admin.get<Organizations>("/v1/organizations")).data.organizations[0]?.id;

/** A database refuses these in a column of text or of whole numbers. */
const unstorable = { string: ["\0", "\ud800"], number: [1.5, 1e308, -1e308, 2 ** 60] };

const lists: Record<string, string> = {
  "the directory": "/users",
  participants: `/conversations/${group.id}/participants`,
  messages: `/messages?conversation_id=${group.id}`,
  pins: `/conversations/${group.id}/pins`,
  "a thread": `/messages/${root.message_id}/thread`,
  threads: "/threads",
  rooms: "/rooms",
  "rooms by name": "/rooms?sort=name",
  notifications: "/notifications",
  friends: "/users/me/friends",
  "support conversations": "/support/conversations",
  organizations: "/organizations",
  sessions: "/sessions",
  "blocked people": "/users/me/blocked",
  "API keys": "/api-keys",
  invitations: `/organizations/${organization}/invitations`,
  "accounts by username": "/admin/users?sort=username",
  "accounts by age": "/admin/users",
  "rooms of the server": "/admin/rooms",
  "hits of a search": "/messages/search?q=word",
};

beforeAll(async () => {
  const second = await sendText(admin, group.id, "a second word");
  for (const message of [root, second]) {
    await admin.post(`/v1/messages/${message.message_id}/pin`);
    for (const other of others)
      await sendText(other, group.id, "a word back", {
        metadata: { reply_to: message.message_id, mentions: [admin.id] },
      });
  }
  await loginAgain(app, admin);
  for (const name of ["one", "two"]) {
    await admin.post("/v1/api-keys", { name, scopes: ["read"] });
    await admin.post(`/v1/organizations/${organization}/invitations`);
    await admin.post(`/v1/users/${(await register(app)).id}/block`);
  }
  for (const other of others) {
    await other.post(`/v1/users/${admin.id}/friend`);
    await admin.post(`/v1/users/${other.id}/friend/accept`);
    await admin.post("/v1/rooms", { name: "A room", visibility: "public" });
    await admin.post("/v1/support/conversations", { subject: "A question", message: "How?" });
  }
  await admin.post("/v1/organizations", { name: "Another", slug: "another" });
  const found = async () => (await admin.get<Found>("/v1/messages/search?q=word")).data.results;
  await until("they are found", async () => (await found()).length > 1);
});

interface Organizations {
  organizations: { id: string }[];
}

interface Found {
  results: unknown[];
}

interface Page {
  next_cursor?: string | null;
  next_page_state?: string | null;
}

test.each(Object.entries(lists))(
  "a made-up place in %s is 400, never a fault of the server",
  async (_, path) => {
    const page = `/v1${path}${path.includes("?") ? "&" : "?"}limit=1`;
    const { data } = await admin.get<Page>(page);
    const cursor = data.next_cursor ?? data.next_page_state ?? "";
    const name = data.next_page_state === undefined ? "cursor" : "page_state";
    const [list, ...places] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as (string | number)[];
    const isRank = (place: number) => path.includes("search") && place === 2;
    for (const [index, place] of places.entries()) {
      if (isRank(index)) continue;
      for (const wrong of unstorable[typeof place as keyof typeof unstorable]) {
        const forged = JSON.stringify([list, ...places.with(index, wrong)]);
        const answer = await admin.get(`${page}&${name}=${Buffer.from(forged).toString("base64url")}`);
        expectRefusal(answer, 400, "VALIDATION_ERROR", name);
      }
    }
    expect(places).not.toBeEmpty();
  },
);
