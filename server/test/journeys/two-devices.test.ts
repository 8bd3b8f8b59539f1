import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, loginAgain, register, sendText } from "../kit/person.ts";
import type { Conversation, Session } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

test("phone and laptop of one person show the same, and a lost phone is shut out from the laptop", async () => {
  const [ann, onLaptop] = await Promise.all([register(app), register(app)]);
  const onPhone = await loginAgain(app, onLaptop);
  const group = await buildGroup(ann, [onLaptop]);
  const [phone, laptop, others] = await Promise.all([
    TestSocket.connect(app, onPhone),
    TestSocket.connect(app, onLaptop),
    TestSocket.connect(app, ann),
  ]);

  phone.send({ type: "chat", conversation_id: group.id, content: "from the phone", client_message_id: "p1" });
  const ack = await phone.next("ack");
  for (const socket of [phone, laptop, others]) {
    expect(await socket.next("chat")).toMatchObject({ message_id: ack.message_id, sender_id: onLaptop.id });
  }
  await laptop.none("ack");

  await sendText(ann, group.id, "an answer");
  laptop.send({ type: "read", conversation_id: group.id, seq: 2 });
  const readElsewhere = await phone.next(({ type, user_id, seq }) => {
    return type === "read_receipt" && user_id === onLaptop.id && seq === 2;
  });
  expect(readElsewhere.conversation_id).toBe(group.id);
  const seen = await onPhone.get<Conversation>(`/v1/conversations/${group.id}`);
  expect(seen.data).toMatchObject({ unread_count: 0, last_read_seq: 2 });

  const sessions = await onLaptop.get<{ sessions: Session[] }>("/v1/sessions");
  const lost = sessions.data.sessions.find(({ current }) => !current);
  expect(lost?.id).toBe(onPhone.sessionId);
  await onLaptop.delete(`/v1/sessions/${lost?.id}`);
  expect((await phone.closed).code).toBe(4401);

  await sendText(ann, group.id, "between us");
  expect(await laptop.next(({ content }) => content === "between us")).toMatchObject({ seq: 3 });
  expect(phone.frames.some(({ content }) => content === "between us")).toBe(false);
  expect((await onPhone.get(`/v1/messages?conversation_id=${group.id}`)).status).toBe(401);
  await others.none(
    ({ type, user_id }) => type === "presence" && user_id === onLaptop.id && laptop.isOpen === false,
  );
  await Promise.all([laptop.close(), others.close()]);
});
