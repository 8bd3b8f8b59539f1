import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { inFuture, second } from "../kit/clock.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { type Person, register } from "../kit/person.ts";
import { startServer } from "../kit/server.ts";
import type { JsonObject, Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface Room {
  id: string;
  slow_mode_seconds: number;
}

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;

async function buildRoom(more: JsonObject = {}): Promise<string> {
  const body = { name: "Dock", slow_mode_seconds: 30, user_ids: [bob.id, cat.id], ...more };
  return (await ann.post<Room>("/v1/rooms", body)).data.id;
}
const say = (who: Person, room: string, content: string, more: JsonObject = {}) =>
  who.post<Message>(`/v1/rooms/${room}/messages`, { content, ...more });

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
});
afterAll(() => app.stop());

describe("slow mode", () => {
  test("lets a member write once in its time, says when the next may go, and counts for each alone", async () => {
    const room = await buildRoom();
    expect((await say(bob, room, "first")).status).toBe(201);
    const refused = await say(bob, room, "second");
    expectRefusal(refused, 429, "RATE_LIMIT_EXCEEDED");
    expect(refused.error?.retry_after).toBeWithin(29, 31);
    expect(refused.headers.get("retry-after")).toBe(String(refused.error?.retry_after));
    expect((await say(cat, room, "mine")).status).toBe(201);
    await inFuture(31 * second, async () => expect((await say(bob, room, "second")).status).toBe(201));
  });

  test("is kept while the server is down", async () => {
    const server = await startServer();
    try {
      const [dan, eve] = [await register(server), await register(server)];
      const body = { name: "Dock", slow_mode_seconds: 600, user_ids: [eve.id] };
      const { id } = (await dan.post<Room>("/v1/rooms", body)).data;
      expect((await say(eve, id, "first")).status).toBe(201);
      await server.kill();
      await server.restart();
      expectRefusal(await say(eve, id, "second"), 429, "RATE_LIMIT_EXCEEDED");
    } finally {
      await server.stop();
    }
  });

  test("is the same over the socket, where the refusal names the message", async () => {
    const room = await buildRoom();
    const socket = await TestSocket.connect(app, bob);
    const chat = { type: "chat", conversation_id: room, content: "hi" };
    socket.send({ ...chat, client_message_id: "a" });
    await socket.next("ack");
    socket.send({ ...chat, client_message_id: "b" });
    expect(await socket.next("error")).toMatchObject({
      code: "RATE_LIMIT_EXCEEDED",
      client_message_id: "b",
      retry_after: 30,
    });
    await socket.close();
  });

  test("lets one of many that come at once through", async () => {
    const room = await buildRoom();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => say(bob, room, `m${index}`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(429)]);
  });

  test("answers a message sent again with the first one", async () => {
    const room = await buildRoom();
    const first = await say(bob, room, "once", { client_message_id: "k" });
    const again = await say(bob, room, "once", { client_message_id: "k" });
    expect(again.status).toBe(200);
    expect(again.data.message_id).toBe(first.data.message_id);
  });

  test("does not hold up moderators, admins and whoever may manage", async () => {
    const room = await buildRoom();
    await ann.patch(`/v1/conversations/${room}/participants/${cat.id}`, { role: "moderator" });
    for (const who of [ann, ann, cat, cat]) expect((await say(who, room, "in order")).status).toBe(201);
    await ann.put(`/v1/rooms/${room}`, { permissions: { manage: "member" } });
    for (const who of [bob, bob]) expect((await say(who, room, "in order")).status).toBe(201);
  });

  test("is set and lifted by admins, and everybody in the room is told", async () => {
    const room = await buildRoom({ slow_mode_seconds: 0 });
    for (let count = 0; count < 2; count++) expect((await say(bob, room, "quick")).status).toBe(201);
    const socket = await TestSocket.connect(app, bob);
    const changed = await ann.put<Room>(`/v1/rooms/${room}`, { slow_mode_seconds: 600 });
    expect(changed.data.slow_mode_seconds).toBe(600);
    expect(await socket.next("conversation_updated")).toMatchObject({
      conversation_id: room,
      slow_mode_seconds: 600,
    });
    expect((await bob.get<Room>(`/v1/conversations/${room}`)).data.slow_mode_seconds).toBe(600);
    expect((await bob.get<Room>(`/v1/rooms/${room}`)).data.slow_mode_seconds).toBe(600);
    expect((await say(bob, room, "first of the slow ones")).status).toBe(201);
    expectRefusal(await say(bob, room, "too soon"), 429, "RATE_LIMIT_EXCEEDED");
    expectRefusal(await bob.put(`/v1/rooms/${room}`, { slow_mode_seconds: 0 }), 403, "FORBIDDEN");
    await ann.put(`/v1/rooms/${room}`, { slow_mode_seconds: 0 });
    expect((await say(bob, room, "quick again")).status).toBe(201);
    await socket.close();
  });

  test("is a whole number of seconds, six hours at most", async () => {
    const room = await buildRoom();
    for (const seconds of [-1, 1.5, 21_601, "30", null]) {
      const answer = await ann.put(`/v1/rooms/${room}`, { slow_mode_seconds: seconds });
      expectRefusal(answer, 400, "VALIDATION_ERROR", "slow_mode_seconds");
    }
    expect((await ann.put(`/v1/rooms/${room}`, { slow_mode_seconds: 21_600 })).status).toBe(200);
  });
});
