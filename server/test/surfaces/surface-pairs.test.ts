import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import type { ChatMessage } from "../kit/chat.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";
import { IoClient } from "../kit/socketio.ts";

/**
 * One core, several surfaces: what is done on one shows on all others at once. Each way in is paired with each way
 * out.
 */

let app: TestApp;
let ann: Person;
let bob: Person;
let room: Conversation;
let annSocket: TestSocket;
let bobSocket: TestSocket;
let annIo: IoClient;
let bobIo: IoClient;

type Surface = "core REST" | "chat REST" | "chat WebSocket" | "Socket.IO";

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
  room = await buildGroup(ann, [bob]);
  [annSocket, bobSocket] = await Promise.all([TestSocket.connect(app, ann), TestSocket.connect(app, bob)]);
  [annIo, bobIo] = await Promise.all([IoClient.connect(app, ann), IoClient.connect(app, bob)]);
  await annIo.join(room.id);
  await bobIo.join(room.id);
});

afterAll(async () => {
  annIo.close();
  bobIo.close();
  await annSocket.close();
  await bobSocket.close();
  await app.stop();
});

let count = 0;
const fresh = () => `words ${++count}`;

/** How Ann sends; only surfaces that can. @returns the message's id. */
const send: Record<Exclude<Surface, "Socket.IO">, (content: string) => Promise<string>> = {
  "core REST": async (content) => (await sendText(ann, room.id, content)).message_id,
  "chat REST": async (content) => {
    const path = `/api/chat/${room.id}/messages`;
    return (await ann.post<{ message: ChatMessage }>(path, { content })).data.message._id;
  },
  "chat WebSocket": async (content) => {
    annSocket.send({ type: "chat", conversation_id: room.id, content, client_message_id: content });
    const ack = await annSocket.next((frame) => frame.type === "ack" && frame.client_message_id === content);
    return String(ack.message_id);
  },
};

/** What stands at the end of Bob's history on a surface that is asked. */
const latest = {
  "core REST": async () => {
    const { data } = await bob.get<MessagePage>(`/v1/messages?conversation_id=${room.id}&limit=1`);
    const [message] = data.messages as [Message];
    return { id: message.message_id, content: message.content, isDeleted: message.deleted_at !== null };
  },
  "chat REST": async () => {
    const path = `/api/chat/${room.id}/messages?limit=1`;
    const [message] = (await bob.get<{ messages: ChatMessage[] }>(path)).data.messages as [ChatMessage];
    return { id: message._id, content: message.content, isDeleted: message.deletedAt !== null };
  },
};

const frameOf = (type: string, id: string) => (frame: Frame) =>
  frame.type === type && frame.message_id === id;
const eventOf = (event: string, id: string) => (heard: { event: string; payload: Record<string, unknown> }) =>
  heard.event === event &&
  (heard.payload.messageId ?? (heard.payload.message as ChatMessage | undefined)?._id) === id;

type Change = "sent" | "edited" | "deleted";
const frameTypes = { sent: "chat", edited: "message_edited", deleted: "message_deleted" } as const;
const eventNames = { sent: "new-message", edited: "message-edited", deleted: "message-deleted" } as const;

/** Asserts that Bob sees what became of the message on one surface. */
async function expectSeen(surface: Surface, change: Change, id: string, content: string): Promise<void> {
  if (surface === "chat WebSocket") {
    const frame = await bobSocket.next(frameOf(frameTypes[change], id));
    expect(frame.content).toBe(content);
  } else if (surface === "Socket.IO") {
    const payload = await bobIo.next(eventOf(eventNames[change], id));
    expect(payload.chatId).toBe(room.id);
    if (change !== "deleted") expect((payload.message as ChatMessage).content).toBe(content);
  } else {
    expect(await latest[surface]()).toEqual({ id, content, isDeleted: change === "deleted" });
  }
}

const waysOut: Surface[] = ["core REST", "chat REST", "chat WebSocket", "Socket.IO"];

const sending = (Object.keys(send) as (keyof typeof send)[]).flatMap((from) =>
  waysOut.map((to): [keyof typeof send, Surface] => [from, to]),
);

describe("a message", () => {
  test.each(sending)("sent by %s is seen by %s", async (from, to) => {
    const content = fresh();
    await expectSeen(to, "sent", await send[from](content), content);
  });

  const edit = {
    "core REST": (id: string, content: string) => ann.patch(`/v1/messages/${id}`, { content }),
    "chat REST": (id: string, content: string) => ann.put(`/api/chat/${room.id}/messages/${id}`, { content }),
  };
  const remove = {
    "core REST": (id: string) => ann.delete(`/v1/messages/${id}`),
    "chat REST": (id: string) => ann.delete(`/api/chat/${room.id}/messages/${id}`),
  };
  const changing = (Object.keys(edit) as (keyof typeof edit)[]).flatMap((from) =>
    waysOut.map((to): [keyof typeof edit, Surface] => [from, to]),
  );

  test.each(changing)("edited by %s is seen edited by %s", async (from, to) => {
    const id = await send["chat WebSocket"](fresh());
    const content = fresh();
    expect((await edit[from](id, content)).status).toBe(200);
    await expectSeen(to, "edited", id, content);
  });

  test.each(changing)("deleted by %s is seen deleted by %s", async (from, to) => {
    const id = await send["chat REST"](fresh());
    expect((await remove[from](id)).status).toBe(200);
    await expectSeen(to, "deleted", id, "");
  });
});

describe("a read mark", () => {
  const read = {
    "core REST": () => bob.post(`/v1/conversations/${room.id}/mark-read`, {}),
    "chat REST": () => bob.patch(`/api/chat/${room.id}/messages/read`, {}),
    "chat WebSocket": async () => {
      const seq = (await bob.get<Conversation>(`/v1/conversations/${room.id}`)).data.seq;
      bobSocket.send({ type: "read", conversation_id: room.id, seq });
    },
  };
  const marking = (Object.keys(read) as (keyof typeof read)[]).flatMap((from) =>
    waysOut.map((to): [keyof typeof read, Surface] => [from, to]),
  );

  test.each(marking)("set by %s is seen by %s", async (from, to) => {
    const id = await send["core REST"](fresh());
    await read[from]();
    if (to === "chat WebSocket") {
      await annSocket.next((frame) => frame.type === "read_receipt" && frame.user_id === bob.id);
    } else if (to === "Socket.IO") {
      const heard = await annIo.next(
        ({ event, payload }) => event === "messages-read" && (payload.messageIds as string[]).includes(id),
      );
      expect(heard).toMatchObject({ chatId: room.id, userId: bob.id });
    } else {
      await annSocket.next((frame) => frame.type === "read_receipt" && frame.user_id === bob.id);
      if (to === "core REST") {
        expect((await ann.get<Message>(`/v1/messages/${id}`)).data.status).toBe("read");
      } else {
        const path = `/api/chat/${room.id}/messages?limit=1`;
        const { messages } = (await ann.get<{ messages: ChatMessage[] }>(path)).data;
        expect(messages[0]?.readBy.map(({ user }) => user)).toEqual([bob.id]);
      }
    }
    annSocket.forget();
  });
});

describe("typing", () => {
  const type = {
    "chat WebSocket": async () => annSocket.send({ type: "typing", conversation_id: room.id }),
    "Socket.IO": () => annIo.send("typing-start", { chatId: room.id }),
  };
  const pairs = (Object.keys(type) as (keyof typeof type)[]).flatMap((from) =>
    (["chat WebSocket", "Socket.IO"] as const).map(
      (to): [keyof typeof type, "chat WebSocket" | "Socket.IO"] => [from, to],
    ),
  );

  test.each(pairs)("told by %s is heard by %s", async (from, to) => {
    bobSocket.forget();
    bobIo.forget();
    await type[from]();
    if (to === "chat WebSocket") {
      const frame = await bobSocket.next((each) => each.type === "typing" && each.user_id === ann.id);
      expect(frame.is_typing).toBe(true);
    } else {
      const heard = await bobIo.next("user-typing");
      expect(heard).toEqual({ chatId: room.id, userId: ann.id, isTyping: true });
    }
  });
});
