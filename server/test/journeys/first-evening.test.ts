import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildDirect, type Person, register } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.stop());

/** Finds somebody the way a person does: by a piece of the name. */
async function find(seeker: Person, name: string): Promise<string> {
  const answer = await seeker.get<{ users: { id: string; username: string }[] }>(`/v1/users?q=${name}`);
  const found = answer.data.users.find(({ username }) => username === name);
  if (!found) throw new Error(`${name} is not in the directory`);
  return found.id;
}

test("two strangers register, find each other, talk, correct themselves and read to the end", async () => {
  const mia = await register(app, { username: "mia.harbour", display_name: "Mia" });
  const jon = await register(app, { username: "jon-meadow", display_name: "Jon" });
  const miaSocket = await TestSocket.connect(app, mia, { auth: "ticket" });
  const jonSocket = await TestSocket.connect(app, jon, { auth: "subprotocol" });

  expect(await find(mia, "jon-meadow")).toBe(jon.id);
  const direct = await buildDirect(mia, jon);

  miaSocket.send({ type: "typing", conversation_id: direct.id });
  expect(await jonSocket.next("typing")).toMatchObject({ sender_id: mia.id, is_typing: true });
  miaSocket.send({ type: "chat", conversation_id: direct.id, content: "Helo!", client_message_id: "hello" });
  const ack = await miaSocket.next("ack");
  const heard = await jonSocket.next("chat");
  expect(heard).toMatchObject({ message_id: ack.message_id, seq: 1, content: "Helo!", sender_id: mia.id });

  jonSocket.send({ type: "delivered", conversation_id: direct.id, seq: 1 });
  await miaSocket.next((frame) => frame.type === "delivery_receipt" && frame.user_id === jon.id);
  expect((await mia.get<Message>(`/v1/messages/${ack.message_id}`)).data.status).toBe("delivered");
  jonSocket.send({ type: "read", conversation_id: direct.id, seq: 1 });
  await miaSocket.next((frame) => frame.type === "read_receipt" && frame.user_id === jon.id);
  expect((await mia.get<Message>(`/v1/messages/${ack.message_id}`)).data.status).toBe("read");

  await mia.patch(`/v1/messages/${ack.message_id}`, { content: "Hello!" });
  expect(await jonSocket.next("message_edited")).toMatchObject({
    message_id: ack.message_id,
    content: "Hello!",
  });

  const metadata = { reply_to: ack.message_id };
  jonSocket.send({ type: "chat", conversation_id: direct.id, content: "Hi Mia", metadata });
  expect(await miaSocket.next("chat", 2_000)).toMatchObject({ seq: 1 });
  expect(await miaSocket.next("chat")).toMatchObject({ seq: 2, reply_to: ack.message_id, sender_id: jon.id });

  const [row] = (await mia.get<{ conversations: Conversation[] }>("/v1/conversations")).data.conversations;
  expect(row).toMatchObject({ id: direct.id, unread_count: 1, participant_count: 2 });
  expect(row?.last_message).toMatchObject({ content: "Hi Mia" });
  await mia.post(`/v1/conversations/${direct.id}/mark-read`, {});
  expect((await mia.get<Conversation>(`/v1/conversations/${direct.id}`)).data.unread_count).toBe(0);

  await jonSocket.close();
  expect(
    await miaSocket.next(
      ({ type, user_id, online }) => type === "presence" && user_id === jon.id && online === false,
    ),
  ).toMatchObject({ online: false });

  const history = await jon.get<MessagePage>(`/v1/messages?conversation_id=${direct.id}`);
  expect(history.data.messages.map(({ content }) => content)).toEqual(["Hi Mia", "Hello!"]);
  await miaSocket.close();
});
