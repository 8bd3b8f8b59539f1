import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { unknownId } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import { closeAll, rawUpgrade, TestSocket, takeTicket } from "../kit/socket.ts";
import { wireJson } from "../kit/wire.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;

const connect = (person: Person, conversation_id?: string) =>
  TestSocket.connect(app, person, conversation_id === undefined ? {} : { query: { conversation_id } });

async function refusalOf(person: Person, conversation_id: string): Promise<string> {
  const headers = { Authorization: `Bearer ${person.accessToken}` };
  const answer = await rawUpgrade(app, { query: { conversation_id }, headers });
  const error = wireJson(answer)?.error as { code?: string } | undefined;
  return `${answer.status} ${error?.code}`;
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("a connection to one conversation", () => {
  test("hears that one only", async () => {
    const [wanted, other] = [await buildGroup(ann, [bob]), await buildDirect(ann, bob)];
    const socket = await connect(bob, wanted.id);
    await sendText(ann, other.id, "elsewhere");
    await sendText(ann, wanted.id, "here");
    expect(await socket.next("chat")).toMatchObject({ conversation_id: wanted.id, content: "here" });
    await ann.patch(`/v1/conversations/${wanted.id}`, { title: "Renamed" });
    await socket.next("conversation_updated");
    await socket.none((frame) => frame.conversation_id === other.id);
    await socket.close();
  });

  test("sends into it like any other", async () => {
    const group = await buildGroup(ann, [bob]);
    const [sender, listener] = await Promise.all([connect(bob, group.id), connect(ann)]);
    sender.send({ type: "chat", conversation_id: group.id, content: "hi", client_message_id: "s1" });
    expect(await sender.next("ack")).toMatchObject({ client_message_id: "s1", seq: 1 });
    expect(await listener.next("chat")).toMatchObject({ content: "hi", sender_id: bob.id });
    await closeAll(sender, listener);
  });

  test("is refused before the upgrade: 403 to a non-member, 400 for a malformed id, 404 for an unknown one", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(await refusalOf(outsider, group.id)).toBe("403 FORBIDDEN");
    for (const malformed of ["x", "", "null", "01890000-0000-7000-8000-00000000000g", "'; --"]) {
      expect(`${malformed}: ${await refusalOf(ann, malformed)}`).toBe(`${malformed}: 400 VALIDATION_ERROR`);
    }
    expect(await refusalOf(ann, unknownId)).toBe("404 NOT_FOUND");
  });

  test("is refused to somebody who was removed", async () => {
    const group = await buildGroup(ann, [bob]);
    await ann.delete(`/v1/conversations/${group.id}/participants/${bob.id}`);
    expect(await refusalOf(bob, group.id)).toBe("403 FORBIDDEN");
  });

  test("can be opened with a ticket", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, bob, {
      auth: "ticket",
      query: { conversation_id: group.id },
    });
    await sendText(ann, group.id, "here");
    expect(await socket.next("chat")).toMatchObject({ conversation_id: group.id });
    await socket.close();
  });

  test("with a ticket, when refused for its conversation, says so to the ticket's owner", async () => {
    const group = await buildGroup(ann, [bob]);
    const ticket = await takeTicket(outsider);
    const answer = await rawUpgrade(app, { query: { ticket, conversation_id: group.id } });
    expect(answer.status).toBe(403);
  });
});

describe("a connection to one conversation that resumes", () => {
  test("catches up on that one and is told of no other", async () => {
    const [wanted, other] = [await buildGroup(ann, [bob]), await buildGroup(ann, [bob])];
    const query = { conversation_id: wanted.id, resume: "true" };
    await sendText(ann, wanted.id, "missed here");
    await sendText(ann, other.id, "missed elsewhere");
    const socket = await TestSocket.connect(app, bob, { query });
    const { epoch } = socket.hello;
    socket.send({ type: "resume", epoch, conversations: { [wanted.id]: wanted.version } });
    const resumed = await socket.next("resumed");
    expect(Object.keys(resumed.conversations as object)).toEqual([wanted.id]);
    expect(await socket.next("chat")).toMatchObject({ conversation_id: wanted.id, content: "missed here" });
    expect(JSON.stringify(socket.frames)).not.toContain(other.id);
    await sendText(ann, wanted.id, "live");
    expect(await socket.next("chat")).toMatchObject({ content: "live", seq: 2 });
    await socket.close();
  });
});

describe("a connection without a conversation", () => {
  test("hears all of the user's, of every type", async () => {
    const [group, direct] = [await buildGroup(ann, [bob]), await buildDirect(ann, bob)];
    const socket = await connect(bob);
    await sendText(ann, group.id, "one");
    await sendText(ann, direct.id, "two");
    const heard = [await socket.next("chat"), await socket.next("chat")];
    expect(heard.map(({ conversation_id }) => conversation_id)).toEqual([group.id, direct.id]);
    await socket.close();
  });

  test("hears those that come to be later, made by others or by oneself elsewhere", async () => {
    const [watching, other] = await Promise.all([connect(bob), connect(bob)]);
    const [byAnn, byBob] = [await buildGroup(ann, [bob]), await buildGroup(bob, [ann])];
    await sendText(ann, byAnn.id, "by ann");
    await sendText(ann, byBob.id, "by bob");
    for (const socket of [watching, other]) {
      const heard = [await socket.next("chat"), await socket.next("chat")];
      expect(heard.map(({ content, seq }) => [content, seq])).toEqual([
        ["by ann", 1],
        ["by bob", 1],
      ]);
    }
    await closeAll(watching, other);
  });

  test("is told of a new conversation before its first message", async () => {
    const socket = await connect(bob);
    const group = await buildGroup(ann, [bob]);
    await sendText(ann, group.id, "first");
    await socket.next("chat");
    const about = socket.frames.filter(({ conversation_id }) => conversation_id === group.id);
    expect(["conversation_updated", "participant_added"]).toContain(about.at(0)?.type as string);
    await socket.close();
  });

  test("hears one that its user is added to later, and not what is said there before", async () => {
    const group = await buildGroup(ann, [outsider]);
    const socket = await connect(bob);
    await sendText(ann, group.id, "without bob");
    await ann.post(`/v1/conversations/${group.id}/participants`, { user_ids: [bob.id] });
    await sendText(ann, group.id, "with bob");
    expect(await socket.next("chat")).toMatchObject({ content: "with bob", seq: 2 });
    expect(socket.frames.some(({ content }) => content === "without bob")).toBe(false);
    await socket.close();
  });
});
