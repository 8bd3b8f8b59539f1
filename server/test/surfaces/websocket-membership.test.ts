import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation } from "../kit/shapes.ts";
import { closeAll, TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;

const connect = (person: Person, conversation_id?: string) =>
  TestSocket.connect(app, person, conversation_id === undefined ? {} : { query: { conversation_id } });
const pathOf = (group: Conversation) => `/v1/conversations/${group.id}`;
const about = (socket: TestSocket, group: Conversation) =>
  socket.frames.filter(({ conversation_id }) => conversation_id === group.id);
const remove = (actor: Person, group: Conversation, target: Person) =>
  actor.delete(`${pathOf(group)}/participants/${target.id}`);

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("adding somebody", () => {
  test("tells the others and the one added, with a version", async () => {
    const group = await buildGroup(ann, [bob]);
    const [member, added] = await Promise.all([connect(bob), connect(cat)]);
    await ann.post(`${pathOf(group)}/participants`, { user_ids: [cat.id], role: "moderator" });
    for (const socket of [member, added]) {
      const frame = await socket.next(
        (heard) => heard.type === "participant_added" && heard.user_id === cat.id,
      );
      expect(frame.conversation_id).toBe(group.id);
      expect(Number(frame.version)).toBeGreaterThan(group.version);
    }
    await closeAll(member, added);
  });

  test("gives every connection of theirs what is said from then on", async () => {
    const group = await buildGroup(ann, [bob]);
    const sockets = await Promise.all([connect(cat), connect(cat)]);
    await ann.post(`${pathOf(group)}/participants`, { user_ids: [cat.id] });
    const sent = await sendText(bob, group.id, "welcome");
    for (const socket of sockets) {
      expect(await socket.next("chat")).toMatchObject({ message_id: sent.message_id, seq: 1 });
    }
    await closeAll(...sockets);
  });
});

describe("removing somebody", () => {
  test("is told to the others, and is the last they hear of that conversation", async () => {
    const [group, direct] = [await buildGroup(ann, [bob, cat]), await buildDirect(ann, bob)];
    const [removed, scoped, witness] = await Promise.all([
      connect(bob),
      connect(bob, group.id),
      connect(cat),
    ]);
    await sendText(ann, group.id, "before");
    await remove(ann, group, bob);
    await sendText(ann, group.id, "after");
    await ann.patch(pathOf(group), { title: "Renamed behind his back" });
    await sendText(ann, direct.id, "elsewhere");
    await removed.next((frame) => frame.conversation_id === direct.id && frame.type === "chat");
    await witness.next("conversation_updated");
    for (const socket of [removed, scoped, witness]) {
      const gone = about(socket, group).find(({ type }) => type === "participant_removed");
      expect(gone).toMatchObject({ conversation_id: group.id, user_id: bob.id });
      expect(Number(gone?.version)).toBeGreaterThan(0);
    }
    for (const socket of [removed, scoped]) {
      expect(about(socket, group).at(-1)?.type).toBe("participant_removed");
      expect(about(socket, group).some(({ content }) => content === "after")).toBe(false);
    }
    expect(about(witness, group).some(({ content }) => content === "after")).toBe(true);
    await closeAll(removed, witness, ...(scoped.isOpen ? [scoped] : []));
  });

  test("is the last frame also while others write without pause", async () => {
    for (let round = 0; round < 10; round++) {
      const group = await buildGroup(ann, [bob, cat]);
      const [removed, writer] = await Promise.all([connect(bob), connect(cat)]);
      for (let count = 0; count < 40; count++) {
        writer.send({ type: "chat", conversation_id: group.id, content: `m${count}` });
        if (count === round * 4) void remove(ann, group, bob);
      }
      await removed.next("participant_removed");
      await writer.next((frame) => frame.type === "chat" && frame.seq === 40);
      await Bun.sleep(50);
      const heard = about(removed, group);
      expect(heard.at(-1)?.type).toBe("participant_removed");
      const seqs = heard.filter(({ type }) => type === "chat").map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      await closeAll(removed, writer);
    }
  }, 30_000);

  test("takes their commands at once, on connections that were open before", async () => {
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "1");
    const [socket, listener] = await Promise.all([connect(bob), connect(ann)]);
    await remove(ann, group, bob);
    await listener.next("participant_removed");
    const commands = [
      { type: "chat", content: "still here", client_message_id: "r1" },
      { type: "typing" },
      { type: "read", seq: 1 },
      { type: "delivered", seq: 1 },
    ];
    for (const command of commands) {
      socket.send({ ...command, conversation_id: group.id });
      expect(await socket.next("error")).toMatchObject({ code: "FORBIDDEN" });
    }
    const told = ["chat", "typing", "read_receipt", "delivery_receipt"];
    await listener.none((frame) => told.includes(frame.type));
    await closeAll(socket, listener);
  });

  test("and adding them again lets them hear what comes after", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(bob);
    await remove(ann, group, bob);
    await sendText(ann, group.id, "while away");
    await ann.post(`${pathOf(group)}/participants`, { user_ids: [bob.id] });
    await sendText(ann, group.id, "back again");
    expect(await socket.next("chat")).toMatchObject({ content: "back again", seq: 2 });
    await socket.close();
  });
});

describe("leaving", () => {
  test("is told as a removal, on the leaver's connections as the last frame", async () => {
    const group = await buildGroup(ann, [bob]);
    const [leaver, other] = await Promise.all([connect(bob), connect(ann)]);
    await bob.post(`${pathOf(group)}/leave`);
    await sendText(ann, group.id, "alone now");
    for (const socket of [leaver, other]) {
      expect(await socket.next("participant_removed")).toMatchObject({ user_id: bob.id });
    }
    await other.next("chat");
    await leaver.none("chat");
    expect(about(leaver, group).at(-1)?.type).toBe("participant_removed");
    await closeAll(leaver, other);
  });

  test("by the last admin tells who was promoted", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(bob);
    await ann.post(`${pathOf(group)}/leave`);
    expect(await socket.next("participant_updated")).toMatchObject({
      conversation_id: group.id,
      user_id: bob.id,
      role: "admin",
    });
    await socket.close();
  });
});

describe("changes of the conversation", () => {
  test("a role is told as participant_updated with who, what and the version", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const sockets = await Promise.all([connect(bob), connect(cat)]);
    await ann.patch(`${pathOf(group)}/participants/${bob.id}`, { role: "moderator" });
    for (const socket of sockets) {
      const frame = await socket.next("participant_updated");
      expect(frame).toMatchObject({ conversation_id: group.id, user_id: bob.id, role: "moderator" });
      expect(Number(frame.version)).toBeGreaterThan(group.version);
    }
    await closeAll(...sockets);
  });

  test("a new title is told as conversation_updated, to everybody once", async () => {
    const group = await buildGroup(ann, [bob]);
    const sockets = await Promise.all([connect(ann), connect(bob)]);
    await ann.patch(pathOf(group), { title: "Told" });
    for (const socket of sockets) {
      const frame = await socket.next("conversation_updated");
      expect(frame.conversation_id).toBe(group.id);
      expect(JSON.stringify(frame)).toContain("Told");
      await socket.none("conversation_updated");
    }
    await closeAll(...sockets);
  });

  test("of every kind carry versions that only grow, in the order they happened", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connect(bob);
    const sent = await sendText(ann, group.id, "one");
    await ann.patch(`/v1/messages/${sent.message_id}`, { content: "uno" });
    await ann.post(`${pathOf(group)}/participants`, { user_ids: [cat.id] });
    await ann.patch(`${pathOf(group)}/participants/${cat.id}`, { role: "moderator" });
    await ann.patch(pathOf(group), { title: "Two" });
    await remove(ann, group, cat);
    await ann.delete(`/v1/messages/${sent.message_id}`);
    await socket.next("message_deleted");
    const durable = about(socket, group).filter(({ version }) => version !== undefined);
    expect(durable.map(({ type }) => type)).toEqual([
      "chat",
      "message_edited",
      "participant_added",
      "participant_updated",
      "conversation_updated",
      "participant_removed",
      "message_deleted",
    ]);
    const versions = durable.map(({ version }) => Number(version));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
    const now = (await bob.get<Conversation>(pathOf(group))).data.version;
    expect(versions.at(-1)).toBe(now);
    await socket.close();
  });
});
