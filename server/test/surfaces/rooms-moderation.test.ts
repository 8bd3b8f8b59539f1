import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { inFuture, minute } from "../kit/clock.ts";
import { expectRefusal, expectTime, unknownId } from "../kit/expectations.ts";
import { type Person, register, sendText } from "../kit/person.ts";
import type { JsonObject } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

interface Ban {
  user_id: string;
  banned_by: string;
  reason: string | null;
  until: string | null;
}

interface Report {
  id: string;
  message_id: string;
  content: string;
  reporter_id: string;
  reason: string | null;
  resolved_at: string | null;
  resolved_by: string | null;
}

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let mod: Person;
/** The server's administrator. */
let root: Person;

/** Ann's, with Mod to keep order, and Bob and Cat in it. */
async function buildRoom(): Promise<string> {
  const body = { name: "Dock", visibility: "public", user_ids: [bob.id, cat.id, mod.id] };
  const { id } = (await ann.post<{ id: string }>("/v1/rooms", body)).data;
  await ann.patch(`/v1/conversations/${id}/participants/${mod.id}`, { role: "moderator" });
  return id;
}
const ban = (who: Person, room: string, user: Person, more: JsonObject = {}) =>
  who.post<Ban>(`/v1/rooms/${room}/bans`, { user_id: user.id, ...more });
const bansOf = async (who: Person, room: string, query = "") =>
  (await who.get<{ bans: Ban[]; next_cursor: string | null }>(`/v1/rooms/${room}/bans${query}`)).data;
const reportsOf = async (who: Person, room: string, query = "") =>
  (await who.get<{ reports: Report[]; next_cursor: string | null }>(`/v1/rooms/${room}/reports${query}`))
    .data;
const join = (who: Person, room: string) => who.post(`/v1/rooms/${room}/members`);

beforeAll(async () => {
  app = await startApp();
  root = await register(app);
  [ann, bob, cat, mod] = await Promise.all([register(app), register(app), register(app), register(app)]);
});
afterAll(() => app.stop());

describe("who keeps order on the server", () => {
  let warden: Person;
  beforeAll(async () => {
    warden = await register(app);
    await root.put(`/v1/admin/users/${warden.id}`, { role: "moderator" });
  });

  test("deletes messages in public rooms without being in them, everybody there sees it, and the trail says who", async () => {
    const room = await buildRoom();
    const socket = await TestSocket.connect(app, bob);
    const message = await sendText(cat, room, "buy now");
    const answer = await warden.delete(`/v1/messages/${message.message_id}`);
    expect(answer.status).toBe(200);
    expect(await socket.next("message_deleted")).toMatchObject({
      message_id: message.message_id,
      content: "",
    });
    const stored = await bob.get<{ content: string }>(`/v1/messages/${message.message_id}`);
    expect(stored.data.content).toBe("");
    const trail = await root.get<{ audit_logs: { target_id: string; actor_id: string }[] }>(
      "/v1/admin/audit-logs?trail=changes&action=message.deleted",
    );
    expect(trail.data.audit_logs).toContainEqual(
      expect.objectContaining({ target_id: message.message_id, actor_id: warden.id }),
    );
    await socket.close();
  });

  test("does so in a room they are only a member of, and sees no more of rooms than others do", async () => {
    const room = await buildRoom();
    await join(warden, room);
    const message = await sendText(cat, room, "buy now");
    expect((await warden.delete(`/v1/messages/${message.message_id}`)).status).toBe(200);
    await warden.delete(`/v1/rooms/${room}/members`);
    const other = await sendText(cat, room, "again");
    expectRefusal(await warden.get(`/v1/messages/${other.message_id}`), 403, "FORBIDDEN");
    expectRefusal(await warden.patch(`/v1/messages/${other.message_id}`, { content: "x" }), 403, "FORBIDDEN");
  });

  test("has no say in private rooms and other conversations", async () => {
    const body = { name: "Cabin", visibility: "private", user_ids: [bob.id] };
    const { id } = (await ann.post<{ id: string }>("/v1/rooms", body)).data;
    const message = await sendText(bob, id, "between us");
    expectRefusal(await warden.delete(`/v1/messages/${message.message_id}`), 403, "FORBIDDEN");
    await ann.put(`/v1/rooms/${id}`, { visibility: "public" });
    expect((await warden.delete(`/v1/messages/${message.message_id}`)).status).toBe(200);
  });
});

describe("a ban from a room", () => {
  test("takes the person out at once and lets nobody bring them back", async () => {
    const room = await buildRoom();
    const socket = await TestSocket.connect(app, bob);
    const answer = await ban(mod, room, bob, { reason: "spam" });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({ user_id: bob.id, banned_by: mod.id, reason: "spam", until: null });
    expect(await socket.next("participant_removed")).toMatchObject({
      conversation_id: room,
      user_id: bob.id,
    });
    expectRefusal(await bob.get(`/v1/rooms/${room}/messages`), 403, "FORBIDDEN");
    expectRefusal(await join(bob, room), 403, "FORBIDDEN");
    for (const path of ["members", "invitations"]) {
      const again = await ann.post(`/v1/rooms/${room}/${path}`, { user_ids: [bob.id] });
      expectRefusal(again, 403, "FORBIDDEN");
    }
    expect((await bansOf(ann, room)).bans).toMatchObject([{ user_id: bob.id }]);
    await socket.close();
  });

  test("keeps out whoever was never in, ends by itself, and is lifted", async () => {
    const room = await buildRoom();
    await cat.delete(`/v1/rooms/${room}/members`);
    const until = new Date(Date.now() + 10 * minute).toISOString();
    expectTime((await ban(ann, room, cat, { until })).data.until, 10 * minute);
    expectRefusal(await join(cat, room), 403, "FORBIDDEN");
    await inFuture(11 * minute, async () => {
      expect((await bansOf(ann, room)).bans).toEqual([]);
      expect((await join(cat, room)).status).toBe(200);
    });
    await ban(ann, room, cat);
    expect((await mod.delete(`/v1/rooms/${room}/bans/${cat.id}`)).status).toBe(200);
    expect((await join(cat, room)).status).toBe(200);
  });

  test("is for whoever keeps order, and not against whoever stands as high or oneself", async () => {
    const room = await buildRoom();
    expectRefusal(await ban(bob, room, cat), 403, "FORBIDDEN");
    expectRefusal(await bob.get(`/v1/rooms/${room}/bans`), 403, "FORBIDDEN");
    expectRefusal(await ban(mod, room, ann), 403, "FORBIDDEN");
    expectRefusal(await ban(mod, room, mod), 403, "FORBIDDEN");
    expectRefusal(await ann.post(`/v1/rooms/${room}/bans`, { user_id: unknownId }), 404, "NOT_FOUND");
    expectRefusal(await ann.post(`/v1/rooms/${unknownId}/bans`, { user_id: bob.id }), 404, "NOT_FOUND");
    expectRefusal(await ann.post(`/v1/rooms/${room}/bans`, {}), 400, "VALIDATION_ERROR", "user_id");
    expect((await ban(ann, room, mod)).status).toBe(201);
  });

  test("holds also against an entry at the same moment", async () => {
    const room = await buildRoom();
    await bob.delete(`/v1/rooms/${room}/members`);
    await Promise.all([join(bob, room), ban(ann, room, bob), join(bob, room)]);
    expectRefusal(await bob.get(`/v1/rooms/${room}/messages`), 403, "FORBIDDEN");
    expectRefusal(await join(bob, room), 403, "FORBIDDEN");
  });

  test("is listed by cursor", async () => {
    const room = await buildRoom();
    for (const person of [bob, cat]) await ban(ann, room, person);
    const first = await bansOf(ann, room, "?limit=1");
    const rest = await bansOf(ann, room, `?limit=1&cursor=${first.next_cursor}`);
    expect([...first.bans, ...rest.bans].map(({ user_id }) => user_id).toSorted()).toEqual(
      [bob.id, cat.id].toSorted(),
    );
    expect(rest.next_cursor).toBeNull();
  });
});

describe("a report", () => {
  test("comes to those who keep order with what the message said, until it is resolved", async () => {
    const room = await buildRoom();
    const message = await sendText(bob, room, "something bad");
    const answer = await cat.post<Report>(`/v1/messages/${message.message_id}/report`, { reason: "rude" });
    expect(answer.status).toBe(201);
    await bob.patch(`/v1/messages/${message.message_id}`, { content: "something nice" });
    const [report] = (await reportsOf(mod, room)).reports;
    expect(report).toMatchObject({
      message_id: message.message_id,
      content: "something bad",
      reporter_id: cat.id,
      reason: "rude",
      resolved_at: null,
    });
    const resolved = await mod.post<Report>(`/v1/rooms/${room}/reports/${report?.id}/resolve`);
    expect(resolved.data.resolved_by).toBe(mod.id);
    expect((await reportsOf(mod, room)).reports).toEqual([]);
    const again = await ann.post<Report>(`/v1/rooms/${room}/reports/${report?.id}/resolve`);
    expect(again.data.resolved_by).toBe(mod.id);
    expect((await reportsOf(ann, room, "?resolved=true")).reports).toHaveLength(1);
  });

  test("is made once a person, with or without a reason", async () => {
    const room = await buildRoom();
    const { message_id: id } = await sendText(bob, room, "x");
    const answers = await Promise.all([1, 2].map(() => cat.post<Report>(`/v1/messages/${id}/report`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 201]);
    expect(answers[0]?.data.id).toBe(answers[1]?.data.id ?? "");
    expect((await mod.post(`/v1/messages/${id}/report`, { reason: "me too" })).status).toBe(201);
    expect((await reportsOf(ann, room)).reports).toHaveLength(2);
  });

  test("is made by members and read by nobody else", async () => {
    const room = await buildRoom();
    const { message_id: id } = await sendText(bob, room, "x");
    await cat.delete(`/v1/rooms/${room}/members`);
    expectRefusal(await cat.post(`/v1/messages/${id}/report`), 403, "FORBIDDEN");
    expectRefusal(await ann.post(`/v1/messages/${unknownId}/report`), 404, "NOT_FOUND");
    expectRefusal(await bob.get(`/v1/rooms/${room}/reports`), 403, "FORBIDDEN");
    expectRefusal(await ann.post(`/v1/rooms/${room}/reports/${unknownId}/resolve`), 404, "NOT_FOUND");
    const long = { reason: "x".repeat(1_001) };
    expectRefusal(await bob.post(`/v1/messages/${id}/report`, long), 400, "VALIDATION_ERROR", "reason");
  });
});
