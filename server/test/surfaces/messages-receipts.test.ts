import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { isoTime, outcome, unknownId } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let outsider: Person;

interface Receipt {
  user_id: string;
  delivered_at: string | null;
  read_at: string | null;
}

const statusOf = async (message: Message) =>
  (await ann.get<Message>(`/v1/messages/${message.message_id}`)).data.status;
const markRead = (person: Person, message: Message) =>
  person.post(`/v1/conversations/${message.conversation_id}/mark-read`, { seq: message.seq });

/** The other's receipt, with nulls where the server lists none for them. */
async function receiptOf(message: Message, person: Person): Promise<Receipt> {
  const { data } = await ann.get<{ receipts: Receipt[] }>(`/v1/messages/${message.message_id}/receipts`);
  const found = data.receipts.find(({ user_id }) => user_id === person.id);
  return found ?? { user_id: person.id, delivered_at: null, read_at: null };
}

/** Tells the server over a socket that everything up to the message reached this person's device. */
async function acknowledgeDelivery(person: Person, message: Message): Promise<void> {
  const socket = await TestSocket.connect(app, person, {
    query: { conversation_id: message.conversation_id },
  });
  socket.send({ type: "delivered", conversation_id: message.conversation_id, seq: message.seq });
  socket.send({ type: "ping" });
  await socket.next("pong");
  await socket.close();
}

/** Receipts may be stored a moment after they were told. */
async function eventually(read: () => Promise<unknown>, wanted: unknown): Promise<void> {
  const deadline = Date.now() + 2_000;
  let value = await read();
  while (!Bun.deepEquals(value, wanted) && Date.now() < deadline) {
    await Bun.sleep(20);
    value = await read();
  }
  expect(value).toEqual(wanted);
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat, outsider] = await Promise.all([register(app), register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("the status of a message", () => {
  test("is sent, delivered once it reached every other, read once every other read it", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const message = await sendText(ann, group.id, "hello both");
    expect(await statusOf(message)).toBe("sent");
    await acknowledgeDelivery(bob, message);
    await eventually(async () => (await receiptOf(message, bob)).delivered_at !== null, true);
    expect(await statusOf(message)).toBe("sent");
    await acknowledgeDelivery(cat, message);
    await eventually(() => statusOf(message), "delivered");
    await markRead(bob, message);
    expect(await statusOf(message)).toBe("delivered");
    await markRead(cat, message);
    expect(await statusOf(message)).toBe("read");
  });

  test("is read in a direct conversation once the other read it, which also delivers it", async () => {
    const direct = await buildDirect(ann, bob);
    const message = await sendText(ann, direct.id, "hello");
    await markRead(bob, message);
    expect(await statusOf(message)).toBe("read");
    expect(await receiptOf(message, bob)).toMatchObject({
      delivered_at: expect.stringMatching(isoTime),
      read_at: expect.stringMatching(isoTime),
    });
  });

  test("is per message: what came after the mark is not read", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await sendText(ann, group.id, "one");
    const second = await sendText(ann, group.id, "two");
    await markRead(bob, first);
    expect([await statusOf(first), await statusOf(second)]).toEqual(["read", "sent"]);
  });

  test("is read when the other answers, for answering reads what came before", async () => {
    const group = await buildGroup(ann, [bob]);
    const message = await sendText(ann, group.id, "question");
    await sendText(bob, group.id, "answer");
    expect(await statusOf(message)).toBe("read");
  });

  test("never goes back", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await sendText(ann, group.id, "one");
    const second = await sendText(ann, group.id, "two");
    await markRead(bob, second);
    await markRead(bob, first);
    await acknowledgeDelivery(bob, first);
    expect([await statusOf(first), await statusOf(second)]).toEqual(["read", "read"]);
  });
});

describe("the receipts of a message", () => {
  test("say for each other person when it was delivered and read", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const message = await sendText(ann, group.id, "hello");
    expect(await receiptOf(message, bob)).toMatchObject({ delivered_at: null, read_at: null });
    await acknowledgeDelivery(bob, message);
    await eventually(async () => isoTime.test((await receiptOf(message, bob)).delivered_at ?? ""), true);
    expect((await receiptOf(message, bob)).read_at).toBeNull();
    await markRead(bob, message);
    expect((await receiptOf(message, bob)).read_at).toMatch(isoTime);
    expect(await receiptOf(message, cat)).toMatchObject({ delivered_at: null, read_at: null });
  });

  test("name participants only, each once", async () => {
    const group = await buildGroup(ann, [bob, cat]);
    const message = await sendText(ann, group.id, "hello");
    await markRead(bob, message);
    const { data } = await cat.get<{ receipts: Receipt[] }>(`/v1/messages/${message.message_id}/receipts`);
    const named = data.receipts.map(({ user_id }) => user_id);
    expect(new Set(named).size).toBe(named.length);
    expect([ann.id, bob.id, cat.id]).toEqual(expect.arrayContaining(named));
    expect(named).toContain(bob.id);
  });

  test("are for members: 403 for others, 404 for an unknown message, 400 for a malformed id", async () => {
    const message = await sendText(ann, (await buildGroup(ann, [bob])).id, "hello");
    expect(outcome(await outsider.get(`/v1/messages/${message.message_id}/receipts`))).toBe("403 FORBIDDEN");
    expect(outcome(await outsider.get(`/v1/messages/${unknownId}/receipts`))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.get("/v1/messages/x/receipts"))).toBe("400 VALIDATION_ERROR");
  });
});
