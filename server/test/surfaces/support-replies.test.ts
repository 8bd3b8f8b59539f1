import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, type ChatList, listChat } from "../kit/chat.ts";
import { expectRefusal, outcome } from "../kit/expectations.ts";
import { type Person, register } from "../kit/person.ts";
import type { Conversation as Core, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import {
  leadSupport,
  makeAgent,
  openSupport,
  replyInSupport,
  supportAs,
  supportPath,
} from "../kit/support.ts";

let app: TestApp;
let iris: Person;
let ann: Person;

beforeAll(async () => {
  app = await startApp();
  const admin = await register(app);
  [iris, ann] = await Promise.all([register(app), register(app)]);
  await makeAgent(admin, iris);
});

afterAll(() => app.stop());

describe("an agent who does not take part yet", () => {
  test("sees the conversation on every surface, with nothing read and nothing set", async () => {
    const { id } = await openSupport(ann);
    const { data: core } = await iris.get<Core>(`/v1/conversations/${id}`);
    expect(core).toMatchObject({ id, type: "support", unread_count: 1, last_read_seq: 0, archived: false });
    expect(core.participants.map(({ user_id, role }) => [user_id, role])).toEqual([[ann.id, "customer"]]);
    for (const path of [`/api/chat/${id}`, `/api/chat/${id}/info`]) {
      const { chat } = (await iris.get<{ chat: Chat }>(path)).data;
      expect(chat).toMatchObject({
        _id: id,
        type: "support",
        title: "Help",
        lastMessage: { content: "it does not work" },
        unreadCount: 1,
        archived: false,
      });
    }
    expect((await listChat(iris, id)).messages[0]?.content).toBe("it does not work");
    expect((await iris.get<ChatList>("/api/chat?type=support&limit=100")).data.chats).not.toContainEqual(
      expect.objectContaining({ _id: id }),
    );
  });

  test("has nothing to mark: reading changes nothing, and is not refused", async () => {
    const { id, seq } = await openSupport(ann);
    const chat = await iris.patch<{ modifiedCount: number }>(`/api/chat/${id}/messages/read`, {});
    expect([chat.status, chat.data.modifiedCount]).toEqual([200, 0]);
    const core = await iris.post(`/v1/conversations/${id}/mark-read`, {});
    expect([core.status, core.data]).toEqual([200, { last_read_seq: seq, unread_count: 0 }]);
    expectRefusal(await leadSupport(iris, id, "read", { seq: seq + 1 }), 400, "VALIDATION_ERROR", "seq");
    expect((await supportAs(iris, id)).unread_count).toBe(1);
    expect((await listChat(ann, id)).messages[0]?.readBy).toEqual([]);
  });

  test("has no list to put it away in, and nobody to leave: 403", async () => {
    const { id } = await openSupport(ann);
    const core = `/v1/conversations/${id}`;
    for (const answer of [
      await iris.put(`/api/chat/${id}/archive`),
      await iris.post(`${core}/archive`),
      await iris.delete(core),
      await iris.post(`${core}/mute`),
      await iris.post(`${core}/leave`),
    ])
      expect(outcome(answer)).toBe("403 FORBIDDEN");
  });
});

describe("a customer's reply", () => {
  test("a reply sent again with its key is the first one, and takes nothing up again", async () => {
    const { id } = await openSupport(ann);
    const again = () =>
      ann.post<Message>(`${supportPath}/${id}/messages`, { content: "hm", client_message_id: "k" });
    const first = await again();
    await leadSupport(iris, id, "resolve");
    const second = await again();
    expect([second.status, second.data.message_id]).toEqual([200, first.data.message_id]);
    expect((await supportAs(ann, id)).status).toBe("resolved");
  });

  test("of a reply and a resolve at once, a reply that comes after takes it up again", async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await openSupport(ann);
      const replies = Array.from({ length: 3 }, (_, index) => replyInSupport(ann, id, `m${index}`));
      await Promise.all([...replies, leadSupport(iris, id, "resolve"), replyInSupport(ann, id, "last")]);
      const { data } = await ann.get<MessagePage>(`${supportPath}/${id}/messages?limit=100`);
      const isSystem = (status: string) => (message: Message) => message.metadata.status === status;
      const resolved = data.messages.find(isSystem("resolved"))?.seq ?? 0;
      const after = data.messages.filter(
        ({ seq, message_type }) => seq > resolved && message_type === "text",
      );
      expect((await supportAs(ann, id)).status).toBe(after.length > 0 ? "open" : "resolved");
      expect(data.messages.filter(isSystem("open"))).toHaveLength(after.length > 0 ? 1 : 0);
    }
  });

  test("what a reply takes up again is told before the reply", async () => {
    const { id } = await openSupport(ann);
    await leadSupport(iris, id, "resolve");
    const socket = await TestSocket.connect(app, ann);
    await replyInSupport(ann, id, "still broken");
    const told = [
      await socket.next("conversation_updated"),
      await socket.next("chat"),
      await socket.next("chat"),
    ];
    expect(told.map(({ message_type, content }) => [message_type, content])).toEqual([
      [undefined, undefined],
      ["system", "The conversation was reopened."],
      ["text", "still broken"],
    ]);
    const seqs = told.slice(1).map(({ seq }) => Number(seq));
    expect((seqs[1] ?? 0) - (seqs[0] ?? 0)).toBe(1);
    await socket.close();
  });
});
