import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import type { JsonObject, Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface Told {
  kind: string;
  data: JsonObject;
}

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;

async function buildRoom(): Promise<string> {
  return (await ann.post<{ id: string }>("/v1/rooms", { name: "Dock", user_ids: [bob.id, cat.id] })).data.id;
}
const call = (who: Person, conversation: string, metadata: JsonObject) =>
  who.post<Message>("/v1/messages", {
    conversation_id: conversation,
    message_type: "text",
    content: "all hands",
    metadata,
  });
/** What somebody was told of this message. */
const toldOf = async (who: Person, message: Message) =>
  (await who.get<{ notifications: Told[] }>("/v1/notifications?limit=100")).data.notifications
    .filter(({ data }) => data.message_id === message.message_id)
    .map(({ kind }) => kind);

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
});
afterAll(() => app.stop());

describe("a message to everybody", () => {
  test("with @room is told to each participant as a mention, once, but not to its sender", async () => {
    const room = await buildRoom();
    const { data } = await call(ann, room, { mention_room: true, mentions: [cat.id] });
    expect(data.metadata).toMatchObject({ mention_room: true });
    expect(await toldOf(bob, data)).toEqual(["mention"]);
    expect(await toldOf(cat, data)).toEqual(["mention"]);
    expect(await toldOf(ann, data)).toEqual([]);
  });

  test("with @here calls those who are connected; others are told as of any message", async () => {
    const room = await buildRoom();
    const socket = await TestSocket.connect(app, bob);
    const { data } = await call(ann, room, { mention_here: true });
    const told = await socket.next("notification");
    expect(told).toMatchObject({ kind: "mention", data: { message_id: data.message_id } });
    expect(await toldOf(cat, data)).toEqual(["message"]);
    await socket.close();
  });

  test("leaves alone who has muted the room", async () => {
    const room = await buildRoom();
    await bob.post(`/v1/conversations/${room}/mute`, {});
    const { data } = await call(ann, room, { mention_room: true });
    expect(await toldOf(cat, data)).toEqual(["mention"]);
    expect(await toldOf(bob, data)).toEqual([]);
  });

  test("is for whoever keeps order in a room, and for everybody in a group", async () => {
    const room = await buildRoom();
    for (const metadata of [{ mention_room: true }, { mention_here: true }])
      expectRefusal(await call(bob, room, metadata), 403, "FORBIDDEN");
    await ann.patch(`/v1/conversations/${room}/participants/${bob.id}`, { role: "moderator" });
    expect((await call(bob, room, { mention_room: true })).status).toBe(201);
    await ann.put(`/v1/rooms/${room}`, { permissions: { manage: "member" } });
    expect((await call(cat, room, { mention_here: true })).status).toBe(201);
    const group = await buildGroup(ann, [bob, cat]);
    const { data } = await call(bob, group.id, { mention_room: true });
    expect(await toldOf(ann, data)).toEqual(["mention"]);
  });

  test("says so with true or false: anything else is 400 and nothing is sent", async () => {
    const room = await buildRoom();
    const answer = await call(ann, room, { mention_room: "yes" });
    expectRefusal(answer, 400, "VALIDATION_ERROR", "metadata.mention_room");
    const quiet = await call(bob, room, { mention_room: false });
    expect(quiet.status).toBe(201);
    expect(await toldOf(cat, quiet.data)).toEqual(["message"]);
  });
});
