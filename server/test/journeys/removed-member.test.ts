import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, register, sendText } from "../kit/person.ts";
import type { Conversation, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

test("somebody removed in mid-conversation hears nothing more, comes back to nothing, and catches up when let in again", async () => {
  const [owner, friend, guest] = await Promise.all([register(app), register(app), register(app)]);
  const group = await buildGroup(owner, [friend, guest], { title: "Planning" });
  const path = `/v1/conversations/${group.id}`;
  const [guestSocket, friendSocket] = await Promise.all([
    TestSocket.connect(app, guest),
    TestSocket.connect(app, friend),
  ]);
  friendSocket.send({ type: "chat", conversation_id: group.id, content: "everybody in?" });
  const seen = await guestSocket.next("chat");
  guestSocket.send({ type: "typing", conversation_id: group.id });
  await friendSocket.next("typing");

  await owner.delete(`${path}/participants/${guest.id}`);
  friendSocket.send({ type: "chat", conversation_id: group.id, content: "now we can talk" });
  await friendSocket.next(({ content }) => content === "now we can talk");
  guestSocket.send({ type: "chat", conversation_id: group.id, content: "me too", client_message_id: "g1" });
  expect(await guestSocket.next("error")).toMatchObject({ code: "FORBIDDEN", client_message_id: "g1" });
  const heard = guestSocket.frames.filter(({ conversation_id }) => conversation_id === group.id);
  expect(heard.at(-1)?.type).toBe("participant_removed");
  expect(JSON.stringify(guestSocket.frames)).not.toContain("now we can talk");

  await guestSocket.close();
  const again = await TestSocket.connect(app, guest, { query: { resume: "true" } });
  again.send({ type: "resume", epoch: again.hello.epoch, conversations: { [group.id]: seen.version } });
  expect((await again.next("resumed")).conversations).toEqual({ [group.id]: { gone: true } });
  expect(JSON.stringify(again.frames)).not.toContain("now we can talk");
  expect((await guest.get(path)).status).toBe(403);

  await owner.post(`${path}/participants`, { user_ids: [guest.id] });
  await again.next("participant_added");
  await sendText(owner, group.id, "welcome back");
  expect(await again.next("chat")).toMatchObject({ content: "welcome back", seq: 3 });
  const history = await guest.get<MessagePage>(`/v1/messages?conversation_id=${group.id}`);
  expect(history.data.messages.map(({ seq }) => seq)).toEqual([3, 2, 1]);
  const roles = (await owner.get<Conversation>(path)).data.participants;
  expect(roles.find(({ user_id }) => user_id === guest.id)?.role).toBe("member");
  await Promise.all([again.close(), friendSocket.close()]);
});
