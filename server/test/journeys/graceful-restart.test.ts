import { afterEach, expect, test } from "bun:test";
import { buildGroup, type Person, register } from "../kit/person.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";

let server: TestServer;

const serviceRestart = 1012;

afterEach(() => server.stop());

/** Somebody who writes numbered messages and keeps what is not acknowledged for after the restart. */
class Writer {
  readonly acknowledged = new Map<string, number>();
  readonly sent: string[] = [];
  readonly #group: Conversation;
  readonly #name: string;

  constructor(group: Conversation, name: string) {
    this.#group = group;
    this.#name = name;
  }

  /** Writes until the connection ends. */
  async writeUntilClosed(socket: TestSocket): Promise<void> {
    while (socket.isOpen) {
      const key = `${this.#name}-${this.sent.length + 1}`;
      this.sent.push(key);
      this.#send(socket, key);
      await Bun.sleep(2);
    }
    this.#note(socket.frames);
  }

  /** Sends again whatever has no ack, under the same keys, and waits for all of them. */
  async sendRest(socket: TestSocket): Promise<void> {
    const open = this.sent.filter((key) => !this.acknowledged.has(key));
    for (const key of open) this.#send(socket, key);
    for (const key of open) {
      await socket.next(({ type, client_message_id }) => type === "ack" && client_message_id === key, 5_000);
    }
    this.#note(socket.frames);
  }

  #send(socket: TestSocket, key: string): void {
    socket.send({ type: "chat", conversation_id: this.#group.id, content: key, client_message_id: key });
  }

  #note(frames: Frame[]): void {
    for (const { type, client_message_id, seq } of frames) {
      if (type === "ack") this.acknowledged.set(String(client_message_id), Number(seq));
    }
  }
}

async function allMessages(person: Person, group: Conversation): Promise<Message[]> {
  const messages: Message[] = [];
  let state: string | null = "";
  while (state !== null) {
    const more: string = state === "" ? "" : `&page_state=${encodeURIComponent(state)}`;
    const path = `/v1/messages?conversation_id=${group.id}&limit=100${more}`;
    const { data } = await person.get<MessagePage>(path);
    messages.push(...data.messages);
    state = data.next_page_state;
  }
  return messages.reverse();
}

const chatsIn = (socket: TestSocket) => socket.frames.filter(({ type }) => type === "chat");

test("a restart under load closes every connection with 1012, ends with exit code 0, and loses and doubles nothing", async () => {
  server = await startServer();
  await register(server);
  const [ann, bob, reader] = await Promise.all([register(server), register(server), register(server)]);
  const group = await buildGroup(ann, [bob, reader]);
  const writers = [new Writer(group, "ann"), new Writer(group, "bob")];
  const open = () => Promise.all([ann, bob].map((person) => TestSocket.connect(server, person)));
  const listening = await TestSocket.connect(server, reader);
  const epoch = listening.hello.epoch;
  const sockets = await open();
  const writing = writers.map((writer, index) => writer.writeUntilClosed(sockets[index] as TestSocket));
  await Bun.sleep(700);

  const start = performance.now();
  expect(await server.kill("SIGTERM")).toBe(0);
  expect(performance.now() - start).toBeLessThan(10_000);
  await Promise.all(writing);
  const ends = await Promise.all([listening, ...sockets].map(({ closed }) => closed));
  expect(ends.map(({ code }) => code)).toEqual([serviceRestart, serviceRestart, serviceRestart]);
  expect(writers.every(({ acknowledged }) => acknowledged.size > 20)).toBe(true);

  await server.restart();
  const again = await open();
  await Promise.all(writers.map((writer, index) => writer.sendRest(again[index] as TestSocket)));
  const stored = await allMessages(ann, group);
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
  const seqByKey = new Map(stored.map(({ client_message_id, seq }) => [client_message_id, seq]));
  expect(seqByKey.size).toBe(stored.length);
  expect(stored.length).toBe(writers.reduce((total, { sent }) => total + sent.length, 0));
  for (const { acknowledged } of writers) {
    for (const [key, seq] of acknowledged) expect(`${key} ${seqByKey.get(key)}`).toBe(`${key} ${seq}`);
  }

  const resumed = await TestSocket.connect(server, reader, { query: { resume: "true" } });
  expect(resumed.hello.epoch).toBe(epoch as string);
  const seen = Number(chatsIn(listening).at(-1)?.version ?? group.version);
  resumed.send({ type: "resume", epoch, conversations: { [group.id]: seen } });
  await resumed.next("resumed", 5_000);
  const stream = [...chatsIn(listening), ...chatsIn(resumed)].map(({ seq }) => seq);
  expect(stream).toEqual(stored.map(({ seq }) => seq));
  await Promise.all([...again, resumed].map((socket) => socket.close()));
}, 60_000);

test("requests accepted before the stop are answered, and every answered send is stored once", async () => {
  server = await startServer();
  const [ann, bob] = await Promise.all([register(server), register(server)]);
  const group = await buildGroup(ann, [bob]);
  const send = (number: number) =>
    ann
      .post<Message>("/v1/messages", {
        conversation_id: group.id,
        content: `m${number}`,
        message_type: "text",
        client_message_id: `m${number}`,
      })
      .then(
        (answer) => ({ number, answer }),
        () => ({ number, answer: undefined }),
      );
  const requests: ReturnType<typeof send>[] = [];
  const stopping = Bun.sleep(300).then(() => server.kill("SIGTERM"));
  for (let number = 1; number <= 250; number++) {
    requests.push(send(number));
    await Bun.sleep(2);
  }
  expect(await stopping).toBe(0);
  const outcomes = await Promise.all(requests);
  for (const { answer } of outcomes) expect([undefined, 201, 503]).toContain(answer?.status);

  await server.restart();
  const stored = await allMessages(bob, group);
  const keys = stored.map(({ client_message_id }) => client_message_id);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { number, answer } of outcomes) {
    if (answer?.status !== 201) continue;
    expect(stored[answer.data.seq - 1]).toMatchObject({
      client_message_id: `m${number}`,
      content: `m${number}`,
    });
  }
  const retried = await Promise.all(
    outcomes.filter(({ answer }) => answer?.status !== 201).map(({ number }) => send(number)),
  );
  for (const { answer } of retried) expect([200, 201]).toContain(answer?.status as number);
  const complete = await allMessages(bob, group);
  expect(complete.map(({ seq }) => seq)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(new Set(complete.map(({ client_message_id }) => client_message_id)).size).toBe(250);
}, 60_000);

test("sessions, unread counts, marks and keys of sent messages outlive a restart", async () => {
  server = await startServer();
  await register(server);
  const [ann, bob] = await Promise.all([register(server), register(server)]);
  const group = await buildGroup(ann, [bob]);
  const path = `/v1/conversations/${group.id}`;
  const body = {
    conversation_id: group.id,
    content: "kept",
    message_type: "text",
    client_message_id: "kept",
  };
  const first = await ann.post<Message>("/v1/messages", body);
  await ann.post("/v1/messages", { ...body, content: "second", client_message_id: "second" });
  await bob.post(`${path}/mark-read`, { seq: 1 });
  await bob.post(`${path}/mute`, {});
  await bob.post(`${path}/archive`, { archived: true });
  const before = (await bob.get<Conversation>(path)).data;
  await server.restart();
  expect((await bob.get<Conversation>(path)).data).toEqual(before);
  const again = await ann.post<Message>("/v1/messages", body);
  expect([again.status, again.data.message_id, again.data.seq]).toEqual([200, first.data.message_id, 1]);
  expect((await ann.post<Message>("/v1/messages", { ...body, client_message_id: "third" })).data.seq).toBe(3);
}, 30_000);
