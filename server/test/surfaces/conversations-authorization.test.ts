import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import {
  anonymous,
  buildGroup,
  type Caller,
  loginAgain,
  type Person,
  register,
  sendText,
} from "../kit/person.ts";
import type { Conversation, JsonObject, Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;
let admin: Person;
let moderator: Person;
let member: Person;
let author: Person;
let removed: Person;
let outsider: Person;
let newcomer: Person;
let ended: Person;

const actors = ["admin", "moderator", "member", "removed", "outsider", "anonymous", "ended session"] as const;
type Actor = (typeof actors)[number];

interface Scene {
  group: Conversation;
  message: Message;
}

/** Status for admin, moderator and member of the conversation. All others: 403, without a live session 401. */
type Row = [
  method: string,
  template: string,
  statuses: [number, number, number],
  body?: (scene: Scene) => JsonObject,
];

const conversation = "/v1/conversations/{id}";
const rows: Row[] = [
  ["GET", conversation, [200, 200, 200]],
  ["PATCH", conversation, [200, 200, 403], () => ({ title: "Renamed" })],
  ["DELETE", conversation, [200, 200, 200]],
  ["PUT", `${conversation}/settings`, [200, 403, 403], () => ({ is_e2ee_enabled: true })],
  ["POST", `${conversation}/archive`, [200, 200, 200]],
  ["POST", `${conversation}/mute`, [200, 200, 200], () => ({})],
  ["DELETE", `${conversation}/mute`, [200, 200, 200]],
  ["POST", `${conversation}/mark-read`, [200, 200, 200], () => ({})],
  ["POST", `${conversation}/leave`, [200, 200, 200]],
  ["GET", `${conversation}/participants`, [200, 200, 200]],
  ["POST", `${conversation}/participants`, [200, 403, 403], () => ({ user_ids: [newcomer.id] })],
  ["PATCH", `${conversation}/participants/{userId}`, [200, 403, 403], () => ({ role: "moderator" })],
  ["DELETE", `${conversation}/participants/{userId}`, [200, 200, 403]],
  [
    "POST",
    "/v1/messages",
    [201, 201, 201],
    ({ group }) => ({ conversation_id: group.id, content: "x", message_type: "text" }),
  ],
  ["GET", "/v1/messages", [200, 200, 200]],
  ["GET", "/v1/messages/{id}", [200, 200, 200]],
  ["PATCH", "/v1/messages/{id}", [403, 403, 403], () => ({ content: "not mine" })],
  ["DELETE", "/v1/messages/{id}", [200, 403, 403]],
  ["GET", "/v1/messages/{id}/receipts", [200, 200, 200]],
  ["GET", "/v1/messages/{id}/thread", [200, 200, 200]],
  ["POST", "/v1/messages/{id}/thread/mark-read", [200, 200, 200], () => ({})],
  ["POST", "/v1/messages/{id}/follow", [200, 200, 200]],
  ["DELETE", "/v1/messages/{id}/follow", [200, 200, 200]],
  ["GET", "/v1/messages/{id}/edits", [200, 403, 403]],
  ["POST", "/v1/messages/{id}/react", [200, 200, 200], () => ({ emoji: "👍" })],
  ["DELETE", "/v1/messages/{id}/react", [200, 200, 200]],
  ["POST", "/v1/messages/{id}/reactions", [200, 200, 200], () => ({ emoji: "👍" })],
  ["DELETE", "/v1/messages/{id}/reactions", [200, 200, 200]],
  ["POST", "/v1/messages/{id}/pin", [200, 200, 200]],
  ["DELETE", "/v1/messages/{id}/pin", [200, 200, 200]],
  ["GET", `${conversation}/pins`, [200, 200, 200]],
  ["POST", "/v1/messages/{id}/report", [201, 201, 201], () => ({})],
];

/** Routes that ask for no right in one conversation. */
const openToAll = ["POST /v1/conversations", "GET /v1/conversations", "GET /v1/messages/search"];

function callerOf(actor: Actor): Caller {
  const callers: Record<Actor, Caller> = {
    admin,
    moderator,
    member,
    removed,
    outsider,
    anonymous: anonymous(app),
    "ended session": ended,
  };
  return callers[actor];
}

async function buildScene(): Promise<Scene> {
  const group = await buildGroup(admin, [], {
    participants: [
      { user_id: moderator.id, role: "moderator" },
      { user_id: member.id, role: "member" },
      { user_id: author.id, role: "member" },
      { user_id: removed.id, role: "admin" },
      { user_id: ended.id, role: "admin" },
    ],
  });
  await admin.delete(`/v1/conversations/${group.id}/participants/${removed.id}`);
  return { group, message: await sendText(author, group.id, "written by the author") };
}

function pathOf(template: string, { group, message }: Scene): string {
  const id = template.startsWith(conversation) ? group.id : message.message_id;
  const path = template.replace("{id}", id).replace("{userId}", author.id);
  if (/\/react(ions)?$/.test(path)) return `${path}?emoji=%F0%9F%91%8D`;
  return path === "/v1/messages" ? `${path}?conversation_id=${group.id}` : path;
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [admin, moderator, member, author] = await Promise.all([
    register(app),
    register(app),
    register(app),
    register(app),
  ]);
  [removed, outsider, newcomer] = await Promise.all([register(app), register(app), register(app)]);
  ended = await loginAgain(app, await register(app));
  await ended.post("/v1/auth/logout");
});

afterAll(() => app.stop());

describe("whoever asks gets the status of their standing", () => {
  test.each(rows.map((row) => [`${row[0]} ${row[1]}`, row] as const))("%s", async (_route, row) => {
    const [method, template, statuses, body] = row;
    for (const [index, actor] of actors.entries()) {
      const scene = await buildScene();
      const expected = statuses[index] ?? (actor === "removed" || actor === "outsider" ? 403 : 401);
      const parts = body === undefined ? {} : { body: body(scene) };
      const path = pathOf(template, scene);
      const before = await admin.get<Conversation>(`/v1/conversations/${scene.group.id}`);
      const answer = await callerOf(actor).request(method, path, parts);
      expect(`${actor}: ${answer.status}`).toBe(`${actor}: ${expected}`);
      if (answer.status < 400) continue;
      const after = await admin.get<Conversation>(`/v1/conversations/${scene.group.id}`);
      expect(after.data).toEqual(before.data);
      expect(answer.text).not.toContain("written by the author");
    }
  });

  const commands: [string, JsonObject][] = [
    ["chat", { content: "x" }],
    ["typing", {}],
    ["read", { seq: 1 }],
    ["delivered", { seq: 1 }],
  ];
  test.each(commands)("socket command %s", async (type, fields) => {
    for (const person of [admin, moderator, member, removed, outsider]) {
      const { group } = await buildScene();
      const socket = await TestSocket.connect(app, person);
      socket.send({ type, conversation_id: group.id, ...fields });
      if (person === removed || person === outsider) {
        expect(await socket.next("error")).toMatchObject({ code: "FORBIDDEN" });
      } else await socket.none("error", 50);
      await socket.close();
    }
  });
});

test("every documented route of conversations and messages has its row", async () => {
  const { body } = await anonymous(app).get("/openapi.json");
  const paths = body?.paths as Record<string, JsonObject>;
  const documented = Object.entries(paths)
    .filter(([path]) => /^\/v1\/(conversations|messages)(\/|$)/.test(path))
    .flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => ["get", "post", "put", "patch", "delete"].includes(method))
        .map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "{}")}`),
    );
  const judged = rows.map(([method, template]) => `${method} ${template.replace(/\{\w+\}/g, "{}")}`);
  expect(documented.toSorted()).toEqual([...judged, ...openToAll].toSorted());
});
