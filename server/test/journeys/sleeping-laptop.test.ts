import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";

let app: TestApp;

interface KnownConversation {
  version: number;
  title: unknown;
  roles: Record<string, unknown>;
  messages: Record<string, { seq: unknown; content: unknown; edited: boolean; deleted: boolean }>;
}

type Known = Record<string, KnownConversation>;

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

/** What REST shows of all the person's conversations right now. */
async function fetchAll(person: Person): Promise<Known> {
  const listed = await person.get<{ conversations: Conversation[] }>("/v1/conversations?limit=100");
  const known: Known = {};
  for (const { id } of listed.data.conversations) {
    const { data } = await person.get<Conversation>(`/v1/conversations/${id}`);
    const page = await person.get<MessagePage>(`/v1/messages?conversation_id=${id}&limit=100`);
    known[id] = {
      version: data.version,
      title: data.title,
      roles: Object.fromEntries(data.participants.map(({ user_id, role }) => [user_id, role])),
      messages: Object.fromEntries(page.data.messages.map((message) => [message.message_id, shown(message)])),
    };
  }
  return known;
}

function shown({ seq, content, edited_at, deleted_at }: Partial<Message>) {
  return { seq, content, edited: (edited_at ?? null) !== null, deleted: (deleted_at ?? null) !== null };
}

/** What a client holds after one more frame. */
function apply(known: Known, frame: Frame): void {
  const conversation = known[String(frame.conversation_id)];
  if (!conversation) return;
  if (typeof frame.version === "number") conversation.version = Math.max(conversation.version, frame.version);
  switch (frame.type) {
    case "chat":
    case "message_edited":
    case "message_deleted":
      conversation.messages[String(frame.message_id)] = shown(frame as Partial<Message>);
      break;
    case "participant_added":
    case "participant_updated":
      conversation.roles[String(frame.user_id)] = frame.role;
      break;
    case "participant_removed":
      delete conversation.roles[String(frame.user_id)];
      break;
    case "conversation_updated":
      conversation.title = frame.title;
  }
}

test("a laptop that slept through an evening holds, after one resume, exactly what the server holds", async () => {
  const [owner, sleeper, late, leaver] = await Promise.all([
    register(app),
    register(app),
    register(app),
    register(app),
  ]);
  const [group, direct] = [await buildGroup(owner, [sleeper, leaver]), await buildDirect(owner, sleeper)];
  const quiet = await buildGroup(owner, [sleeper], { title: "Quiet" });
  const lines: Message[] = [];
  for (let number = 1; number <= 10; number++) lines.push(await sendText(owner, group.id, `line ${number}`));
  await sendText(sleeper, direct.id, "good night");

  const laptop = await TestSocket.connect(app, sleeper);
  const known = await fetchAll(sleeper);
  const epoch = laptop.hello.epoch;
  laptop.terminate();

  const path = `/v1/conversations/${group.id}`;
  for (let number = 11; number <= 40; number++)
    await sendText(number % 2 ? owner : leaver, group.id, `line ${number}`);
  await owner.patch(`/v1/messages/${lines[2]?.message_id}`, { content: "line 3, corrected" });
  await owner.delete(`/v1/messages/${lines[4]?.message_id}`);
  const unseen = await sendText(owner, group.id, "sent and taken back");
  await owner.delete(`/v1/messages/${unseen.message_id}`);
  await owner.post(`${path}/participants`, { user_ids: [late.id], role: "moderator" });
  await owner.patch(`${path}/participants/${sleeper.id}`, { role: "admin" });
  await leaver.post(`${path}/leave`);
  await owner.patch(path, { title: "Evening" });
  await sendText(late, group.id, "I am new here");
  const fresh = await buildGroup(late, [sleeper], { title: "New" });
  await sendText(late, fresh.id, "hello sleeper");

  const awake = await TestSocket.connect(app, sleeper, { query: { resume: "true" } });
  const versions = Object.fromEntries(Object.entries(known).map(([id, { version }]) => [id, version]));
  awake.send({ type: "resume", epoch, conversations: versions });
  const resumed = await awake.next("resumed");
  const replay = awake.frames.slice(0, awake.frames.indexOf(resumed));
  for (const frame of replay) apply(known, frame);

  const stored = await fetchAll(sleeper);
  const { [fresh.id]: freshStored, ...others } = stored;
  expect(known).toEqual(others);
  expect(freshStored?.title).toBe("New");
  const announced = replay.filter(({ new: isNew }) => isNew === true);
  expect(announced.map(({ conversation_id }) => conversation_id)).toEqual([fresh.id]);
  const numbers = resumed.conversations as Record<
    string,
    { version: number; seq: number; unread_count: number }
  >;
  expect(numbers[group.id]).toMatchObject({ version: stored[group.id]?.version, seq: 42 });
  expect(numbers[quiet.id]?.version).toBe(stored[quiet.id]?.version as number);
  expect(replay.some(({ conversation_id }) => conversation_id === quiet.id)).toBe(false);

  await sendText(owner, direct.id, "good morning");
  expect(await awake.next(({ content }) => content === "good morning")).toMatchObject({
    conversation_id: direct.id,
  });
  await awake.close();
});
