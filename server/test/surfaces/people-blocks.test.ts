import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { moveAway } from "../kit/organization.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";

const app = await startApp();
afterAll(() => app.stop());
await register(app);

async function pair(): Promise<[Person, Person]> {
  return [await register(app), await register(app)];
}

const block = (person: Person, other: Person) => person.post(`/v1/users/${other.id}/block`);
const blockedBy = async (person: Person) =>
  (await person.get<{ users: { id: string }[] }>("/v1/users/me/blocked")).data.users.map((user) => user.id);
const isOnline = async (viewer: Person, person: Person) =>
  (await viewer.get<{ online: boolean; last_seen_at: string | null }>(`/v1/users/${person.id}`)).data;

describe("blocking somebody", () => {
  test("is listed for who did it until it is taken back, and shown to nobody else", async () => {
    const [ann, bob] = await pair();
    expect((await block(ann, bob)).status).toBe(200);
    expect((await block(ann, bob)).status).toBe(200);
    expect(await blockedBy(ann)).toEqual([bob.id]);
    expect(await blockedBy(bob)).toEqual([]);
    expect((await ann.delete(`/v1/users/${bob.id}/block`)).status).toBe(200);
    expect(await blockedBy(ann)).toEqual([]);
    expectRefusal(await ann.delete(`/v1/users/${bob.id}/block`), 404, "NOT_FOUND");
  });

  test("who does not exist, is of another organization or is oneself is refused", async () => {
    const [ann, bob] = await pair();
    await moveAway(app, bob);
    expectRefusal(await block(ann, bob), 404, "NOT_FOUND");
    expectRefusal(await ann.post(`/v1/users/${Bun.randomUUIDv7()}/block`), 404, "NOT_FOUND");
    expectRefusal(await ann.post("/v1/users/nobody/block"), 400, "VALIDATION_ERROR", "id");
    expectRefusal(await block(ann, ann), 400, "VALIDATION_ERROR", "id");
  });

  test("refuses a direct conversation either way, and a group or a place in one by whoever was blocked", async () => {
    const [ann, bob] = await pair();
    const third = await register(app);
    await block(ann, bob);
    const direct = (from: Person, to: Person) =>
      from.post("/v1/conversations", { type: "direct", participant_ids: [to.id] });
    expectRefusal(await direct(ann, bob), 403, "FORBIDDEN");
    expectRefusal(await direct(bob, ann), 403, "FORBIDDEN");
    const group = { type: "group", title: "Us", participant_ids: [ann.id, third.id] };
    expectRefusal(await bob.post("/v1/conversations", group), 403, "FORBIDDEN");
    const { id } = await buildGroup(bob, [third]);
    expectRefusal(
      await bob.post(`/v1/conversations/${id}/participants`, { user_ids: [ann.id] }),
      403,
      "FORBIDDEN",
    );
    await ann.delete(`/v1/users/${bob.id}/block`);
    expect((await direct(bob, ann)).status).toBe(201);
  });

  test("ends sends in the direct conversation that there is, over REST and the socket, for both", async () => {
    const [ann, bob] = await pair();
    const { id } = await buildDirect(ann, bob);
    await sendText(bob, id, "before");
    const socket = await TestSocket.connect(app, bob);
    await block(ann, bob);
    const body = { conversation_id: id, content: "after", message_type: "text" };
    for (const person of [ann, bob]) {
      expectRefusal(await person.post("/v1/messages", body), 403, "FORBIDDEN");
      expectRefusal(await person.post(`/api/chat/${id}/messages`, { content: "after" }), 403, "FORBIDDEN");
      expect((await person.get(`/v1/messages?conversation_id=${id}`)).status).toBe(200);
    }
    expectRefusal(
      await bob.post("/v1/conversations", { type: "direct", participant_ids: [ann.id] }),
      403,
      "FORBIDDEN",
    );
    socket.send({ type: "chat", conversation_id: id, content: "after", client_message_id: "x" });
    expect(await socket.next("error")).toMatchObject({ code: "FORBIDDEN", client_message_id: "x" });
    await ann.delete(`/v1/users/${bob.id}/block`);
    socket.send({ type: "chat", conversation_id: id, content: "again", client_message_id: "y" });
    expect(await socket.next("ack")).toMatchObject({ client_message_id: "y" });
    await socket.close();
  });

  test("lets nobody speak by an edit or a reaction there, but delete and take back", async () => {
    const [ann, bob] = await pair();
    const { id } = await buildDirect(ann, bob);
    const sent = await sendText(bob, id, "before");
    const path = `/v1/messages/${sent.message_id}`;
    await bob.post(`${path}/react`, { emoji: "👍" });
    await block(ann, bob);
    expectRefusal(await bob.patch(path, { content: "after" }), 403, "FORBIDDEN");
    for (const person of [ann, bob])
      expectRefusal(await person.post(`${path}/react`, { emoji: "🎉" }), 403, "FORBIDDEN");
    expect((await ann.get<{ content: string }>(path)).data.content).toBe("before");
    expect((await bob.delete(`${path}/react?emoji=${encodeURIComponent("👍")}`)).status).toBe(200);
    expect((await bob.delete(path)).status).toBe(200);
  });

  test("in a group that both are in, hides typing and comings and goings of each from the other alone", async () => {
    const [ann, bob] = await pair();
    const third = await register(app);
    const { id } = await buildGroup(third, [ann, bob]);
    const [annSocket, thirdSocket] = [
      await TestSocket.connect(app, ann),
      await TestSocket.connect(app, third),
    ];
    await block(ann, bob);
    const bobSocket = await TestSocket.connect(app, bob);
    bobSocket.send({ type: "typing", conversation_id: id });
    const byBob = (type: string) => (frame: { type: string; user_id?: unknown }) =>
      frame.type === type && frame.user_id === bob.id;
    await thirdSocket.next(byBob("user_joined"));
    await thirdSocket.next(byBob("presence"));
    await thirdSocket.next(byBob("typing"));
    for (const type of ["user_joined", "typing"]) await annSocket.none(byBob(type), 20);
    await annSocket.none((frame) => byBob("presence")(frame) && frame.online === true, 20);
    annSocket.send({ type: "chat", conversation_id: id, content: "to all" });
    await bobSocket.next("chat");
    for (const socket of [annSocket, bobSocket, thirdSocket]) await socket.close();
  });

  test("hides presence of each from the other, on every list", async () => {
    const [ann, bob] = await pair();
    const { id } = await buildGroup(ann, [bob]);
    const sockets = [await TestSocket.connect(app, ann), await TestSocket.connect(app, bob)];
    expect(await isOnline(ann, bob)).toMatchObject({ online: true });
    await block(ann, bob);
    for (const [viewer, person] of [
      [ann, bob],
      [bob, ann],
    ] as const) {
      expect(await isOnline(viewer, person)).toMatchObject({ online: false, last_seen_at: null });
      const { presence } = (
        await viewer.get<{ presence: object[] }>(`/v1/presence?user_ids=${person.id},${viewer.id}`)
      ).data;
      expect(presence).toEqual([
        { user_id: person.id, online: false, last_seen_at: null },
        expect.objectContaining({ user_id: viewer.id, online: true }),
      ]);
      const { participants } = (
        await viewer.get<{ participants: { user_id: string; online: boolean }[] }>(
          `/v1/conversations/${id}/participants`,
        )
      ).data;
      expect(participants.find((each) => each.user_id === person.id)?.online).toBe(false);
    }
    for (const socket of sockets) await socket.close();
  });

  test("outlives a restart", async () => {
    const { startServer } = await import("../kit/server.ts");
    const server = await startServer();
    try {
      await register(server);
      const [ann, bob] = [await register(server), await register(server)];
      await block(ann, bob);
      await ann.put("/v1/users/settings", { presence_visible: false });
      await server.restart();
      const direct = { type: "direct", participant_ids: [ann.id] };
      expectRefusal(await bob.post("/v1/conversations", direct), 403, "FORBIDDEN");
      const other = await register(server);
      const socket = await TestSocket.connect(server, ann);
      expect(await isOnline(other, ann)).toMatchObject({ online: false, last_seen_at: null });
      await socket.close();
    } finally {
      await server.stop();
    }
  });
});
